// Package interop proves the mock provider with relying-party libraries that
// people use, over real HTTP: coreos/go-oidc with x/oauth2, zitadel/oidc, and
// openid-client on Node. It is a module of its own, so that the product depends
// on none of them, and it has nothing but tests.
package interop

// Package mockidp is an OpenID Provider for tests: strict where a real one is
// strict, and wrong in exactly one way when it is told to be.
//
// A Server listens once and hosts any number of providers, each under its own
// issuer with its own users, clients, sessions, faults and journal, so that
// tests in parallel share nothing. A Provider serves the authorization code
// flow, refresh tokens, UserInfo and RP-initiated logout.
//
// It has no security to offer: users' passwords and clients' secrets are kept
// and journaled in the clear.
package mockidp

// Package strict judges a provider: whether it refuses what the
// specifications say it must refuse, and answers what it must answer.
//
// It plays a careful relying party and the browser of one end-user, over HTTP
// and nothing else, so it can be pointed at any issuer. It is no scanner: it
// sends only what a relying party or a browser could send, and only to the
// provider. The redirect URI is never contacted; the browser stops there.
//
// A refusal counts only if it has the form that the specification gives, and
// only if the same request, done right, is served in the same run. A request
// that got no answer decides nothing.
package strict

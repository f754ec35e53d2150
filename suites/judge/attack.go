package judge

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// codeRequests are the token requests of an attempt, at whatever provider.
func codeRequests(a attempt.SignIn) []journal.Entry {
	var list []journal.Entry
	for _, e := range slices.Concat(a.Entries, a.Other) {
		if e.Kind == journal.Token {
			list = append(list, e)
		}
	}
	return list
}

// Rejected decides on an authorization response that is none of the browser's:
// it came to the shop, which must neither redeem its code nor sign anybody in,
// nor crash. Control is a sign-in that works.
func Rejected(a, control attempt.SignIn) Finding {
	if f := NobodyIn(a, control); f.Verdict != check.Pass {
		return f
	}
	if n := len(codeRequests(a)); n > 0 {
		return Fail("%s: nobody was signed in, but the shop sent the code to a provider.", a.Title)
	}
	return Pass("%s: the shop did not redeem the code and signed nobody in.", a.Title)
}

// NobodyIn is Rejected for an answer of which the shop may redeem a code, and
// must sign nobody in all the same.
func NobodyIn(a, control attempt.SignIn) Finding {
	if len(a.Record.Requests) > 0 && !reachedShop(a) {
		return Undecided("%s: it never reached the shop; the browser rests at %s.", a.Title, a.Page.URL)
	}
	if a.Who.SignedIn {
		return Fail("%s: the shop signed %q in.", a.Title, a.Who.Subject)
	}
	if f := Control(control); f.Verdict != check.Pass {
		return f
	}
	if crashed(a) {
		return Fail("%s: the shop %s.", a.Title, broke(a))
	}
	return Pass("%s: the shop signed nobody in.", a.Title)
}

func reachedShop(a attempt.SignIn) bool {
	return slices.ContainsFunc(a.Record.Requests, func(q attempt.Request) bool { return attempt.Origin(q.URL) == a.ShopOrigin })
}

// Not decides whether a browser is signed in as somebody whom it must not be.
// What the shop does otherwise is open.
func Not(a attempt.SignIn, subject string) Finding {
	switch {
	case a.Who.SignedIn && a.Who.Subject == subject:
		return Fail("%s: the browser was signed in as %q, the person who is attacked.", a.Title, subject)
	case crashed(a):
		return Fail("%s: the shop %s.", a.Title, broke(a))
	}
	return Pass("%s: the browser is not signed in as %q.", a.Title, subject)
}

// Stays decides whether a session outlives something: the browser was signed in
// before and is afterwards, as the same person.
func Stays(before, after attempt.SignIn) Finding {
	if f := Control(before); f.Verdict != check.Pass {
		return f
	}
	switch {
	case !after.Who.SignedIn:
		return Fail("%s: the customer is not signed in any more.", after.Title)
	case after.Who.Subject != before.Who.Subject:
		return Fail("%s: the customer %q is now signed in as %q.", after.Title, before.Who.Subject, after.Who.Subject)
	}
	return Pass("%s: the customer is signed in as before.", after.Title)
}

// Consistent decides on answers with a parameter that is there twice, which
// must not be (RFC 6749, section 3.1): with the good value first, and last. A
// shop refuses them all, or always reads the same one.
func Consistent(first, last []attempt.SignIn, control attempt.SignIn) Finding {
	if f := Control(control); f.Verdict != check.Pass {
		return f
	}
	signedIn := func(list []attempt.SignIn) (n int) {
		for _, a := range list {
			if a.Who.SignedIn {
				n++
			}
		}
		return n
	}
	switch f, l := signedIn(first), signedIn(last); {
	case f == 0 && l == 0:
		return Pass("An answer with a parameter that is there twice is refused.")
	case f == len(first) && l == 0:
		return Pass("Of a parameter that is there twice the shop always reads the first; to refuse such an answer would be safer.")
	case f == 0 && l == len(last):
		return Pass("Of a parameter that is there twice the shop always reads the last; to refuse such an answer would be safer.")
	default:
		return Fail("Of parameters that are there twice the shop reads the first of some and the last of others: %d of %d good ones in front and %d of %d behind were taken.",
			f, len(first), l, len(last))
	}
}

// SecretsAtOther decides whether a second provider obtained what belongs to the
// first: codes, client secret or tokens.
func SecretsAtOther(a attempt.SignIn, secrets map[string]string) Finding {
	for _, e := range a.Other {
		for name, secret := range secrets {
			if secret != "" && carries(e, secret) {
				return Fail("%s: the evil provider obtained the %s of the honest one, at its %s endpoint.", a.Title, name, e.Kind)
			}
		}
	}
	return Pass("%s: the evil provider obtained nothing of the honest one.", a.Title)
}

func carries(e journal.Entry, secret string) bool {
	if _, password, ok := (&http.Request{Header: e.Header}).BasicAuth(); ok && password == url.QueryEscape(secret) {
		return true
	}
	for _, values := range []map[string][]string{e.Query, e.Form, e.Header} {
		for _, list := range values {
			if slices.ContainsFunc(list, func(v string) bool { return strings.Contains(v, secret) }) {
				return true
			}
		}
	}
	return false
}

// Stripped decides on a sign-in from whose authorization request a parameter
// was taken on the way, and which the provider answered without it. Without
// state or nonce the shop must refuse; it sends its code verifier in any case,
// so that the provider can (RFC 9700, section 4.8).
func Stripped(a, control attempt.SignIn, name string) Finding {
	switch name {
	case "state":
		return Rejected(a, control)
	case "nonce":
		return NobodyIn(a, control)
	}
	requests := codeRequests(a)
	if f := Control(control); f.Verdict != check.Pass {
		return f
	}
	for _, r := range requests {
		if r.Form.Get("code_verifier") == "" {
			return Fail("%s: the shop sent no code verifier either.", a.Title)
		}
	}
	if len(requests) == 0 {
		return Pass("%s: the shop did not redeem the code.", a.Title)
	}
	return Pass("%s: the shop sent its code verifier all the same, and the provider can tell.", a.Title)
}

// KeptTo decides on the answer of the honest provider that comes after a
// sign-in at another one was begun: its code goes to the honest provider, or
// nowhere, and whoever is signed in is the one who signed in there.
func KeptTo(a attempt.SignIn, clientSecret string) Finding {
	secrets := map[string]string{"client secret": clientSecret}
	for _, q := range a.Record.Requests {
		if u, err := url.Parse(q.URL); err == nil && attempt.Origin(q.URL) == a.ShopOrigin {
			secrets["authorization code"] = u.Query().Get("code")
			break
		}
	}
	if secrets["authorization code"] == "" {
		return Undecided("%s: it never reached the shop.", a.Title)
	}
	if f := SecretsAtOther(a, secrets); f.Verdict != check.Pass {
		return f
	}
	switch {
	case a.Who.SignedIn && a.Who.Subject != a.Subject:
		return Fail("%s: the shop signed %q in, although %q signed in at the provider.", a.Title, a.Who.Subject, a.Subject)
	case a.Who.SignedIn:
		return Pass("%s: the shop went on with the provider that was asked.", a.Title)
	case crashed(a):
		return Fail("%s: the shop %s.", a.Title, broke(a))
	}
	return Pass("%s: the shop refused it, and its code went nowhere.", a.Title)
}

// At decides whether a sign-in worked and went to one of two providers alone:
// its code and the requests that follow.
func At(a attempt.SignIn, second bool) Finding {
	if f := SignedIn(a); f.Verdict != check.Pass {
		return f
	}
	asked, other := a.Entries, a.Other
	if second {
		asked, other = a.Other, a.Entries
	}
	if !slices.ContainsFunc(asked, func(e journal.Entry) bool { return e.Kind == journal.Token }) {
		return Fail("%s: the code was not redeemed at that provider.", a.Title)
	}
	for _, e := range other {
		if e.Kind == journal.Token || e.Kind == journal.UserInfo {
			return Fail("%s: a request went to the %s endpoint of the other one.", a.Title, e.Kind)
		}
	}
	return Pass("%s worked and kept to it.", a.Title)
}

// NoUserInfo is Rejected for an answer that carries an access token: the shop
// must not ask with it who somebody is either.
func NoUserInfo(a, control attempt.SignIn) Finding {
	if f := Rejected(a, control); f.Verdict != check.Pass {
		return f
	}
	if n := len(a.Of(journal.UserInfo)); n > 0 {
		return Fail("%s: the shop asked the UserInfo endpoint with an access token that it was handed.", a.Title)
	}
	return Pass("%s: the shop used neither code nor token.", a.Title)
}

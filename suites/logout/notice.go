package logout

import (
	"context"
	"encoding/json"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// backChannel is a lane whose provider sends logout notices.
func backChannel() environ.Setup { return environ.Setup{BackChannel: true} }

// logoutEvent is the member of events (OpenID Connect Back-Channel Logout 1.0,
// section 2.4).
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

// about is a notice whose token is changed.
func about(title string, e fault.TokenEdit) harness.Notice {
	return harness.Notice{Title: "A notice " + title, Edit: &e}
}

// claim sets a claim to a value of JSON, or of an expression of fault.TokenEdit.
func claim(title, name, value string) harness.Notice {
	return about(title, fault.TokenEdit{SetClaims: one(name, value)})
}

func without(title string, names ...string) harness.Notice {
	return about(title, fault.TokenEdit{RemoveClaims: names})
}

func typed(title, typ string) harness.Notice {
	return about(title, fault.TokenEdit{SetHeader: one("typ", typ)})
}

func one(name, value string) map[string]json.RawMessage {
	return map[string]json.RawMessage{name: json.RawMessage(value)}
}

// notices registers the checks of back-channel logout.
func notices(h *harness.Harness) {
	h.CheckWith(catalog.LogoutNoticeEndsSession, backChannel(), noticeEndsSession)
	h.CheckWith(catalog.LogoutNoticeUncached, backChannel(), noticeUncached)
	h.CheckWith(catalog.LogoutNoticeSession, backChannel(), noticeSession)
	h.CheckWith(catalog.LogoutNoticeSubject, backChannel(), noticeSubject)
	h.CheckWith(catalog.LogoutNoticeUnknown, backChannel(), noticeUnknown)
	h.CheckWith(catalog.LogoutNoticeMismatch, backChannel(), noticeMismatch)
	h.CheckWith(catalog.LogoutNoticeNobody, backChannel(), noticeNobody)
	h.CheckWith(catalog.LogoutNoticeReplay, backChannel(), noticeReplay)
	h.CheckWith(catalog.LogoutNoticeOtherToken, backChannel(), noticeOtherToken)
	h.CheckWith(catalog.LogoutNoticeAsIDToken, backChannel(), noticeAsIDToken)
	h.CheckWith(catalog.LogoutNoticeRequest, backChannel(), noticeRequest)
	h.CheckWith(catalog.LogoutNoticeSize, backChannel(), noticeSize)
	h.CheckWith(catalog.LogoutNoticeOtherProvider, environ.Setup{BackChannel: true, Second: true}, noticeOtherProvider)
	h.CheckWith(catalog.LogoutNoticeKeys, backChannel(), noticeKeys)
	h.CheckWith(catalog.LogoutNoticeDuringSignIn, backChannel(), noticeDuringSignIn)
	h.CheckWith(catalog.LogoutNoticeEncrypted, environ.Setup{BackChannel: true, Encrypted: true}, noticeEncrypted)
	h.CheckWith(catalog.LogoutNoticeFlood, backChannel(), noticeFlood)
	badNotices(h)
}

// badNotices registers the checks of tokens that deviate in one point.
func badNotices(h *harness.Harness) {
	h.RefusesNotices(catalog.LogoutNoticeSignature,
		about("with some bits of the signature turned", fault.TokenEdit{Sign: fault.Corrupted}),
		about("signed with a key that was never published", fault.TokenEdit{Sign: fault.OtherKey}),
		about("signed with a rogue key under a kid that nobody knows", fault.TokenEdit{Sign: fault.OtherKey, SetHeader: one("kid", `"unknown"`)}),
		about("signed with a rogue key that it brings along", fault.TokenEdit{Sign: fault.OtherKey, SetHeader: one("jwk", `{"$jwk":"rogue"}`)}),
		about("signed by HMAC with the public key", fault.TokenEdit{Sign: fault.PublicKeyHMAC}),
		about("changed after it was signed", fault.TokenEdit{Sign: fault.BeforeEdits, SetClaims: one("jti", `"changed"`)}),
	)
	h.RefusesNotices(catalog.LogoutNoticeUnsigned,
		about("of the algorithm none", fault.TokenEdit{Sign: fault.Unsigned}),
		about("of the algorithm None", fault.TokenEdit{Sign: fault.Unsigned, SetHeader: one("alg", `"None"`)}),
		about("of the algorithm NONE", fault.TokenEdit{Sign: fault.Unsigned, SetHeader: one("alg", `"NONE"`)}),
		about("of the algorithm nOnE", fault.TokenEdit{Sign: fault.Unsigned, SetHeader: one("alg", `"nOnE"`)}),
		about("with an empty signature", fault.TokenEdit{Signature: fault.Emptied}),
	)
	h.RefusesNotices(catalog.LogoutNoticeAlgorithm,
		about("signed with another key and algorithm of the provider", fault.TokenEdit{Sign: fault.OtherAlgorithm}),
		about("signed with another padding", fault.TokenEdit{Sign: fault.OtherPadding}),
	)
	h.RefusesNotices(catalog.LogoutNoticeIssuer,
		claim("of an issuer whose name begins like the provider's", "iss", `{"$append":"/other"}`),
		claim("of an issuer that nobody knows", "iss", `"https://unknown.example"`),
		claim("of the provider in upper case", "iss", `{"$upper":{"$own":"value"}}`),
		without("without an issuer", "iss"),
	)
	h.RefusesNotices(catalog.LogoutNoticeAudience,
		claim("for another client", "aud", `"another-client"`),
		claim("for a list of other clients", "aud", `["another-client","third-client"]`),
		without("without an audience", "aud"),
	)
	h.RefusesNotices(catalog.LogoutNoticeAudienceExtra,
		claim("for the shop and another client", "aud", `[{"$client":"id"},"another-client"]`),
	)
	h.RefusesNotices(catalog.LogoutNoticeExpired,
		claim("that expired a day ago", "exp", `{"$now":"-24h"}`),
		claim("whose expiry is a text", "exp", `{"$string":{"$now":"1h"}}`),
		without("that never expires", "exp"),
	)
	h.RefusesNotices(catalog.LogoutNoticeIssuedAt,
		without("without a time of issue", "iat"),
		claim("whose time of issue is a text", "iat", `{"$string":{"$now":"0s"}}`),
	)
	h.RefusesNotices(catalog.LogoutNoticeIssuedWhen,
		claim("from six hours ago, which has not expired", "iat", `{"$now":"-6h"}`),
		about("from next month", fault.TokenEdit{SetClaims: map[string]json.RawMessage{
			"iat": json.RawMessage(`{"$now":"720h"}`), "exp": json.RawMessage(`{"$now":"721h"}`),
		}}),
	)
	event := func(value string) string { return `{"` + logoutEvent + `":` + value + `}` }
	h.RefusesNotices(catalog.LogoutNoticeEvents,
		without("without events", "events"),
		claim("of another event", "events", `{"http://schemas.openid.net/event/other":{}}`),
		claim("whose events are a list", "events", `["`+logoutEvent+`"]`),
		claim("whose events are a text", "events", `"`+logoutEvent+`"`),
		claim("whose event is a text", "events", event(`"yes"`)),
		claim("whose event is a list", "events", event(`[]`)),
		claim("whose event is null", "events", event(`null`)),
	)
	h.RefusesNotices(catalog.LogoutNoticeNonce,
		claim("with a nonce", "nonce", `"n-0S6_WzA2Mj"`),
		claim("with an empty nonce", "nonce", `""`),
	)
	h.RefusesNotices(catalog.LogoutNoticeIdentifier,
		without("without an identifier", "jti"),
	)
	h.RefusesNotices(catalog.LogoutNoticeType,
		typed("that says that it is an access token", `"at+jwt"`),
		typed("that says that it is a security event", `"secevent+jwt"`),
	)
}

// noticeEndsSession sends a notice in each way that a shop must understand.
func noticeEndsSession(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	ways := []harness.Notice{
		{Title: "A notice as the specification has it"},
		typed("of type JWT", `"JWT"`),
		about("without a type", fault.TokenEdit{RemoveHeader: []string{"typ"}}),
		claim("with a claim that nobody knows", "https://claims.example/x", `{"a":[1]}`),
		claim("with a list of one audience", "aud", `[{"$client":"id"}]`),
		claim("with a second event", "events", `{"`+logoutEvent+`":{},"https://events.example/other":{"a":1}}`),
		{Title: "A notice with a parameter that nobody knows", Delivery: &fault.RedirectEdit{Set: map[string]string{"foo": "bar"}}},
	}
	u := s.Person(nil)
	var findings []judge.Finding
	for _, n := range ways {
		in, f, err := s.SignedIn(ctx, harness.Try{User: u})
		if err != nil || f.Verdict != check.Pass {
			return f, err
		}
		a, err := s.Notify(ctx, in, n)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.NoticeTaken(*a)))
		// What ended at the shop goes on at the provider: a new browser.
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	return judge.Worst(findings...), nil
}

func noticeUncached(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	in, f, err := s.SignedIn(ctx, harness.Try{})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	a, err := s.Notify(ctx, in, harness.Notice{Title: "A notice"})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.NoticeSent(*a), judge.NotStored(*a)), nil
}

// noticeNobody also looks at somebody who has nothing to do with it.
func noticeNobody(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	other, f, err := hold(ctx, s, harness.Try{Title: "Somebody else signs in"})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	f, err = s.NoticesRefused(ctx,
		without("about nobody", "sub", "sid"),
		about("whose subject and session are empty", fault.TokenEdit{SetClaims: map[string]json.RawMessage{
			"sub": json.RawMessage(`""`), "sid": json.RawMessage(`""`),
		}}),
		about("whose subject is empty, without a session", fault.TokenEdit{SetClaims: one("sub", `""`), RemoveClaims: []string{"sid"}}),
		about("whose subject is a number, without a session", fault.TokenEdit{SetClaims: one("sub", `1`), RemoveClaims: []string{"sid"}}),
	)
	if err != nil {
		return f, err
	}
	who, err := s.Replay(ctx, other.cookies)
	if err != nil {
		return judge.Finding{}, err
	}
	if !who.SignedIn {
		return judge.Fail("Notices about nobody signed somebody out who has nothing to do with them."), nil
	}
	return f, nil
}

// noticeAsIDToken puts the last logout token in place of the ID token.
func noticeAsIDToken(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	in, f, err := s.SignedIn(ctx, harness.Try{User: u})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	var bad []*attempt.SignIn
	for _, n := range []harness.Notice{{Title: "A notice of its own type"}, typed("of type JWT", `"JWT"`)} {
		n.NoSID = true
		if _, err := s.Notify(ctx, in, n); err != nil {
			return judge.Finding{}, err
		}
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
		a, err := s.SignIn(ctx, harness.Try{
			Title: "A sign-in with that notice in place of the ID token", User: u, Fault: "id_token.source.logout_token", NoPicture: true,
		})
		if err != nil {
			return judge.Finding{}, err
		}
		bad = append(bad, a)
	}
	if err := s.Browser.Clear(ctx); err != nil {
		return judge.Finding{}, err
	}
	good, err := s.SignIn(ctx, harness.Try{Title: "The same sign-in with the ID token", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return s.Against(good, judge.Refused, bad...), nil
}

// tokenOf is the logout token of a notice that was sent.
func tokenOf(a *attempt.SignIn) string {
	for _, e := range a.Of(journal.BackChannelLogout) {
		for _, t := range e.Tokens {
			return t.Value
		}
	}
	return ""
}

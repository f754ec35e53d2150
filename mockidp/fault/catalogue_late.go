package fault

import (
	"encoding/json"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

func userInfoFaults() []Spec {
	to := journal.UserInfo
	same, response5 := core("5.3.2"), core("5.3.3")
	about := func(id ID, title string, e TokenEdit, r ...protocol.Ref) Spec {
		e.Token = "userinfo"
		return tokenFault(id, title, e, r...)
	}
	sub := func(id ID, title, value string) Spec {
		return about(id, title, TokenEdit{SetClaims: one("sub", value)}, same)
	}
	list := "[]"
	return []Spec{
		sub(UserInfoSubOther, "UserInfo of another end-user", `"another-subject"`),
		about("userinfo.sub.missing", "UserInfo without subject", TokenEdit{RemoveClaims: []string{"sub"}}, same),
		sub("userinfo.sub.victim", "UserInfo with another end-user's subject", `{"$other":"sub"}`),
		sub("userinfo.sub.case", "UserInfo whose subject is in upper case", `{"$upper":{"$own":"value"}}`),
		sub("userinfo.sub.null", "UserInfo whose subject is null", `null`),
		sub("userinfo.sub.number", "UserInfo whose subject is a number", `1`),
		sub("userinfo.sub.array", "UserInfo with the subject and another in a list", `[{"$own":"value"},{"$other":"sub"}]`),
		about("userinfo.sub.duplicate", "UserInfo with two subjects, the second another end-user's",
			TokenEdit{DuplicateClaims: one("sub", `{"$other":"sub"}`)}, same, rfc("8259", "4")),
		about("userinfo.sub.duplicate_first", "UserInfo with two subjects, the first another end-user's",
			TokenEdit{SetClaims: one("sub", `{"$other":"sub"}`), DuplicateClaims: one("sub", `{"$own":"value"}`)}, same, rfc("8259", "4")),
		about("userinfo.claims.contradiction", "UserInfo that contradicts the ID token",
			TokenEdit{SetClaims: values{"iss": json.RawMessage(`"` + canary + `"`), "aud": json.RawMessage(`"another-client"`)}}, same),
		about("userinfo.email.other", "UserInfo with another address", TokenEdit{SetClaims: one("email", `"victim@shop.test"`)}, core("5.7")),
		about("userinfo.email_verified.text", "UserInfo whose email_verified is a text",
			TokenEdit{SetClaims: one("email_verified", `"false"`)}, core("5.1")),
		response("userinfo.body.list", "UserInfo that is a list", ResponseEdit{Endpoint: to, Body: &list}, same),
		response("userinfo.body.not_json", "an HTML page in place of UserInfo", page(to), same),
		response("userinfo.type.jwt", "UserInfo that says that it is a JWT", ResponseEdit{
			Endpoint: to, Header: texts{"Content-Type": "application/jwt"},
		}, same),
		response("userinfo.status.401", "UserInfo refuses the access token", down(to, 401, protocol.InvalidToken), response5),
		response("userinfo.status.403", "UserInfo refuses the scope", down(to, 403, protocol.InsufficientScope), response5),
		response(UserInfoStatus500, "UserInfo does not work", down(to, 500, protocol.ServerError), response5),
	}
}

func signOutFaults() []Spec {
	r := protocol.Ref{Spec: "OpenID Connect RP-Initiated Logout 1.0", Section: "3"}
	back := func(id ID, title string, e RedirectEdit) Spec {
		e.Endpoint = journal.EndSession
		return redirect(id, title, e, r)
	}
	return []Spec{
		back(EndSessionStateOther, "sign-out redirect with another state", RedirectEdit{Append: texts{"state": "x"}}),
		back(EndSessionStateMissing, "sign-out redirect without the state that was sent", RedirectEdit{Remove: []string{"state"}}),
		back("end_session.state.duplicate", "sign-out redirect with two states", RedirectEdit{Duplicate: texts{"state": "x"}}),
		back("end_session.state.script", "sign-out redirect whose state is a script", RedirectEdit{Set: texts{"state": marker}}),
		back("end_session.params.extra", "sign-out redirect with an unknown parameter", RedirectEdit{Set: texts{"foo": "bar"}}),
		back("end_session.redirect.elsewhere", "sign-out redirect to a foreign address", RedirectEdit{To: canary + "/bye"}),
		back("end_session.redirect.other_path", "sign-out redirect to another page of the relying party", RedirectEdit{Path: "/"}),
		response(EndSessionStatus500, "the end session endpoint does not work", down(journal.EndSession, 500, protocol.ServerError), r),
	}
}

// noticeFaults are those of back-channel logout. The checks of a logout token
// are in section 2.6.
func noticeFaults() []Spec {
	valid := bcl("2.6")
	about := func(id ID, title string, e TokenEdit) Spec {
		e.Token = "logout_token"
		return tokenFault(id, title, e, valid, bcl("2.4"))
	}
	without := func(id ID, title string, names ...string) Spec {
		return about(id, title, TokenEdit{RemoveClaims: names})
	}
	setting := func(id ID, title, name, value string) Spec {
		return about(id, title, TokenEdit{SetClaims: one(name, value)})
	}
	sent := func(id ID, title string, e RedirectEdit) Spec {
		e.Endpoint = journal.BackChannelLogout
		return redirect(id, title, e, bcl("2.5"))
	}
	return []Spec{
		about("logout_token.alg.none", "logout token without signature", TokenEdit{Sign: Unsigned}),
		about("logout_token.alg.other_registered", "logout token signed with an algorithm that the client did not register", TokenEdit{Sign: OtherAlgorithm}),
		about("logout_token.signature.other_key", "logout token signed with a key that was never published", TokenEdit{Sign: OtherKey}),
		about("logout_token.signature.corrupted", "logout token with a corrupted signature", TokenEdit{Sign: Corrupted}),
		setting("logout_token.iss.other", "logout token of another issuer", "iss", `{"$append":"/other"}`),
		without("logout_token.iss.missing", "logout token without issuer", "iss"),
		setting("logout_token.aud.other", "logout token for another client", "aud", `"another-client"`),
		without("logout_token.aud.missing", "logout token without audience", "aud"),
		without("logout_token.iat.missing", "logout token without time of issue", "iat"),
		setting("logout_token.exp.past", "logout token that expired a day ago", "exp", `{"$now":"-24h"}`),
		without("logout_token.exp.missing", "logout token without expiry", "exp"),
		without("logout_token.jti.missing", "logout token without identifier", "jti"),
		setting("logout_token.nonce.present", "logout token with a nonce", "nonce", `"no"`),
		without("logout_token.events.missing", "logout token without events", "events"),
		setting("logout_token.events.other", "logout token of another event", "events", `{"http://schemas.openid.net/event/other":{}}`),
		setting("logout_token.events.array", "logout token whose events are a list", "events", `["http://schemas.openid.net/event/backchannel-logout"]`),
		without("logout_token.subject.missing", "logout token about nobody", "sub", "sid"),
		setting("logout_token.sub.other", "logout token about somebody else", "sub", `{"$other":"sub"}`),
		setting("logout_token.sid.unknown", "logout token about an unknown session", "sid", `"unknown"`),
		about("logout_token.typ.jwt", "logout token of type JWT, which is good", TokenEdit{SetHeader: one("typ", `"JWT"`)}),
		about("logout_token.source.id_token", "the ID token in place of a logout token", TokenEdit{From: FromIDToken}),
		sent("logout_token.delivery.query", "logout token in the query", RedirectEdit{Mode: "query"}),
		sent("logout_token.delivery.json", "logout token in JSON", RedirectEdit{Mode: "json"}),
		sent("logout_token.delivery.missing", "logout request without a token", RedirectEdit{Remove: []string{"logout_token"}}),
		sent("logout_token.delivery.duplicate", "logout request with two tokens", RedirectEdit{Duplicate: texts{"logout_token": ""}}),
		sent("logout_token.delivery.extra", "logout request with an unknown parameter, which is good", RedirectEdit{Set: texts{"foo": "bar"}}),
	}
}

// ruleFaults make the provider forget a rule, so that the relying party's own
// defence is measured alone.
func ruleFaults() []Spec {
	waive := func(id ID, title string, endpoint journal.Kind, rule Rule, r ...protocol.Ref) Spec {
		return response(id, title, ResponseEdit{Endpoint: endpoint, Waive: []Rule{rule}}, r...)
	}
	return []Spec{
		waive("token.pkce.not_enforced", "the code verifier is not compared", journal.Token, RulePKCE, rfc("7636", "4.6")),
		waive("token.code.reusable", "a code is good more than once", journal.Token, RuleCodeReuse, rfc("6749", "4.1.2")),
		waive("token.code.invented", "a code that was never issued is good", journal.Token, RuleCodeIssued, rfc("6749", "4.1.3")),
		waive("token.code.any_client", "a code is good for every client", journal.Token, RuleCodeClient, rfc("6749", "4.1.3")),
		waive("token.refresh_token.reusable", "a refresh token is good more than once", journal.Token, RuleRefreshReuse, rfc("9700", "4.14.2")),
		waive("token.redirect_uri.any", "the redirect URI is not compared with the authorization request", journal.Token, RuleRedirectURI, rfc("6749", "4.1.3")),
		waive("token.client_secret.any", "every client secret is good", journal.Token, RuleClientSecret, rfc("6749", "2.3")),
		waive("token.client_method.any", "every way of client authentication is good", journal.Token, RuleClientMethod, core("9")),
		waive("authorize.redirect_uri.any", "every redirect URI is good", journal.Authorize, RuleRedirectURI, rfc("9700", "4.1")),
		waive("authorize.prompt.ignored", "prompt and max_age are not heeded", journal.Authorize, RulePrompt, core("3.1.2.1")),
		waive("end_session.redirect_uri.any", "every post_logout_redirect_uri is good", journal.EndSession, RuleRedirectURI,
			protocol.Ref{Spec: "OpenID Connect RP-Initiated Logout 1.0", Section: "3"}),
	}
}

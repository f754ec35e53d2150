package fault

import (
	"encoding/json"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// notJSON is what a proxy in front of a provider answers on a bad day.
const notJSON = "<!doctype html><title>Maintenance</title><p>We are back soon.</p>"

const jsonType = "application/json"

// response is a fault of one endpoint's answer.
func response(id ID, title string, ref protocol.Ref, e ResponseEdit) Spec {
	return Spec{ID: id, Title: title, Refs: []protocol.Ref{ref}, Response: &e}
}

// redirect is a fault of a redirect to the relying party.
func redirect(id ID, title string, ref protocol.Ref, e RedirectEdit) Spec {
	return Spec{ID: id, Title: title, Refs: []protocol.Ref{ref}, Redirect: &e}
}

// down is an answer of an endpoint that does not work.
func down(endpoint journal.Kind, status int, code protocol.Code) ResponseEdit {
	body := `{"error":"` + string(code) + `"}`
	return ResponseEdit{
		Endpoint: endpoint, Status: status, Body: &body,
		Header: map[string]string{"Content-Type": jsonType, "Location": ""},
	}
}

func discoveryFaults() []Spec {
	discovery := func(section string) protocol.Ref {
		return protocol.Ref{Spec: "OpenID Connect Discovery 1.0", Section: section}
	}
	return []Spec{
		response(DiscoveryStatus503, "discovery is unavailable", discovery("4.2"), down(journal.Discovery, 503, "temporarily_unavailable")),
		response(DiscoveryIssuerOther, "discovery document of another issuer", discovery("4.3"),
			ResponseEdit{Endpoint: journal.Discovery, Merge: json.RawMessage(`{"issuer": "https://another-issuer.example"}`)}),
		response(JWKSStatus503, "the key set is unavailable", protocol.Ref{Spec: "OpenID Connect Core 1.0", Section: "10.1.1"},
			down(journal.JWKS, 503, "temporarily_unavailable")),
	}
}

func authorizeFaults() []Spec {
	to := journal.Authorize
	return []Spec{
		redirect(AuthorizeStateOther, "authorization response with another state", rfc("6749", "10.12"),
			RedirectEdit{Endpoint: to, Append: map[string]string{"state": "x"}}),
		redirect(AuthorizeStateMissing, "authorization response without the state that was sent", rfc("6749", "4.1.2"),
			RedirectEdit{Endpoint: to, Remove: []string{"state"}}),
		redirect(AuthorizeIssOther, "authorization response of another issuer", rfc("9207", "2.4"),
			RedirectEdit{Endpoint: to, Append: map[string]string{"iss": "/other"}}),
		redirect(AuthorizeIssMissing, "authorization response without the issuer that discovery promises", rfc("9207", "2.4"),
			RedirectEdit{Endpoint: to, Remove: []string{"iss"}}),
		redirect(AuthorizeErrorWithCode, "authorization response with an error beside the code", rfc("6749", "4.1.2.1"),
			RedirectEdit{Endpoint: to, Set: map[string]string{"error": string(protocol.AccessDenied)}}),
		redirect(AuthorizeAccessDenied, "authorization refused in place of a code", rfc("6749", "4.1.2.1"),
			RedirectEdit{Endpoint: to, Error: string(protocol.AccessDenied)}),
	}
}

func tokenFaults() []Spec {
	to := journal.Token
	ok, bad := rfc("6749", "5.1"), rfc("6749", "5.2")
	html := notJSON
	return []Spec{
		response(TokenIDTokenMissing, "token response without ID token",
			protocol.Ref{Spec: "OpenID Connect Core 1.0", Section: "3.1.3.3"},
			ResponseEdit{Endpoint: to, Merge: json.RawMessage(`{"id_token": null}`)}),
		response(TokenStatus400, "the code is refused", bad, down(to, 400, protocol.InvalidGrant)),
		response(TokenStatus400WithTokens, "status 400 with good tokens in the body", bad, ResponseEdit{Endpoint: to, Status: 400}),
		response(TokenStatus500, "the token endpoint does not work", ok, down(to, 500, protocol.ServerError)),
		response(TokenTimeout, "the token endpoint takes a minute", ok, ResponseEdit{Endpoint: to, Delay: "60s"}),
		response(TokenBodyNotJSON, "an HTML page in place of tokens", ok, ResponseEdit{
			Endpoint: to, Status: 200, Body: &html, Header: map[string]string{"Content-Type": "text/html; charset=utf-8"},
		}),
		response(TokenBodyTruncated, "the connection ends within the token response", ok, ResponseEdit{Endpoint: to, Truncate: 40}),
	}
}

func lateFaults() []Spec {
	logout := protocol.Ref{Spec: "OpenID Connect RP-Initiated Logout 1.0", Section: "3"}
	userinfo := func(section string) protocol.Ref {
		return protocol.Ref{Spec: "OpenID Connect Core 1.0", Section: section}
	}
	return []Spec{
		response(UserInfoSubOther, "UserInfo of another end-user", userinfo("5.3.2"),
			ResponseEdit{Endpoint: journal.UserInfo, Merge: json.RawMessage(`{"sub": "another-subject"}`)}),
		response(UserInfoStatus500, "UserInfo does not work", userinfo("5.3.3"), down(journal.UserInfo, 500, protocol.ServerError)),
		redirect(EndSessionStateOther, "sign-out redirect with another state", logout,
			RedirectEdit{Endpoint: journal.EndSession, Append: map[string]string{"state": "x"}}),
		redirect(EndSessionStateMissing, "sign-out redirect without the state that was sent", logout,
			RedirectEdit{Endpoint: journal.EndSession, Remove: []string{"state"}}),
		response(EndSessionStatus500, "the end session endpoint does not work", logout, down(journal.EndSession, 500, protocol.ServerError)),
	}
}

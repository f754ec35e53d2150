package fault

import (
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// answer is a fault of the authorization response.
func answer(id ID, title string, e RedirectEdit, r ...protocol.Ref) Spec {
	e.Endpoint = journal.Authorize
	return redirect(id, title, e, r...)
}

func authorizeFaults() []Spec {
	state, issuer, code := rfc("6749", "10.12"), rfc("9207", "2.4"), rfc("6749", "4.1.2")
	return append([]Spec{
		answer(AuthorizeStateOther, "authorization response with another state", RedirectEdit{Alter: []string{"state"}}, state),
		answer("authorize.state.appended", "authorization response whose state has one character more", RedirectEdit{Append: texts{"state": "x"}}, state),
		answer(AuthorizeStateMissing, "authorization response without the state that was sent", RedirectEdit{Remove: []string{"state"}}, code),
		answer("authorize.state.empty", "authorization response with an empty state", RedirectEdit{Set: texts{"state": ""}}, state),
		answer("authorize.state.guessed", "authorization response with an invented state", RedirectEdit{Set: texts{"state": "undefined"}}, state),
		answer("authorize.state.duplicate", "authorization response with two states, the second another",
			RedirectEdit{Duplicate: texts{"state": "x"}}, rfc("6749", "3.1")),
		answer("authorize.state.renamed", "authorization response with state[]", RedirectEdit{Rename: texts{"state": "state[]"}}, rfc("6749", "3.1")),
		answer(AuthorizeIssOther, "authorization response of another issuer", RedirectEdit{Append: texts{"iss": "/other"}}, issuer),
		answer(AuthorizeIssMissing, "authorization response without the issuer that discovery promises", RedirectEdit{Remove: []string{"iss"}}, issuer),
		answer("authorize.iss.slash", "authorization response whose issuer has one slash more", RedirectEdit{Append: texts{"iss": "/"}}, issuer),
		answer("authorize.iss.mix_up", "authorization response that names a foreign issuer", RedirectEdit{Set: texts{"iss": canary}}, issuer, rfc("9700", "4.4")),
		answer("authorize.iss.duplicate", "authorization response with two issuers", RedirectEdit{Duplicate: texts{"iss": canary}}, rfc("6749", "3.1"), issuer),
		answer("authorize.params.extra", "authorization response with unknown parameters",
			RedirectEdit{Set: texts{"foo": "bar", "session_state": "s.1", "hd": "shop.test"}}, code),
		answer("authorize.params.none", "authorization response without parameters", RedirectEdit{RemoveAll: true}, code),
		answer("authorize.token.injected", "authorization response with an access token that nobody asked for",
			RedirectEdit{Set: texts{"access_token": "injected", "token_type": "Bearer"}}, rfc("9700", "4.6")),
		answer("authorize.id_token.injected", "authorization response with an ID token that nobody asked for",
			RedirectEdit{Set: texts{"id_token": "eyJhbGciOiJub25lIn0.e30."}}, core("3.1.2.7")),
		answer("authorize.mode.fragment", "authorization response in the fragment", RedirectEdit{Mode: "fragment"}, protocol.Ref{
			Spec: "OAuth 2.0 Multiple Response Type Encoding Practices", Section: "2.1",
		}),
		answer("authorize.mode.form_post", "authorization response that is posted", RedirectEdit{Mode: "form_post"},
			protocol.Ref{Spec: "OAuth 2.0 Form Post Response Mode 1.0", Section: "2"}),
		answer("authorize.response.twice", "authorization response that is delivered twice", RedirectEdit{Times: 2}, rfc("9700", "4.2.4")),
		answer("authorize.redirect.elsewhere", "authorization response to a foreign address",
			RedirectEdit{To: canary + "/callback"}, rfc("9700", "4.1")),
		answer("authorize.redirect.other_path", "authorization response to another page of the relying party",
			RedirectEdit{Path: "/"}, rfc("6749", "3.1.2")),
		response("authorize.endpoint.other", "the authorization endpoint hands people on to another provider", ResponseEdit{
			Endpoint: journal.Authorize, Redirect: &Elsewhere{To: canary + "/authorize", KeepQuery: true},
		}, rfc("9700", "4.4")),
		response("authorize.redirect.loop", "the authorization endpoint redirects to itself", ResponseEdit{
			Endpoint: journal.Authorize, Redirect: &Elsewhere{},
		}, rfc("9110", "15.4")),
		response("authorize.redirect.307", "authorization response with status 307, which repeats the password", ResponseEdit{
			Endpoint: journal.SignIn, Status: 307,
		}, rfc("9700", "4.12")),
		response("authorize.page.500", "the sign-in page does not work", down(journal.Authorize, 500, protocol.ServerError), rfc("6749", "3.1")),
	}, errorFaults()...)
}

// marker is what must never run in a browser.
const marker = `"><script>document.title="countersign-marker"</script>`

func errorFaults() []Spec {
	r := rfc("6749", "4.1.2.1")
	refused := func(id ID, title string, set texts) Spec {
		return answer(id, title, RedirectEdit{Error: string(protocol.AccessDenied), Set: set}, r)
	}
	out := []Spec{
		answer(AuthorizeErrorWithCode, "authorization response with an error beside the code",
			RedirectEdit{Set: texts{"error": string(protocol.AccessDenied)}}, r),
		refused("authorize.error_description.script", "an error whose description is a script", texts{"error_description": marker}),
		refused("authorize.error_description.line_feed", "an error whose description is a header field",
			texts{"error_description": "x\r\nSet-Cookie: countersign=marker"}),
		refused("authorize.error_description.long", "an error whose description has 20 000 characters",
			texts{"error_description": strings.Repeat("long ", 4000)}),
		refused("authorize.error_uri.script", "an error whose page is a script", texts{"error_uri": "javascript:alert(1)"}),
		answer("authorize.error.stateless", "an error without state", RedirectEdit{Error: string(protocol.AccessDenied), Remove: []string{"state"}}, r),
		answer("authorize.error.other_state", "an error with another state",
			RedirectEdit{Error: string(protocol.AccessDenied), Alter: []string{"state"}}, r, rfc("6749", "10.12")),
	}
	for _, code := range []string{
		"access_denied", "invalid_request", "unauthorized_client", "unsupported_response_type", "invalid_scope", "server_error",
		"temporarily_unavailable", "login_required", "interaction_required", "account_selection_required", "consent_required",
		"unmet_authentication_requirements", "x_invented",
	} {
		section := r
		if strings.HasSuffix(code, "_required") {
			section = core("3.1.2.6")
		}
		title := "authorization refused with " + spaced(code)
		if code == "access_denied" {
			title = "authorization refused in place of a code"
		}
		out = append(out, answer(ID("authorize.error."+code), title, RedirectEdit{Error: code}, section))
	}
	return out
}

func codeFaults() []Spec {
	inject, once := rfc("9700", "4.5"), rfc("6749", "4.1.2")
	return []Spec{
		answer("authorize.code.missing", "authorization response without a code", RedirectEdit{Remove: []string{"code"}}, once),
		answer("authorize.code.empty", "authorization response with an empty code", RedirectEdit{Set: texts{"code": ""}}, once),
		answer("authorize.code.duplicate", "authorization response with two codes", RedirectEdit{Duplicate: texts{"code": "another-code"}}, rfc("6749", "3.1")),
		answer("authorize.code.other_user", "another end-user's code", RedirectEdit{Code: CodeOtherUser}, inject),
		answer("authorize.code.other_client", "a code of another client", RedirectEdit{Code: CodeOtherClient}, inject),
		answer("authorize.code.spent", "a code that was used before", RedirectEdit{Code: CodeSpent}, once),
		answer("authorize.code.expired", "a code that is too old", RedirectEdit{Code: CodeExpired}, once),
		answer("authorize.code.unknown", "an invented code", RedirectEdit{Code: CodeUnknown}, inject),
		answer("authorize.code.odd", "a good code with characters that need encoding", RedirectEdit{Code: CodeOdd}, rfc("6749", "Appendix A.11")),
		answer("authorize.code.long", "a good code of 2000 characters", RedirectEdit{Code: CodeLong}, rfc("6749", "4.1.2")),
	}
}

package vendor_test

import (
	"net/url"
	"strings"
)

// described are the parts of answers whose payload describes what is there, and
// does not quote it.
func described() map[string][]string {
	return map[string][]string{
		"okta.error.unknown_client_authorize":                       {"invalid_client"},
		"okta.error.bad_login":                                      {"Unable to sign in"},
		"okta.error.user_disabled":                                  {"Unable to sign in"},
		"okta.error.userinfo_insufficient_scope":                    {`WWW-Authenticate: Bearer error="insufficient_scope", `},
		"auth0.error.missing_pkce":                                  {"Parameter 'code_challenge' is required"},
		"auth0.error.redirect_mismatch_authorize":                   {"Callback URL mismatch. The provided redirect_uri is not in the list of allowed callback URLs.", callback + "/"},
		"auth0.error.unknown_client_authorize":                      {"Unknown client: nobody", "invalid_request"},
		"auth0.error.bad_login":                                     {"Wrong email or password"},
		"auth0.error.idp_initiated_without_initiate_login_uri":      {"You may have pressed the back button"},
		"cognito.error.redirect_mismatch_authorize":                 {"/error?error=redirect_mismatch&client_id=shop", "An error was encountered with the requested page."},
		"cognito.error.unknown_client_authorize":                    {"/error?", "Client nobody does not exist"},
		"cognito.error.no_idp_enabled":                              {"Login pages unavailable"},
		"cognito.error.user_disabled":                               {"User is disabled."},
		"cognito.error.bad_login":                                   {"Incorrect username or password."},
		"cognito.error.post_logout_not_allowed":                     {"/error?", "Required String parameter 'redirect_uri' is not present"},
		"entra.error.unknown_client_authorize":                      {"Sorry, but we're having trouble signing you in.", "AADSTS700016"},
		"entra.error.unknown_user":                                  {"This username may be incorrect", "AADSTS50034"},
		"entra.error.bad_login":                                     {"Your account or password is incorrect", "AADSTS50126"},
		"entra.error.user_not_in_tenant":                            {"AADSTS50020: User account", "does not exist in tenant"},
		"entra.error.mfa_required":                                  {"AADSTS50076", "50074", "50079"},
		"entra.error.single_tenant_via_common":                      {"AADSTS50194: Application 'shop' is not configured as a multi-tenant application. Usage of the /common endpoint is not supported"},
		"entra.error.conditional_access":                            {"AADSTS53003", "530035"},
		"entra.error.signout_failed":                                {"AADSTS50061", "50068", "50070"},
		"entra.error.idp_initiated_without_initiate_login_uri":      {"no sign-on URL"},
		"entra.error.post_logout_not_allowed":                       {"You signed out of your account"},
		"entra.error.rate_limited":                                  {"AADSTS90055"},
		"entra.error.invalid_scope":                                 {"AADSTS650053"},
		"salesforce.error.user_disabled":                            {"Please check your username and password"},
		"salesforce.error.bad_login":                                {"Please check your username and password. If you still can't log in, contact your Salesforce administrator."},
		"salesforce.error.idp_initiated_without_initiate_login_uri": {"Start URL"},
		"salesforce.error.rate_limited":                             {"LOGIN_RATE_EXCEEDED"},
		"google.error.redirect_mismatch_authorize":                  {"Access blocked: This app's request is invalid", "Authorization Error", "Error 400: redirect_uri_mismatch", "You can't sign in to this app because it doesn't comply with Google's OAuth 2.0 policy."},
		"google.error.unknown_client_authorize":                     {"Access blocked: Authorization Error", "Error 401: invalid_client, The OAuth client was not found."},
		"google.error.invalid_scope":                                {"Error 400: invalid_scope", "Some requested scopes were invalid. {valid="},
		"google.error.invalid_request":                              {"Error 400: invalid_request (Missing required parameter: "},
		"google.error.user_not_assigned":                            {"Error 403: access_denied"},
		"google.error.rate_limited":                                 {"rate_limit_exceeded", "This app has reached its sign-in rate limit"},
		"keycloak.error.redirect_mismatch_authorize":                {"We are sorry...", "Invalid parameter: redirect_uri"},
		"keycloak.error.unknown_client_authorize":                   {"Client not found."},
		"keycloak.error.client_disabled":                            {"Client disabled."},
		"keycloak.error.bad_login":                                  {"Invalid username or password."},
		"keycloak.error.brute_force_locked":                         {"Account is temporarily disabled; contact your administrator or retry later."},
		"keycloak.error.cookie_not_found":                           {"Cookie not found. Please make sure cookies are enabled in your browser."},
		"keycloak.error.login_timeout":                              {"Login timeout. Please sign in again."},
		"keycloak.error.https_required":                             {"HTTPS required"},
		"keycloak.error.post_logout_not_allowed":                    {"Invalid redirect uri"},
		"keycloak.error.logout_missing_hint":                        {"Missing parameters: id_token_hint"},
	}
}

// nothing are facts that say that a mistake cannot be made, or has no
// consequence, and how a profile shows that.
func nothing() map[string]func(*running) bool {
	noLogout := func(r *running) bool { return r.sheet.LogoutEndpoint == "" }
	noAuthorize := func(r *running) bool {
		return !strings.Contains(string(r.provider.ServedMetadata()), "authorization_endpoint")
	}
	plainError := func(r *running) bool { return r.get(r.origin+"/apps?client_id=shop").StatusCode != 0 }
	return map[string]func(*running) bool{
		"auth0.error.invalid_scope": func(r *running) bool {
			return r.tokens("scope", "openid customer_ids")["scope"] == "openid"
		},
		"cognito.error.user_not_assigned": func(r *running) bool {
			return strings.Contains(plainText(provocations()["user_not_assigned"](r)), "PreAuthentication failed with error")
		},
		"salesforce.error.post_logout_not_allowed": func(r *running) bool {
			r.tokens()
			to := r.get(r.sheet.LogoutEndpoint + "?" + url.Values{"client_id": {"shop"}, "post_logout_redirect_uri": {"http://elsewhere.test/"}}.Encode())
			return to.Header.Get("Location") == goodbye
		},
		"salesforce.error.user_not_assigned": func(r *running) bool {
			return provocations()["user_not_assigned"](r).params().Get("error") == "OAUTH_APP_ACCESS_DENIED"
		},
		"firebase.error.unknown_client_authorize":                 noAuthorize,
		"firebase.error.redirect_mismatch_authorize":              noAuthorize,
		"firebase.error.post_logout_not_allowed":                  noLogout,
		"google.error.post_logout_not_allowed":                    noLogout,
		"google.error.idp_initiated_without_initiate_login_uri":   plainError,
		"keycloak.error.idp_initiated_without_initiate_login_uri": plainError,
		"keycloak.error.user_not_assigned": func(r *running) bool {
			return provocations()["user_not_assigned"](r).params().Get("error") == "access_denied"
		},
	}
}

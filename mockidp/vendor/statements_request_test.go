package vendor_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// leave calls a logout endpoint; edits are pairs of name and value, and HINT
// stands for an ID token of the session.
func (r *running) leave(path string, edits ...string) answer {
	r.t.Helper()
	id := fmt.Sprint(r.tokens()["id_token"])
	v := url.Values{}
	for i := 0; i+1 < len(edits); i += 2 {
		v.Set(edits[i], strings.Replace(edits[i+1], "HINT", id, 1))
	}
	return r.get(r.origin + path + "?" + v.Encode())
}

// over reports whether the session at the provider has ended.
func (r *running) over() bool { return r.authorize().find(r.t, "form") != nil }

func returned(a answer, to string) bool { return strings.HasPrefix(a.Header.Get("Location"), to) }

func logoutStatements() map[string]shows {
	okta, keycloak := "/oauth2/default/v1/logout", "/realms/shop/protocol/openid-connect/logout"
	entra := "/aaaabbbb-0000-cccc-1111-dddd2222eeee/oauth2/v2.0/logout"
	good := url.QueryEscape(goodbye)
	return map[string]shows{
		"okta.logout.1": all(
			func(r *running) string {
				a := r.leave(okta, "client_id", "shop", "post_logout_redirect_uri", goodbye)
				return saw(a.StatusCode == 400 && !r.over(), a.Text)
			},
			func(r *running) string {
				a := r.leave(okta, "id_token_hint", "HINT", "post_logout_redirect_uri", goodbye)
				return saw(returned(a, goodbye) && r.over(), a.Header.Get("Location"))
			}),
		"okta.logout.2": all(
			func(r *running) string {
				id := fmt.Sprint(r.tokens()["id_token"])
				r.fresh()
				a := r.get(r.origin + okta + "?post_logout_redirect_uri=" + good + "&id_token_hint=" + id)
				return saw(returned(a, goodbye), a.Text)
			},
			func(r *running) string {
				id := fmt.Sprint(r.tokens()["id_token"])
				r.fresh()
				other := r.user
				other.Username, other.Subject = "bob", "00uBob"
				if err := r.provider.PutUser(other); err != nil {
					return err.Error()
				}
				r.enter(r.authorize(), "bob", other.Password)
				a := r.get(r.origin + okta + "?id_token_hint=" + id)
				return saw(strings.Contains(a.Text, "id_token_does_not_match_session"), a.Text)
			}),
		"okta.logout.3": func(r *running) string {
			a := r.leave(okta, "id_token_hint", "HINT", "post_logout_redirect_uri", goodbye+"/")
			return saw(a.StatusCode == 400, strconv.Itoa(a.StatusCode))
		},
		"auth0.logout.1": all(
			func(r *running) string {
				a := r.leave("/v2/logout", "client_id", "shop", "returnTo", goodbye)
				return saw(returned(a, goodbye) && r.over(), a.Text)
			},
			func(r *running) string {
				return saw(returned(r.leave("/v2/logout", "client_id", "shop"), goodbye), "no return to the first address")
			}),
		"auth0.logout.2": all(
			func(r *running) string {
				return saw(returned(r.leave("/v2/logout", "client_id", "shop", "returnTo", goodbye+"?x=1"), goodbye), "a query counts at /v2/logout")
			},
			func(r *running) string {
				a := r.leave("/oidc/logout", "id_token_hint", "HINT", "post_logout_redirect_uri", goodbye+"?x=1")
				return saw(a.StatusCode == 400, "a query does not count at /oidc/logout")
			}),
		"auth0.logout.3": func(r *running) string {
			a := r.leave("/oidc/logout", "client_id", "shop", "post_logout_redirect_uri", goodbye)
			return saw(a.StatusCode == 200 && a.find(r.t, "form") != nil, a.Text)
		},
		"auth0.logout.4": func(r *running) string {
			a := r.leave("/v2/logout", "client_id", "shop", "returnTo", "http://elsewhere.test/")
			return saw(a.StatusCode == 400 && strings.Contains(plainText(a), `The "returnTo" querystring parameter "http://elsewhere.test/" is not defined`), plainText(a))
		},
		"cognito.logout.1": all(
			func(r *running) string {
				a := r.leave("/login-domain/logout", "client_id", "shop", "logout_uri", goodbye)
				return saw(returned(a, goodbye) && r.over(), a.Text)
			},
			func(r *running) string {
				a := r.leave("/login-domain/logout", "client_id", "shop", "redirect_uri", callback, "response_type", "code", "scope", "openid")
				return saw(strings.Contains(a.Header.Get("Location"), "/login-domain/oauth2/authorize?") && r.get(a.Header.Get("Location")).find(r.t, "form") != nil, a.Header.Get("Location"))
			}),
		"cognito.logout.2": all(
			cognitoError("Required String parameter 'redirect_uri' is not present", "client_id", "shop", "post_logout_redirect_uri", goodbye, "id_token_hint", "HINT"),
			cognitoError("Missing required parameter client_id", "logout_uri", goodbye)),
		"cognito.logout.3": cognitoError("Required String parameter 'redirect_uri' is not present", "client_id", "shop", "logout_uri", "http://elsewhere.test/"),
		"cognito.logout.4": func(r *running) string {
			a := r.leave("/login-domain/logout", "client_id", "shop", "logout_uri", goodbye, "state", "st-2")
			return saw(a.Header.Get("Location") == goodbye, a.Header.Get("Location"))
		},
		"cognito.logout.5": func(r *running) string {
			access := r.tokens()["access_token"]
			r.get(r.origin + "/login-domain/logout?client_id=shop&logout_uri=" + good)
			return saw(r.userinfo(access).StatusCode == 200, "the access token is good no longer")
		},
		"entra.logout.1": all(
			func(r *running) string {
				return saw(returned(r.leave(entra, "post_logout_redirect_uri", callback, "client_id", "shop"), callback), "a sign-in redirect is not allowed")
			},
			func(r *running) string {
				a := r.leave(entra, "post_logout_redirect_uri", "http://elsewhere.test/", "client_id", "shop")
				return saw(a.StatusCode == 200 && strings.Contains(a.Text, "You signed out of your account"), plainText(a))
			}),
		"entra.logout.3": listed([]string{"frontchannel_logout_supported"}, nil),
		"salesforce.logout.1": func(r *running) string {
			a := r.leave("/services/auth/idp/oidc/logout", "client_id", "shop", "post_logout_redirect_uri", "http://elsewhere.test/", "state", "st-2")
			return saw(a.Header.Get("Location") == goodbye, a.Header.Get("Location"))
		},
		"salesforce.logout.2": listed([]string{"frontchannel_logout_supported"}, []string{"backchannel_logout_supported"}),
		"firebase.logout.1":   func(r *running) string { return saw(r.sheet.LogoutEndpoint == "", r.sheet.LogoutEndpoint) },
		"keycloak.logout.1": func(r *running) string {
			a := r.leave(keycloak, "redirect_uri", goodbye, "id_token_hint", "HINT")
			return saw(a.Header.Get("Location") == "", a.Header.Get("Location"))
		},
		"keycloak.logout.2": func(r *running) string {
			a := r.leave(keycloak, "post_logout_redirect_uri", goodbye)
			return saw(a.StatusCode == 400 && strings.Contains(plainText(a), "Missing parameters: id_token_hint"), plainText(a))
		},
		"keycloak.logout.3": func(r *running) string {
			a := r.leave(keycloak, "post_logout_redirect_uri", goodbye, "client_id", "shop")
			return saw(a.StatusCode == 200 && a.find(r.t, "form") != nil && !r.over(), plainText(a))
		},
		"keycloak.logout.4": func(r *running) string {
			a := r.leave(keycloak, "post_logout_redirect_uri", goodbye+"/", "id_token_hint", "HINT")
			return saw(strings.Contains(plainText(a), "Invalid redirect uri"), plainText(a))
		},
	}
}

func cognitoError(text string, edits ...string) shows {
	return func(r *running) string {
		a := r.leave("/login-domain/logout", edits...)
		if !strings.HasPrefix(a.Header.Get("Location"), r.origin+"/login-domain/error?") {
			return saw(false, a.Header.Get("Location"))
		}
		page := plainText(r.get(a.Header.Get("Location")))
		return saw(strings.Contains(page, text), page)
	}
}

// byMethod is about whether a secret is taken in one way.
func byMethod(method string, taken bool) shows {
	return func(r *running) string {
		edits := []string{"Authorization", "", "client_id", "shop", "client_secret", "s3cret"}
		if method == "basic" {
			edits = []string{"Authorization", basic("shop", "s3cret"), "client_id", "", "client_secret", ""}
		}
		a := r.exchange(r.code(), edits...)
		return saw((a.StatusCode == 200) == taken, method, a.Text)
	}
}

func usually(method string) shows {
	return func(r *running) string { return saw(r.sheet.TokenEndpointType == method, r.sheet.TokenEndpointType) }
}

// plain is about code challenges with the method plain.
func plain(taken bool, edits ...string) shows {
	return func(r *running) string {
		a := r.signIn(append([]string{"code_challenge", verifier, "code_challenge_method", "plain"}, edits...)...)
		if code := a.params().Get("code"); taken && code != "" {
			return saw(r.exchange(code).StatusCode == 200, "the verifier is refused")
		}
		return saw(!taken && a.params().Get("error") == "invalid_request", a.Header.Get("Location"))
	}
}

func withoutPKCE(r *running) string {
	a := r.exchange(r.code("code_challenge", "", "code_challenge_method", ""), "code_verifier", "")
	return saw(a.StatusCode == 200, a.Text)
}

func needsPKCE(r *running) string {
	a := r.authorize("code_challenge", "", "code_challenge_method", "")
	return saw(a.params().Get("error") == "invalid_request", a.Header.Get("Location"))
}

func requestStatements() map[string]shows {
	return map[string]shows{
		"okta.auth.1": usually("basic"),
		"okta.auth.2": func(r *running) string {
			a := r.exchange(r.code(), "client_id", "shop", "client_secret", "s3cret")
			return saw(a.StatusCode == 401 && strings.Contains(a.Text, "multiple client credentials"), a.Text)
		},
		"okta.pkce.1": all(plain(false), withoutPKCE, func(r *running) string {
			a := r.signIn("state", "")
			return saw(a.params().Get("error") == "invalid_request", a.Header.Get("Location"))
		}, func(r *running) string { return saw(r.code("nonce", "") != "", "a nonce is wanted") }),
		"auth0.auth.1": usually("post"),
		"auth0.auth.4": func(r *running) string {
			body, err := json.Marshal(map[string]string{
				"grant_type": "authorization_code", "code": r.code(), "redirect_uri": callback, "code_verifier": verifier,
				"client_id": "shop", "client_secret": "s3cret",
			})
			if err != nil {
				return err.Error()
			}
			a := r.direct("/oauth/token", string(body))
			return saw(a.StatusCode == 200, a.Text)
		},
		"auth0.pkce.1":   all(plain(true), withoutPKCE),
		"cognito.auth.1": all(byMethod("basic", true), byMethod("post", true)),
		"cognito.auth.2": all(
			func(r *running) string {
				a := provocations()["missing_client_auth"](r)
				return saw(strings.Contains(a.Text, "invalid_client"), a.Text)
			},
			func(r *running) string {
				a := provocations()["public_client_sent_secret"](r)
				return saw(strings.Contains(a.Text, "invalid_client"), a.Text)
			}),
		"cognito.pkce.1": all(plain(false), withoutPKCE),
		"entra.auth.1": func(r *running) string {
			r.put(func(c *identity.Client) { c.Secret = "a+b%c" })
			code := r.code()
			raw := r.exchange(code, "Authorization", basic("shop", "a+b%c"), "client_id", "", "client_secret", "")
			encoded := r.exchange(code, "Authorization", basic("shop", url.QueryEscape("a+b%c")), "client_id", "", "client_secret", "")
			return saw(raw.StatusCode != 200 && encoded.StatusCode == 200, raw.Text, encoded.Text)
		},
		"entra.auth.2": func(r *running) string {
			a := provocations()["wrong_client_secret"](r)
			return saw(strings.Contains(a.Text, "AADSTS7000215") && strings.Contains(a.Text, "not the client secret ID"), a.Text)
		},
		"entra.auth.3": func(r *running) string {
			r.arm("token.mistake.expired_client_secret")
			a := r.exchange(r.code())
			return saw(strings.Contains(a.Text, "AADSTS7000222"), a.Text)
		},
		"entra.pkce.1":      all(plain(true), withoutPKCE),
		"salesforce.auth.1": func(r *running) string { return byMethod("basic", false)(r) },
		"salesforce.pkce.1": needsPKCE,
		"firebase.pkce.1":   func(r *running) string { return saw(r.password().StatusCode == http.StatusOK, "no sign-in") },
		"keycloak.auth.1": func(r *running) string {
			r.put(func(c *identity.Client) { c.Secret = "a+b%c" })
			a := r.exchange(r.code(), "Authorization", basic("shop", "a+b%c"))
			return saw(a.StatusCode == 401, a.Text)
		},
		"keycloak.pkce.1": all(plain(true, "code_challenge_method", ""), withoutPKCE),
		"google.pkce.1":   all(plain(true), withoutPKCE),
	}
}

package vendor_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// provocations make the mistakes that rules of the provider lead to, as a shop
// or an operator makes them.
func provocations() map[string]func(*running) answer {
	out := tokenMistakes()
	maps.Copy(out, authorizeMistakes())
	maps.Copy(out, directMistakes())
	return out
}

// directMistakes are made by programs that ask for the password themselves.
func directMistakes() map[string]func(*running) answer {
	return map[string]func(*running) answer{
		"wrong_client_secret_direct": func(r *running) answer { return r.direct("/v1/accounts:signInWithPassword?key=wrong", "{}") },
		"bad_login_direct": func(r *running) answer {
			return r.direct("/v1/accounts:signInWithPassword?key=mock-api-key", `{"email":"ada@example.com","password":"wrong"}`)
		},
		"user_disabled_direct": func(r *running) answer {
			r.disable()
			return r.password()
		},
		"invalid_code_direct": func(r *running) answer {
			return r.do(http.MethodPost, r.origin+"/v1/token?key=mock-api-key", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"invented"}})
		},
		"invalid_custom_token": func(r *running) answer {
			return r.direct("/v1/accounts:signInWithCustomToken?key=mock-api-key", `{"token":"x"}`)
		},
	}
}

// tokenMistakes are made at the token endpoint.
func tokenMistakes() map[string]func(*running) answer {
	token := func(edits ...string) func(*running) answer {
		return func(r *running) answer { return r.exchange(r.code(), edits...) }
	}
	return map[string]func(*running) answer{
		"wrong_client_secret": func(r *running) answer { return r.exchangeAs("shop", "wrong") },
		"unknown_client_token": func(r *running) answer {
			return r.exchangeAs("nobody", "s3cret")
		},
		"missing_client_auth":   token("Authorization", "", "client_id", "shop", "client_secret", ""),
		"missing_client_id":     token("Authorization", "", "client_id", "", "client_secret", ""),
		"malformed_auth_header": token("Authorization", "Basic ???", "client_secret", ""),
		"wrong_auth_method": func(r *running) answer {
			if r.sheet.TokenEndpointType == "basic" {
				return r.exchange(r.code(), "Authorization", "", "client_id", "shop", "client_secret", "s3cret")
			}
			return r.exchange(r.code(), "Authorization", basic("shop", "s3cret"), "client_id", "", "client_secret", "")
		},
		"both_auth_methods": token("Authorization", basic("shop", "s3cret"), "client_id", "shop", "client_secret", "s3cret"),
		"credentials_in_query": func(r *running) answer {
			target := r.sheet.TokenEndpoint + "?client_id=shop&client_secret=s3cret"
			return r.do(http.MethodPost, target, url.Values{"grant_type": {"authorization_code"}, "code": {r.code()}, "redirect_uri": {callback}})
		},
		"public_client_sent_secret": func(r *running) answer {
			code := r.code()
			r.put(func(c *identity.Client) { c.AuthMethod, c.Secret = identity.AuthNone, "" })
			return r.exchange(code, "Authorization", "", "client_id", "shop", "client_secret", "s3cret")
		},
		"invalid_code": func(r *running) answer { return r.exchange("invented") },
		"expired_code": func(r *running) answer {
			code := r.code()
			r.now = r.now.Add(max(time.Duration(r.profile.Lifetimes.Code), time.Minute) + time.Second)
			return r.exchange(code)
		},
		"replayed_code": func(r *running) answer {
			code := r.code()
			r.exchange(code)
			return r.exchange(code)
		},
		"missing_code":                    token("code", ""),
		"redirect_mismatch_token":         token("redirect_uri", callback+"/"),
		"missing_redirect_uri_token":      token("redirect_uri", ""),
		"pkce_verifier_mismatch":          token("code_verifier", "another"+verifier),
		"pkce_missing_verifier":           token("code_verifier", ""),
		"pkce_verifier_without_challenge": func(r *running) answer { return r.exchange(r.code("code_challenge", "", "code_challenge_method", "")) },
		"wrong_grant_type":                wrongGrant,
		"unsupported_grant_type":          token("grant_type", "urn:example:invented"),
		"missing_parameter":               token("grant_type", ""),
		"user_disabled_token": func(r *running) answer {
			code := r.code()
			r.disable()
			return r.exchange(code)
		},
	}
}

// authorizeMistakes are made in the browser and at UserInfo.
func authorizeMistakes() map[string]func(*running) answer {
	return map[string]func(*running) answer{
		"unknown_client_authorize":    func(r *running) answer { return r.authorize("client_id", "nobody") },
		"redirect_mismatch_authorize": func(r *running) answer { return r.authorize("redirect_uri", callback+"/") },
		"no_reply_address":            func(r *running) answer { return r.authorize("redirect_uri", "") },
		"invalid_scope":               func(r *running) answer { return r.authorize("scope", "openid customer_ids") },
		"missing_openid_scope":        func(r *running) answer { return r.authorize("scope", "email") },
		"missing_pkce": func(r *running) answer {
			r.put(func(c *identity.Client) { c.RequirePKCE = true })
			return r.authorize("code_challenge", "", "code_challenge_method", "")
		},
		"missing_response_type": func(r *running) answer { return r.authorize("response_type", "") },
		"unauthorized_flow":     func(r *running) answer { return r.authorize("response_type", "id_token", "response_mode", "query") },
		"missing_nonce_hybrid": func(r *running) answer {
			r.put(func(c *identity.Client) {
				c.ResponseTypes = []string{"code id_token"}
				c.GrantTypes = append(c.GrantTypes, identity.GrantImplicit)
			})
			return r.authorize("response_type", "code id_token", "nonce", "")
		},
		"par_required": func(r *running) answer {
			r.put(func(c *identity.Client) { c.RequirePAR = true })
			return r.authorize()
		},
		"invalid_request": func(r *running) answer { return r.authorize("client_id", "") },
		"login_required":  func(r *running) answer { return r.authorize("prompt", "none") },
		"consent_required": func(r *running) answer {
			r.signIn()
			r.user.AskConsent = true
			r.know()
			return r.authorize("prompt", "none")
		},
		"consent_denied": func(r *running) answer {
			page := r.authorize()
			return r.do(http.MethodPost, attr(page.find(r.t, "form"), "action"), url.Values{"action": {"cancel"}})
		},
		"user_not_assigned": func(r *running) answer {
			r.put(func(c *identity.Client) { c.Users = []string{"somebody else"} })
			return r.signIn()
		},
		"user_disabled": func(r *running) answer {
			r.disable()
			return r.signIn()
		},
		"bad_login":    func(r *running) answer { return r.enter(r.authorize(), "ada", "wrong") },
		"unknown_user": func(r *running) answer { return r.enter(r.authorize(), "nobody", "wrong") },
		"idp_initiated_without_initiate_login_uri": func(r *running) answer {
			r.signIn()
			return r.get(r.origin + "/apps?client_id=shop")
		},
		"post_logout_not_allowed": logoutElsewhere,
		"logout_missing_hint": func(r *running) answer {
			return r.get(r.sheet.LogoutEndpoint + "?post_logout_redirect_uri=" + url.QueryEscape(goodbye))
		},
		"userinfo_bad_token": func(r *running) answer { return r.userinfo("invented") },
		"userinfo_bad_request": func(r *running) answer {
			return r.do(http.MethodPost, r.sheet.UserInfoEndpoint, url.Values{"access_token": {"one"}}, "Authorization", "Bearer another")
		},
		"userinfo_insufficient_scope": func(r *running) answer {
			token, err := r.provider.Mint(mintedAccess())
			if err != nil {
				r.t.Fatal(err)
			}
			return r.userinfo(token)
		},
	}
}

// exchangeAs redeems a code with other credentials.
func (r *running) exchangeAs(id, secret string) answer {
	if r.sheet.TokenEndpointType == "basic" {
		return r.exchange(r.code(), "Authorization", basic(id, secret))
	}
	return r.exchange(r.code(), "client_id", id, "client_secret", secret)
}

// wrongGrant is a client that may not redeem codes.
func wrongGrant(r *running) answer {
	code := r.code()
	r.put(func(c *identity.Client) { c.GrantTypes = []identity.GrantType{identity.GrantCredentials} })
	return r.exchange(code)
}

// logoutElsewhere signs out with an address to return to that is not
// registered, by the parameter that the endpoint takes.
func logoutElsewhere(r *running) answer {
	tokens := r.tokens()
	endpoint, parameter := r.origin+r.profile.Logouts[0].Path, r.profile.Logouts[0].ReturnParameter()
	if last := r.profile.Logouts[len(r.profile.Logouts)-1]; last.Return != "" {
		endpoint, parameter = r.origin+last.Path, last.Return
	}
	id, _ := tokens["id_token"].(string)
	return r.get(endpoint + "?" + url.Values{"client_id": {"shop"}, "id_token_hint": {id}, parameter: {"http://elsewhere.test/"}}.Encode())
}

// direct posts JSON, as the SDK of a vendor does.
func (r *running) direct(path, body string) answer {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, r.origin+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	return r.send(req)
}

// password signs in without an authorization endpoint.
func (r *running) password() answer {
	return r.direct("/v1/accounts:signInWithPassword?key=mock-api-key", `{"email":"ada@example.com","password":"correct horse"}`)
}

func (r *running) disable() {
	r.user.Disabled = true
	r.know()
}

// know has the provider know the user as they are now.
func (r *running) know() {
	if err := r.provider.PutUser(r.user); err != nil {
		r.t.Fatal(err)
	}
}

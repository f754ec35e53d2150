package vendor_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// idToken is the payload of an ID token of an ordinary sign-in.
func (r *running) idToken(edits ...string) map[string]any {
	r.t.Helper()
	_, claims, _ := parts(r.t, r.tokens(edits...)["id_token"])
	return claims
}

// absent is about claims that no ID token has.
func absent(names ...string) shows {
	return func(r *running) string {
		claims := r.idToken()
		for _, name := range names {
			if claims[name] != nil {
				return saw(false, name, fmt.Sprint(claims[name]))
			}
		}
		return ""
	}
}

// has is about the form of a claim of an ID token.
func has(name, form string) shows {
	return func(r *running) string {
		value := fmt.Sprint(r.idToken()[name])
		return saw(regexp.MustCompile(form).MatchString(value), name, value)
	}
}

func atUserInfo(r *running) map[string]any {
	return r.userinfo(r.tokens()["access_token"]).json(r.t)
}

// lives is about the lifetimes of an ID token and of an access token.
func lives(id, access time.Duration) shows {
	return func(r *running) string {
		tokens := r.tokens()
		_, claims, _ := parts(r.t, tokens["id_token"])
		exp, _ := claims["exp"].(float64)
		if got := time.Duration(int64(exp)-r.now.Unix()) * time.Second; got != id {
			return saw(false, "an ID token of", got.String())
		}
		expires, promised := tokens["expires_in"].(float64)
		return saw(!promised || time.Duration(expires)*time.Second == access, fmt.Sprint(tokens["expires_in"]))
	}
}

// codeLives is about how long a code is good for, and once.
func codeLives(d time.Duration) shows {
	return all(
		func(r *running) string {
			code := r.code()
			r.now = r.now.Add(d - time.Second)
			return saw(r.exchange(code).StatusCode == 200 && r.exchange(code).StatusCode != 200, "a code is not good once, until its end")
		},
		func(r *running) string {
			code := r.code()
			r.now = r.now.Add(d + time.Second)
			return saw(r.exchange(code).StatusCode != 200, "a code is good after its end")
		})
}

// thin is about claims of scopes that only UserInfo has.
func thin(r *running) string {
	tokens := r.tokens()
	_, claims, _ := parts(r.t, tokens["id_token"])
	info := r.userinfo(tokens["access_token"]).json(r.t)
	return saw(claims["name"] == nil && claims["email"] == nil && info["name"] == "Ada Example" && info["email"] == "ada@example.com", fmt.Sprint(claims, info))
}

// refreshes is about when there is a refresh token.
func refreshes(want bool, edits ...string) shows {
	return func(r *running) string {
		tokens := r.tokens(edits...)
		return saw((tokens["refresh_token"] != nil) == want, fmt.Sprint(tokens))
	}
}

func opaque(form string) shows {
	return func(r *running) string {
		value := fmt.Sprint(r.tokens()["access_token"])
		return saw(regexp.MustCompile(form).MatchString(value), value)
	}
}

// pairwise is about subjects that differ from client to client.
func pairwise(r *running) string {
	other := shopClient()
	other.ID, other.RedirectURIs = "other", []string{"http://other.test/callback"}
	if err := r.provider.PutClient(other); err != nil {
		return err.Error()
	}
	one, two := r.provider.Subject("shop", r.user), r.provider.Subject("other", r.user)
	claims := r.idToken()
	return saw(one != two && claims["sub"] == one && claims["oid"] != nil && claims["tid"] == r.profile.Tenant, one, two, fmt.Sprint(claims))
}

func tokenStatements() map[string]shows {
	return map[string]shows{
		"okta.token.1": func(r *running) string {
			header, _, _ := parts(r.t, r.tokens()["id_token"])
			return saw(len(header) == 2 && header["alg"] == "RS256" && header["kid"] != nil, fmt.Sprint(header))
		},
		"okta.token.2": func(r *running) string {
			tokens := r.tokens()
			_, id, _ := parts(r.t, tokens["id_token"])
			_, access, _ := parts(r.t, tokens["access_token"])
			return saw(strings.HasPrefix(fmt.Sprint(id["sub"]), "00u") && access["sub"] == "ada" && access["uid"] == id["sub"], fmt.Sprint(id["sub"], access))
		},
		"okta.token.3": all(lives(time.Hour, time.Hour), codeLives(300*time.Second)),
		"okta.token.4": all(thin, has("crm_id", "^0015g00000Example$")),
		"okta.token.6": func(r *running) string {
			r.arm("authorize.mistake.too_many_groups")
			r.signIn()
			return saw(r.authorize().params().Get("error") == "server_error", "no server_error")
		},
		"okta.token.7": func(r *running) string {
			_, access, _ := parts(r.t, r.tokens()["access_token"])
			return saw(access["cid"] == "shop", fmt.Sprint(access))
		},
		"okta.token.8": all(refreshes(false), refreshes(true, "scope", "openid offline_access"), func(r *running) string {
			r.put(func(c *identity.Client) { c.GrantTypes = nil })
			return refreshes(false, "scope", "openid offline_access")(r)
		}),
		"okta.token.9":  all(has("ver", "^1$"), has("jti", `^ID\.`), has("idp", "^00o"), has("amr", `^\[pwd\]$`), absent("azp", "acr")),
		"auth0.token.1": lives(36000*time.Second, 86400*time.Second),
		"auth0.token.2": has("updated_at", `^\d{4}-\d\d-\d\dT`),
		"auth0.token.3": has("sub", `^auth0\|`),
		"auth0.token.4": func(r *running) string {
			return saw(r.idToken()["email_verified"] == true && atUserInfo(r)["email_verified"] == true, "no true")
		},
		"auth0.token.5": func(r *running) string {
			r.put(func(c *identity.Client) {
				c.IDTokenAlg, c.Secret = "HS256", "a secret of at least thirty-two octets"
			})
			a := r.exchange(r.code(), "client_secret", "a secret of at least thirty-two octets")
			header, _, _ := parts(r.t, a.json(r.t)["id_token"])
			return saw(header["alg"] == "HS256", fmt.Sprint(header))
		},
		"auth0.token.8": all(refreshes(false), refreshes(true, "scope", "openid offline_access")),
		"cognito.token.1": func(r *running) string {
			return saw(r.idToken()["email_verified"] == true && atUserInfo(r)["email_verified"] == "true", fmt.Sprint(atUserInfo(r)))
		},
		"cognito.token.2": func(r *running) string {
			header, _, _ := parts(r.t, r.tokens()["id_token"])
			return saw(strings.HasSuffix(fmt.Sprint(header["kid"]), "=") && header["typ"] == nil, fmt.Sprint(header))
		},
		"cognito.token.3": func(r *running) string {
			_, access, _ := parts(r.t, r.tokens()["access_token"])
			return saw(access["aud"] == nil && access["client_id"] == "shop" && access["token_use"] == "access" && access["scope"] == r.sheet.Scope, fmt.Sprint(access))
		},
		"cognito.token.4": func(r *running) string {
			tokens := r.tokens()
			id, _, _ := parts(r.t, tokens["id_token"])
			access, _, _ := parts(r.t, tokens["access_token"])
			published := r.get(r.sheet.JWKSURI).Text
			both := strings.Contains(published, fmt.Sprint(id["kid"])) && strings.Contains(published, fmt.Sprint(access["kid"]))
			return saw(id["kid"] != access["kid"] && both, fmt.Sprint(id, access))
		},
		"cognito.token.5": all(lives(time.Hour, time.Hour), codeLives(5*time.Minute)),
	}
}

func moreTokenStatements() map[string]shows {
	return map[string]shows{
		"entra.token.1": all(absent("email_verified"), has("email", "ada@example.com"), func(r *running) string {
			return saw(r.idToken("scope", "openid profile")["email"] == nil, "email without its scope")
		}),
		"entra.token.3": all(absent("at_hash", "c_hash"), func(r *running) string {
			r.put(func(c *identity.Client) {
				c.ResponseTypes = []string{"code id_token"}
				c.GrantTypes = append(c.GrantTypes, identity.GrantImplicit)
			})
			_, claims, _ := parts(r.t, r.signIn("response_type", "code id_token").params().Get("id_token"))
			return saw(claims["c_hash"] != nil, fmt.Sprint(claims))
		}),
		"entra.token.4":  absent("amr"),
		"entra.token.10": all(refreshes(false), refreshes(true, "scope", "openid offline_access")),
		"salesforce.token.1": func(r *running) string {
			tokens := r.tokens()
			extra := tokens["id"] != nil && tokens["instance_url"] != nil && tokens["signature"] != nil
			return saw(tokens["expires_in"] == nil && tokens["issued_at"] == "1700000000000" && extra, fmt.Sprint(tokens))
		},
		"salesforce.token.2": all(thin, func(r *running) string {
			names := []string{"at_hash", "sub", "aud", "iss", "exp", "iat", "nonce", "custom_attributes"}
			for name := range r.idToken() {
				if !slices.Contains(names, name) {
					return saw(false, name)
				}
			}
			return ""
		}),
		"salesforce.token.3": lives(2*time.Minute, time.Hour),
		"salesforce.token.4": has("sub", "^https://"),
		"salesforce.token.6": opaque("^00D[^!]*!"),
		"salesforce.token.7": refreshes(true, "scope", "openid offline_access"),
		"firebase.token.1": func(r *running) string {
			_, claims, _ := parts(r.t, r.password().json(r.t)["idToken"])
			return saw(claims["aud"] == "shop" && claims["azp"] == nil && claims["at_hash"] == nil && claims["nonce"] == nil, fmt.Sprint(claims))
		},
		"firebase.token.2": func(r *running) string {
			a := r.password().json(r.t)
			_, claims, _ := parts(r.t, a["idToken"])
			exp, _ := claims["exp"].(float64)
			at, _ := claims["auth_time"].(float64)
			same := claims["sub"] == a["localId"] && claims["user_id"] == a["localId"]
			return saw(same && int64(exp)-r.now.Unix() == 3600 && int64(at) <= r.now.Unix(), fmt.Sprint(claims))
		},
		"keycloak.token.1": func(r *running) string {
			header, claims, _ := parts(r.t, r.tokens()["id_token"])
			return saw(claims["typ"] == "ID" && header["typ"] == "JWT", fmt.Sprint(header, claims))
		},
		"keycloak.token.2": func(r *running) string {
			claims := r.idToken()
			return saw(claims["session_state"] == nil && claims["sid"] != nil && claims["auth_time"] != nil, fmt.Sprint(claims))
		},
		"google.token.1": has("sub", `^[0-9]{20,255}$`),
		"google.token.4": all(refreshes(false), refreshes(true, "access_type", "offline"), func(r *running) string {
			a := r.authorize("scope", "openid offline_access")
			return saw(strings.Contains(a.Text, "invalid_scope"), a.Text)
		}),
		"google.token.6": all(lives(time.Hour, time.Hour), opaque(`^ya29\.`)),
	}
}

func claimStatements() map[string]shows {
	crm := func(at func(map[string]any) any, inToken, atInfo bool) shows {
		return func(r *running) string {
			id, info := at(r.idToken()), at(atUserInfo(r))
			ok := (id == "0015g00000Example") == inToken && (info == "0015g00000Example") == atInfo
			return saw(ok, fmt.Sprint(id, info))
		}
	}
	named := func(name string) func(map[string]any) any { return func(m map[string]any) any { return m[name] } }
	return map[string]shows{
		"auth0.token.6": all(crm(named("https://shop.example.com/crm_id"), true, true), absent("groups", "https://shop.example.com/groups")),
		"auth0.token.7": all(crm(named("https://shop.example.com/crm_id"), true, true), func(r *running) string {
			claims := r.idToken("scope", "openid email")
			return saw(claims["name"] == nil && claims["email"] != nil, fmt.Sprint(claims))
		}),
		"cognito.token.7": all(crm(named("custom:crm_id"), true, true), absent("crm_id")),
		"entra.token.7": func(r *running) string {
			names := []string{"sub", "name", "family_name", "given_name", "picture", "email"}
			for name := range atUserInfo(r) {
				if !slices.Contains(names, name) {
					return saw(false, name)
				}
			}
			return ""
		},
		"entra.token.8": has("extn.crm_id", `^\[0015g00000Example\]$`),
		"salesforce.token.5": all(absent("crm_id"), crm(func(m map[string]any) any {
			inside, _ := m["custom_attributes"].(map[string]any)
			return inside["crm_id"]
		}, true, true)),
		"firebase.token.4": func(r *running) string {
			_, claims, _ := parts(r.t, r.password().json(r.t)["idToken"])
			return saw(claims["crm_id"] == "0015g00000Example", fmt.Sprint(claims))
		},
	}
}

func pageStatements() map[string]shows {
	consent := func(selectors ...string) shows {
		return func(r *running) string {
			page := r.signIn("prompt", "consent")
			for _, selector := range selectors {
				if page.find(r.t, selector) == nil {
					return saw(false, "no", selector, page.Text)
				}
			}
			return ""
		}
	}
	return map[string]shows{
		"okta.login.2": func(r *running) string {
			first := r.authorize()
			return saw(first.find(r.t, `input[name="identifier"]`) != nil && first.find(r.t, "input[type=password]") == nil && r.code() != "", first.Text)
		},
		"auth0.login.1": func(r *running) string {
			page := r.authorize()
			return saw(page.find(r.t, "input#username[name=username]") != nil && page.find(r.t, "button[type=submit][name=action][value=default]") != nil, page.Text)
		},
		"cognito.login.1": func(r *running) string {
			page := r.authorize()
			return saw(strings.Count(page.Text, `id="signInFormUsername"`) == 2 && page.find(r.t, ".visible-lg #signInFormPassword") != nil, page.Text)
		},
		"cognito.login.3": func(r *running) string {
			r.signIn()
			r.now = r.now.Add(59 * time.Minute)
			early := r.over()
			r.now = r.now.Add(2 * time.Minute)
			return saw(!early && r.over(), "a session of another length")
		},
		"salesforce.login.1": func(r *running) string {
			page := r.authorize()
			return saw(page.find(r.t, "#username") != nil && page.find(r.t, "#password[name=pw]") != nil && page.find(r.t, "#Login") != nil, page.Text)
		},
		"keycloak.login.1": all(consent("[name=accept]", "#kc-cancel[name=cancel]"), func(r *running) string {
			page := r.authorize()
			return saw(page.find(r.t, "#kc-form-login") != nil && page.find(r.t, "#kc-login[name=login]") != nil, page.Text)
		}),
		"keycloak.login.2": consent("#kc-login[name=accept]"),
		"auth0.issuer.2": func(r *running) string {
			return saw(strings.HasPrefix(r.sheet.Issuer, r.origin), r.sheet.Issuer)
		},
		"keycloak.issuer.1": func(r *running) string {
			return saw(r.idToken()["iss"] == r.origin+"/realms/shop", fmt.Sprint(r.idToken()["iss"]))
		},
	}
}

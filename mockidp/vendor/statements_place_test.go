package vendor_test

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

func metadata(r *running) map[string]any {
	return r.get(strings.TrimSuffix(r.sheet.Issuer, "/") + "/.well-known/openid-configuration").json(r.t)
}

// listed is about members that a discovery document has and has not.
func listed(has, hasNot []string) shows {
	return func(r *running) string {
		m := metadata(r)
		for _, name := range has {
			if m[name] == nil {
				return saw(false, "no", name)
			}
		}
		for _, name := range hasNot {
			if m[name] != nil {
				return saw(false, name, fmt.Sprint(m[name]))
			}
		}
		return ""
	}
}

// lists is about the values of a member.
func lists(member string, has, hasNot []string) shows {
	return func(r *running) string {
		var values []string
		all, _ := metadata(r)[member].([]any)
		for _, v := range all {
			values = append(values, fmt.Sprint(v))
		}
		for _, v := range has {
			if !slices.Contains(values, v) {
				return saw(false, member, fmt.Sprint(values))
			}
		}
		for _, v := range hasNot {
			if slices.Contains(values, v) {
				return saw(false, member, fmt.Sprint(values))
			}
		}
		return ""
	}
}

// elsewhere is about an endpoint that is not below the issuer.
func elsewhere(member string) shows {
	return func(r *running) string {
		address := fmt.Sprint(metadata(r)[member])
		return saw(!strings.HasPrefix(address, r.sheet.Issuer+"/"), address)
	}
}

func slashAtTheEnd(r *running) string {
	_, claims, _ := parts(r.t, r.tokens()["id_token"])
	return saw(strings.HasSuffix(r.sheet.Issuer, "/") && claims["iss"] == r.sheet.Issuer, fmt.Sprint(claims["iss"]))
}

func keyNumber(least, most int, cache string) shows {
	return func(r *running) string {
		a := r.get(r.sheet.JWKSURI)
		set, _ := a.json(r.t)["keys"].([]any)
		if len(set) < least || len(set) > most {
			return saw(false, strconv.Itoa(len(set)), "keys")
		}
		return saw(strings.Contains(a.Header.Get("Cache-Control"), cache), a.Header.Get("Cache-Control"))
	}
}

func placeStatements() map[string]shows {
	return map[string]shows{
		"okta.issuer.1": func(r *running) string {
			return saw(r.sheet.TokenEndpoint == r.sheet.Issuer+"/v1/token" && strings.HasSuffix(r.sheet.Issuer, "/oauth2/default"), r.sheet.TokenEndpoint)
		},
		"okta.issuer.3": func(r *running) string {
			a := r.get(r.sheet.Issuer + "/.well-known/oauth-authorization-server")
			return saw(a.StatusCode == 200 && a.json(r.t)["issuer"] == r.sheet.Issuer, a.Text)
		},
		"okta.issuer.4": func(r *running) string {
			m := r.get(r.sheet.Issuer + "/.well-known/openid-configuration?client_id=shop").json(r.t)
			return saw(m["jwks_uri"] == r.sheet.JWKSURI+"?client_id=shop", fmt.Sprint(m["jwks_uri"]))
		},
		"okta.issuer.5": func(r *running) string {
			r.arm("discovery.mistake.api_access_management_missing")
			return saw(strings.Contains(r.get(r.sheet.Issuer+"/.well-known/openid-configuration").Text, "E0000015"), "no E0000015")
		},
		"okta.issuer.6": func(r *running) string {
			r.arm("authorize.mistake.no_policy_match")
			r.signIn()
			return saw(r.authorize().params().Get("error") == "access_denied", "no access_denied")
		},
		"okta.discovery.1": listed([]string{
			"end_session_endpoint", "introspection_endpoint", "revocation_endpoint", "device_authorization_endpoint",
			"pushed_authorization_request_endpoint", "backchannel_authentication_endpoint", "dpop_signing_alg_values_supported", "claims_supported",
		}, nil),
		"okta.discovery.2":  lists("claims_supported", nil, []string{"crm_id"}),
		"okta.discovery.3":  lists("code_challenge_methods_supported", []string{"S256"}, []string{"plain"}),
		"auth0.issuer.1":    slashAtTheEnd,
		"auth0.discovery.1": listed([]string{"end_session_endpoint"}, nil),
		"auth0.discovery.2": listed(nil, []string{"introspection_endpoint"}),
		"auth0.discovery.3": listed([]string{"mfa_challenge_endpoint"}, nil),
		"cognito.issuer.1":  all(elsewhere("authorization_endpoint"), elsewhere("token_endpoint"), elsewhere("userinfo_endpoint")),
		"cognito.issuer.4": func(r *running) string {
			_, _, payload := parts(r.t, r.tokens()["id_token"])
			return saw(strings.Contains(payload, `http:\/\/`) && !strings.Contains(payload, `"/`), payload)
		},
		"cognito.discovery.1": listed([]string{"end_session_endpoint"}, nil),
		"entra.issuer.1": func(r *running) string {
			return saw(strings.Contains(r.sheet.Issuer, "/aaaabbbb-0000-cccc-1111-dddd2222eeee/"), r.sheet.Issuer)
		},
		"entra.discovery.1": listed(nil, []string{
			"code_challenge_methods_supported", "grant_types_supported", "revocation_endpoint", "introspection_endpoint", "registration_endpoint",
		}),
		"entra.discovery.2":      elsewhere("userinfo_endpoint"),
		"entra.discovery.3":      all(lists("subject_types_supported", []string{"pairwise"}, []string{"public"}), pairwise),
		"salesforce.discovery.1": listed([]string{"end_session_endpoint"}, nil),
		"salesforce.discovery.2": lists("token_endpoint_auth_methods_supported", []string{"client_secret_post", "private_key_jwt"}, []string{"client_secret_basic"}),
		"salesforce.discovery.3": all(listed(nil, []string{"code_challenge_methods_supported"}), needsPKCE),
		"salesforce.issuer.1":    func(r *running) string { return saw(r.sheet.Issuer == r.origin, r.sheet.Issuer) },
		"salesforce.issuer.2": func(r *running) string {
			_, claims, _ := parts(r.t, r.tokens()["id_token"])
			return saw(strings.HasPrefix(fmt.Sprint(claims["sub"]), "https://login.salesforce.com/id/"), fmt.Sprint(claims["sub"]))
		},
		"firebase.issuer.1":  listed([]string{"jwks_uri"}, []string{"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "end_session_endpoint"}),
		"google.issuer.2":    all(elsewhereOf("token_endpoint", "userinfo_endpoint"), elsewhereOf("token_endpoint", "jwks_uri")),
		"google.discovery.1": all(listed(nil, []string{"end_session_endpoint", "introspection_endpoint"}), lists("scopes_supported", nil, []string{"offline_access"})),
		"google.discovery.2": all(listed([]string{"authorization_response_iss_parameter_supported"}, nil), func(r *running) string {
			iss := r.signIn().params().Get("iss")
			return saw(iss == r.sheet.Issuer, iss)
		}),
		"okta.jwks.1":       keyNumber(2, 3, "max-age=3832304, must-revalidate"),
		"okta.jwks.2":       func(r *running) string { return placeStatements()["okta.issuer.4"](r) },
		"auth0.jwks.1":      keyNumber(2, 3, ""),
		"entra.jwks.1":      all(keyNumber(2, 9, ""), keyIssuer),
		"salesforce.jwks.1": keyNumber(3, 3, ""),
		"firebase.jwks.1":   keyNumber(1, 9, "max-age="),
		"keycloak.jwks.1":   keyNumber(1, 9, "no-cache"),
		"google.jwks.1":     keyNumber(2, 2, "max-age="),
	}
}

// elsewhereOf is about two endpoints that are at different hosts, and below
// different first folders here.
func elsewhereOf(one, other string) shows {
	folder := func(r *running, member string) string {
		u, err := url.Parse(fmt.Sprint(metadata(r)[member]))
		if err != nil {
			return ""
		}
		first, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
		return first
	}
	return func(r *running) string { return saw(folder(r, one) != folder(r, other), folder(r, one)) }
}

func keyIssuer(r *running) string {
	set, _ := r.get(r.sheet.JWKSURI).json(r.t)["keys"].([]any)
	for _, k := range set {
		if key, _ := k.(map[string]any); key["issuer"] != r.sheet.Issuer {
			return saw(false, fmt.Sprint(k))
		}
	}
	return ""
}

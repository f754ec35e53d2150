package vendor_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
)

// each runs a test for each vendor.
func each(t *testing.T, try func(t *testing.T, r *running, d data)) {
	t.Helper()
	for name, of := range facts(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			try(t, start(t, name), of.Data)
		})
	}
}

// hosts are the placeholders and hosts of addresses in the facts. What is at
// several hosts there is at one here, below a path for each of the others.
var hosts = regexp.MustCompile(`^https://(\{domain\}|example\.okta\.com|[a-z.{}]*auth0\.com|\{prefix\}\.auth\.\{region\}\.amazoncognito\.com|cognito-idp\.[a-z0-9{}-]+\.amazonaws\.com|login\.microsoftonline\.com|graph\.microsoft\.com|\{mydomain\}\.my\.salesforce\.com|example\.my\.salesforce\.com|securetoken\.google\.com|www\.googleapis\.com|accounts\.google\.com|oauth2\.googleapis\.com|openidconnect\.googleapis\.com|\{host\}|sso\.example\.com)`)

// prefixes are where this provider has what is at a host of its own there.
func prefixes() map[string]string {
	return map[string]string{
		"{prefix}.auth.{region}.amazoncognito.com": "/login-domain", "graph.microsoft.com": "/graph",
		"oauth2.googleapis.com": "/oauth2-host", "openidconnect.googleapis.com": "/openidconnect-host",
	}
}

// local is an address of the facts as the provider has it.
func (r *running) local(address string) string {
	issuer := strings.TrimSuffix(r.sheet.Issuer, "/")
	address = strings.ReplaceAll(address, "{issuer}", issuer)
	address = hosts.ReplaceAllStringFunc(address, func(host string) string {
		name := strings.TrimPrefix(host, "https://")
		if name == "www.googleapis.com" && r.profile.Name == "google" {
			return r.origin + "/www-host"
		}
		return r.origin + prefixes()[name]
	})
	return strings.NewReplacer("{poolId}", r.profile.Tenant, "{userPoolId}", r.profile.Tenant, "{tid}", r.profile.Tenant, "{tenant}", r.profile.Tenant,
		"{realm}", r.profile.Tenant, "{projectId}", "my-shop-prod").Replace(address)
}

func TestDiscoveryDocument(t *testing.T) {
	each(t, func(t *testing.T, r *running, d data) {
		a := r.get(strings.TrimSuffix(r.sheet.Issuer, "/") + "/.well-known/openid-configuration")
		served := a.json(t)
		for name, value := range d.Metadata {
			var want any
			if err := json.Unmarshal(value, &want); err != nil {
				t.Fatal(err)
			}
			if text, ok := want.(string); ok {
				want = r.local(text)
			}
			if fmt.Sprint(served[name]) != fmt.Sprint(want) {
				t.Errorf("%s is %v, want %v", name, served[name], want)
			}
		}
		more := map[string][]string{"okta": {"claims_supported", "dpop_signing_alg_values_supported"}}[r.profile.Name]
		for name := range served {
			if d.Metadata[name] == nil && !slices.Contains(more, name) {
				t.Errorf("%s is served and not in the facts", name)
			}
		}
		if got := strings.HasSuffix(r.sheet.Issuer, "/"); got != d.Slash {
			t.Errorf("issuer %s; a slash at its end: %t", r.sheet.Issuer, d.Slash)
		}
		if got, want := strings.TrimPrefix(r.sheet.Issuer, r.origin), pathOf(t, d.Issuer); got != want {
			t.Errorf("the path of the issuer is %q, want %q", got, want)
		}
	})
}

func pathOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Path
}

// TestPromisedEndpointsAreServed asks every endpoint of the discovery document
// that the provider has, by whatever method, and the ones that the vendor does
// not have.
func TestPromisedEndpointsAreServed(t *testing.T) {
	// What the mock does not serve though the vendor has it.
	unserved := []string{
		"backchannel_authentication_endpoint", "mfa_challenge_endpoint", "kerberos_endpoint", "registration_endpoint", "check_session_iframe",
	}
	each(t, func(t *testing.T, r *running, d data) {
		for name, value := range d.Metadata {
			var address string
			if !strings.HasSuffix(name, "_endpoint") && name != "jwks_uri" || json.Unmarshal(value, &address) != nil || slices.Contains(unserved, name) {
				continue
			}
			if a := r.get(r.local(address)); a.StatusCode == 404 {
				t.Errorf("%s: nothing at %s", name, r.local(address))
			}
		}
		for kind, absent := range map[string]string{"introspection": "/inspect", "device": "/pair", "revocation": "/forget", "logout": "/leave"} {
			if path, said := d.Paths[kind]; said && path == nil {
				if a := r.get(r.origin + absent); a.StatusCode != 404 {
					t.Errorf("%s is served, which %s does not have", kind, r.profile.Title)
				}
			}
		}
	})
}

func TestSettingsSheet(t *testing.T) {
	each(t, func(t *testing.T, r *running, d data) {
		got := map[string]string{
			"Issuer": r.sheet.Issuer, "JWKS URI": r.sheet.JWKSURI, "Authorization": r.sheet.AuthorizationEndpoint, "Token": r.sheet.TokenEndpoint,
			"Token Endpoint Type": r.sheet.TokenEndpointType, "Logout": r.sheet.LogoutEndpoint, "UserInfo": r.sheet.UserInfoEndpoint,
			"Scope": r.sheet.Scope, "crm_id claim": r.profile.Custom.ClaimName("crm_id"),
		}
		for field, value := range d.Fields {
			want := r.local(value)
			switch {
			case value == "(bridge)", value == "n/a":
				if r.profile.Name != "firebase" {
					t.Errorf("%s: a bridge", field)
				}
				continue
			case strings.HasPrefix(value, "(none"):
				want = ""
			case field == "Logout" && r.profile.Name == "auth0":
				want = r.origin + "/oidc/logout"
			case field == "Logout" && r.profile.Name == "cognito":
				want = r.origin + "/login-domain/logout?logout_uri=" + url.QueryEscape(goodbye)
			case field == "Token Endpoint Type" && value == "basic or post":
				want = "basic"
			case field == "crm_id claim" && strings.Contains(value, " / "):
				want, _, _ = strings.Cut(value, " / ")
			case field == "crm_id claim":
				want = strings.Replace(value, "{namespace}", "shop.example.com", 1)
			case field == "Token" && r.profile.Name == "cognito", field == "Authorization" && r.profile.Name == "cognito", field == "UserInfo" && r.profile.Name == "cognito":
				want = strings.Replace(want, r.origin, r.origin+"/login-domain", 1)
			}
			if got[field] != want {
				t.Errorf("%s is %q, want %q", field, got[field], want)
			}
		}
	})
}

// kinds is what a JSON value looks like: its type, and for text its form.
func kinds(v any) string {
	switch v.(type) {
	case string:
		return "text"
	case float64:
		return "number"
	case bool:
		return "bool"
	case []any:
		return "list"
	case map[string]any:
		return "object"
	}
	return "null"
}

// sameShape holds an object to an example: the same members, of the same types.
// Members that may be there or not are named.
func sameShape(t *testing.T, what string, got, example map[string]any, optional ...string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(example)) {
		if _, there := got[name]; !there && !slices.Contains(optional, name) {
			t.Errorf("%s: no %s", what, name)
		} else if there && kinds(got[name]) != kinds(example[name]) {
			t.Errorf("%s: %s is a %s, want a %s", what, name, kinds(got[name]), kinds(example[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, there := example[name]; !there && !slices.Contains(optional, name) {
			t.Errorf("%s: %s is not in the example", what, name)
		}
	}
}

func TestTokenShapes(t *testing.T) {
	// What depends on the scopes and on the person, and what examples leave out.
	optional := []string{
		"name", "email", "email_verified", "preferred_username", "nickname", "picture", "updated_at", "given_name", "family_name", "zoneinfo", "locale",
		"profile", "address", "groups", "cognito:groups", "custom:groups", "extn.groups", "hd", "at_hash", "auth_time", "crm_id",
		"https://shop.example.com/crm_id", "phone_number",
	}
	each(t, func(t *testing.T, r *running, d data) {
		tokens := r.tokens()
		header, claims, _ := parts(t, tokens["id_token"])
		sameShape(t, "header", header, d.Header)
		sameShape(t, "ID token", claims, d.IDToken, append(optional, "nonce")...)
		if d.Header["typ"] == nil && header["typ"] != nil {
			t.Errorf("the header has typ %v", header["typ"])
		}
		if d.AccessToken != nil && d.AccessToken["note"] == nil {
			_, access, _ := parts(t, tokens["access_token"])
			sameShape(t, "access token", access, d.AccessToken, "auth_time", "iss", "sub", "exp", "iat", "jti")
		} else if strings.Count(fmt.Sprint(tokens["access_token"]), ".") == 2 {
			t.Errorf("the access token is a JWT: %v", tokens["access_token"])
		}
		if d.UserInfo != nil {
			sameShape(t, "UserInfo", r.userinfo(tokens["access_token"]).json(t), d.UserInfo, optional...)
		}
		if d.TokenResponse != nil {
			sameShape(t, "token response", tokens, d.TokenResponse, "refresh_token")
		}
		if !regexp.MustCompile(kidForms()[r.profile.Name]).MatchString(fmt.Sprint(header["kid"])) {
			t.Errorf("kid %v", header["kid"])
		}
		if want := kidForms()[r.profile.Name]; !regexp.MustCompile(want).MatchString(fmt.Sprint(d.Header["kid"])) {
			t.Errorf("the kid of the facts, %v, is not of the form %s", d.Header["kid"], want)
		}
	})
}

// kidForms are the forms of kids, which those of the facts have too.
func kidForms() map[string]string {
	return map[string]string{
		"okta": `^[A-Za-z0-9_-]{43}$`, "keycloak": `^[A-Za-z0-9_-]{43}$`, "auth0": `^[A-Za-z0-9]{39,40}$`, "cognito": `^[A-Za-z0-9+/]{43}=$`,
		"entra": `^[A-Za-z0-9_-]{27}$`, "salesforce": `^[0-9]{3}$`, "firebase": `^[0-9a-f]{40}$`, "google": `^[0-9a-f]{40}$`,
	}
}

// TestSelectors looks for the selectors of the facts on the pages of a sign-in.
func TestSelectors(t *testing.T) {
	layouts := map[string]string{
		"okta": "identity_engine", "auth0": "universal_login", "cognito": "classic_hosted_ui", "entra": "main", "salesforce": "main",
		"keycloak": "main", "google": "main", "firebase": "firebaseui",
	}
	// Of the other layouts, of warnings, and of what only a script shows.
	apart := []string{"warning", "note", "submit_gen3", "remember", "container"}
	each(t, func(t *testing.T, r *running, d data) {
		selectors, ok := d.Selectors[layouts[r.profile.Name]].(map[string]any)
		if !ok {
			t.Fatalf("no layout %s", layouts[r.profile.Name])
		}
		id, _ := r.profile.Login.Fields()
		first := r.authorize()
		pages := []answer{first}
		if r.profile.Login.IdentifierFirst {
			pages = append(pages, r.do("POST", attr(first.find(t, "form"), "action"), url.Values{id: {"ada"}}))
		}
		pages = append(pages, r.enter(r.authorize(), "ada", "wrong"))
		for name, value := range selectors {
			selector, _, _ := strings.Cut(fmt.Sprint(value), " (")
			if slices.Contains(apart, name) {
				continue
			}
			if _, err := cascadia.ParseGroup(selector); err != nil {
				t.Fatalf("%s: %v", selector, err)
			}
			if !slices.ContainsFunc(pages, func(a answer) bool { return a.find(t, selector) != nil }) {
				t.Errorf("%s: no %s on any page of the sign-in", name, selector)
			}
		}
	})
}

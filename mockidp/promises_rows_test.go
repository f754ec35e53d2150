package mockidp

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// responseType asks for a response type and looks for each of its parts.
func responseType(b *browser, v string) error {
	c := hybridNamed("types")
	putClient(b.t, b.p, c)
	q := b.get("/begin", authParams("client_id", c.ID, "response_type", v)).redirect()
	for _, word := range strings.Fields(v) {
		name := map[string]string{"code": "code", "id_token": "id_token", "token": "access_token"}[word]
		if q.Get(name) == "" {
			return fmt.Errorf("no %s in %v", word, q)
		}
	}
	return nil
}

// requestPromises are about authorization requests.
func requestPromises() map[string]promise {
	begin := func(name string) promise {
		return func(b *browser, v string) error { return accepted(b.get("/begin", authParams(name, v))) }
	}
	return map[string]promise{
		"response_types_supported": responseType,
		"response_modes_supported": func(b *browser, v string) error {
			r := b.get("/begin", authParams("response_mode", v))
			switch sep := map[string]string{"query": "?", "fragment": "#"}[v]; {
			case v == "form_post" && strings.Contains(r.Text, `name="code"`):
				return nil
			case sep != "" && strings.Contains(r.Header.Get("Location"), callback+sep+"code="):
				return nil
			}
			return fmt.Errorf("%d %s %.200s", r.StatusCode, r.Header.Get("Location"), r.Text)
		},
		"prompt_values_supported":  begin("prompt"),
		"display_values_supported": begin("display"),
		"ui_locales_supported":     localePromise,
		"acr_values_supported":     acrPromise,
		"request_parameter_supported": func(b *browser, v string) error {
			err := requestObject(b, "ES256")
			if (err == nil) != (v == "true") {
				return fmt.Errorf("it is %s: %w", v, err)
			}
			return nil
		},
		"request_uri_parameter_supported": func(b *browser, v string) error {
			q := b.get("/begin", authParams("request_uri", "https://shop.test/request")).redirect()
			if (q.Get("error") == "request_uri_not_supported") == (v == "true") {
				return fmt.Errorf("it is %s: %v", v, q)
			}
			return nil
		},
		"code_challenge_methods_supported": func(b *browser, v string) error {
			challenge := verifier
			if v == "S256" {
				challenge = oauth2.S256ChallengeFromVerifier(verifier)
			}
			_, err := b.granted(wide("challenge"), "code_challenge", challenge, "code_challenge_method", v)
			return err
		},
	}
}

func localePromise(b *browser, v string) error {
	if r := newBrowser(b.t, b.p).get("/begin", authParams("ui_locales", v)); !strings.Contains(r.Text, `<html lang="`+v+`">`) {
		return fmt.Errorf("%.200s", r.Text)
	}
	return nil
}

// acrPromise signs in somebody who can reach every level.
func acrPromise(b *browser, v string) error {
	other := newBrowser(b.t, b.p)
	claims := `{"id_token": {"acr": {"essential": true, "value": "` + v + `"}}}`
	r := other.get("/begin", authParams("claims", claims))
	r = other.post(action(b.t, r.Text), url.Values{"username": {"grace"}, "password": {"correct horse"}})
	if r.StatusCode == http.StatusOK {
		r = other.submit(r, "otp", "123456")
	}
	r = other.swap(codeForm(r.redirect().Get("code")))
	if r.StatusCode != http.StatusOK {
		return answered(r, http.StatusOK)
	}
	if got := verified(b.t, b, text(r, b.t, "id_token"), "RS256")["acr"]; got != v {
		return fmt.Errorf("acr %v", got)
	}
	return nil
}

// requestObject sends a request object by an algorithm, in which the whole
// request is.
func requestObject(b *browser, alg string) error {
	c := wide("unsigned")
	if alg != "none" {
		c = jwtClient(alg)
	}
	c.RequestAlg = alg
	putClient(b.t, b.p, c)
	claims := map[string]any{"iss": c.ID, "aud": b.p.Issuer()}
	for name, values := range authParams("client_id", c.ID) {
		claims[name] = values[0]
	}
	encode := base64.RawURLEncoding.EncodeToString
	object := encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(toJSON(b.t, claims))) + "."
	if alg != "none" {
		object = signed(b.t, alg, clientKey(alg), claims)
	}
	q := b.get("/begin", url.Values{
		"client_id": {c.ID}, "response_type": {"code"}, "scope": {"openid"}, "request": {object},
	}).redirect()
	if q.Get("code") == "" || q.Get("state") != "st-1" {
		return fmt.Errorf("answered %v", q)
	}
	return nil
}

// clientPromises are about what clients may do at the endpoints of theirs.
func clientPromises() map[string]promise {
	return map[string]promise{
		"grant_types_supported": func(b *browser, v string) error {
			switch identity.GrantType(v) {
			case identity.GrantCode:
				_, err := b.granted(wide("grants"))
				return err
			case identity.GrantImplicit:
				return responseType(b, "id_token token")
			case identity.GrantRefresh:
				_, refresh := b.pair()
				return answered(b.swap(refreshForm(refresh)), http.StatusOK)
			case identity.GrantCredentials:
				return answered(b.post("/swap", url.Values{"grant_type": {v}}, "Authorization", basicHeader(machine())), http.StatusOK)
			case identity.GrantDevice:
				other := newBrowser(b.t, b.p)
				pairing := other.startDevice()
				other.deviceSignIn(pairing.user)
				if r := other.device(pairing.user, "step", "answer", "answer", "allow"); r.StatusCode != http.StatusOK {
					return answered(r, http.StatusOK)
				}
				return answered(other.poll(pairing), http.StatusOK)
			}
			return fmt.Errorf("no test knows it")
		},
		"token_endpoint_auth_methods_supported": func(b *browser, v string) error {
			return authenticated(b, "/swap", v, http.StatusBadRequest)
		},
		"introspection_endpoint_auth_methods_supported": func(b *browser, v string) error {
			return authenticated(b, "/inspect", v, http.StatusOK)
		},
		"revocation_endpoint_auth_methods_supported": func(b *browser, v string) error {
			return authenticated(b, "/forget", v, http.StatusOK)
		},
		"token_endpoint_auth_signing_alg_values_supported": func(b *browser, v string) error {
			return asserted(b, "/swap", jwtClient(v), v, http.StatusBadRequest)
		},
		"introspection_endpoint_auth_signing_alg_values_supported": func(b *browser, v string) error {
			return asserted(b, "/inspect", jwtClient(v), v, http.StatusOK)
		},
		"revocation_endpoint_auth_signing_alg_values_supported": func(b *browser, v string) error {
			return asserted(b, "/forget", jwtClient(v), v, http.StatusOK)
		},
	}
}

// authenticated calls an endpoint as a client of a method, with a code and a
// token that nobody issued. Only who is authenticated gets so far as to hear
// that.
func authenticated(b *browser, path, method string, want int) error {
	c := wide("method")
	c.AuthMethod = identity.AuthMethod(method)
	form := codeForm("x", "client_id", c.ID, "token", "x")
	var header []string
	switch c.AuthMethod {
	case identity.AuthBasic:
		header = []string{"Authorization", basicHeader(c)}
	case identity.AuthPost:
		form.Set("client_secret", c.Secret)
	case identity.AuthSecretJWT:
		return asserted(b, path, jwtClient("HS256"), "HS256", want)
	case identity.AuthPrivateJWT:
		return asserted(b, path, jwtClient("ES256"), "ES256", want)
	case identity.AuthNone:
		c.Secret = ""
	default:
		return c.Validate()
	}
	putClient(b.t, b.p, c)
	return heard(b.post(path, form, header...), want)
}

func asserted(b *browser, path string, c identity.Client, alg string, want int) error {
	putClient(b.t, b.p, c)
	assertion := signed(b.t, alg, clientKey(alg), assertionClaims(b.p, c.ID, nil))
	return heard(b.post(path, assertionForm(assertion, "token", "x")), want)
}

func heard(r reply, want int) error {
	if r.StatusCode != want || strings.Contains(r.Text, "invalid_client") || want == http.StatusBadRequest && !strings.Contains(r.Text, "invalid_grant") {
		return fmt.Errorf("%d %s", r.StatusCode, r.Text)
	}
	return nil
}

// algorithmPromises are about how tokens are signed and encrypted.
func algorithmPromises() map[string]promise {
	// userinfo is the answer for a client, and its type.
	userinfo := func(b *browser, c identity.Client) (reply, error) {
		r, err := b.granted(c)
		if err != nil {
			return r, err
		}
		return b.do(request(b.t, http.MethodGet, b.p.Metadata().UserInfoEndpoint, nil, "Authorization", "Bearer "+text(r, b.t, "access_token"))), nil
	}
	encryptedTo := func(keyAlg, enc string) promise {
		return func(b *browser, v string) error {
			c := encrypted(cmp.Or(keyAlg, v), cmp.Or(enc, v))
			r, err := b.granted(c)
			if err != nil {
				return err
			}
			inner, _ := decrypt(b.t, c, text(r, b.t, "id_token"), c.IDTokenKeyAlg, c.IDTokenEnc)
			if verified(b.t, b, string(inner), "ES256")["sub"] != "sub-ada" {
				return fmt.Errorf("another ID token")
			}
			r, err = userinfo(b, c)
			if err != nil {
				return err
			}
			plain, _ := decrypt(b.t, c, r.Text, c.UserInfoKeyAlg, c.UserInfoEnc)
			if !strings.Contains(string(plain), "sub-ada") {
				return fmt.Errorf("UserInfo %s", plain)
			}
			return nil
		}
	}
	return map[string]promise{
		"id_token_signing_alg_values_supported": func(b *browser, v string) error {
			c := wide("signed-" + v)
			c.IDTokenAlg = v
			if err := c.Validate(); err != nil {
				return err
			}
			r, err := b.granted(c)
			if got := headerOf(text(r, b.t, "id_token")).Alg; err == nil && got != v {
				return fmt.Errorf("signed by %s", got)
			}
			return err
		},
		"userinfo_signing_alg_values_supported": func(b *browser, v string) error {
			c := wide("userinfo-" + v)
			c.UserInfoAlg = v
			r, err := userinfo(b, c)
			if got := headerOf(r.Text).Alg; err == nil && got != v {
				return fmt.Errorf("%s: %s", r.Header.Get("Content-Type"), r.Text)
			}
			return err
		},
		"request_object_signing_alg_values_supported": requestObject,
		"id_token_encryption_alg_values_supported":    encryptedTo("", "A128CBC-HS256"),
		"id_token_encryption_enc_values_supported":    encryptedTo("ECDH-ES", ""),
		"userinfo_encryption_alg_values_supported":    encryptedTo("", "A128CBC-HS256"),
		"userinfo_encryption_enc_values_supported":    encryptedTo("ECDH-ES", ""),
	}
}

// logoutPromises are about telling relying parties of a sign-out.
func logoutPromises() map[string]promise {
	front := func(b *browser, v string) error {
		c := wide("front")
		c.FrontChannelLogoutURI, c.FrontChannelLogoutSession = "http://shop.test/front", true
		page, err := b.signedOut(c)
		if err != nil || v != "true" {
			return fmt.Errorf("it is %s: %w", v, err)
		}
		for _, frame := range frames(page.Text) {
			if u, err := url.Parse(frame); err == nil && u.Query().Get("iss") == b.p.Issuer() && u.Query().Get("sid") != "" {
				return nil
			}
		}
		return fmt.Errorf("no frame with iss and sid: %q", frames(page.Text))
	}
	back := func(b *browser, v string) error {
		got := make(chan string, 1)
		shop := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r.FormValue("logout_token") }))
		defer shop.Close()
		c := wide("back")
		c.BackChannelLogoutURI, c.BackChannelLogoutSession = shop.URL, true
		c.RedirectURIs = append(c.RedirectURIs, shop.URL)
		if _, err := b.signedOut(c); err != nil || v != "true" {
			return fmt.Errorf("it is %s: %w", v, err)
		}
		select {
		case raw := <-got:
			if claims := verified(b.t, b, raw, "RS256"); claims["sid"] == nil || claims["sub"] != "sub-ada" {
				return fmt.Errorf("logout token of %v", claims)
			}
			return nil
		default:
			return errors.New("no logout token")
		}
	}
	return map[string]promise{
		"frontchannel_logout_supported": front, "frontchannel_logout_session_supported": front,
		"backchannel_logout_supported": back, "backchannel_logout_session_supported": back,
	}
}

// signedOut is the page on which somebody else's browser ends who signed in at
// a client and out again.
func (b *browser) signedOut(c identity.Client) (reply, error) {
	b.t.Helper()
	other := newBrowser(b.t, b.p)
	putClient(b.t, b.p, c)
	other.signIn(authParams())
	r, err := other.granted(c)
	if err != nil {
		return r, err
	}
	r = other.get("/leave", url.Values{"id_token_hint": {text(r, b.t, "id_token")}})
	return r, answered(r, http.StatusOK)
}

package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

// secretParams are the request and redirect parameters, and members of JSON
// answers, that let their holder act as somebody.
var secretParams = []string{
	"code", "client_secret", "code_verifier", "password", "access_token", "refresh_token",
	"id_token", "id_token_hint", "client_assertion", "assertion", "request", "logout_token",
	"token", "device_code", "user_code", "verification_uri_complete", "registration_access_token",
	"ticket", "otp",
}

var secretHeaders = []string{"Authorization", "Cookie", "Set-Cookie", "Proxy-Authorization"}

// Redacted is a copy of the entry in which codes, secrets, verifiers,
// passwords, tokens and the Authorization and Cookie headers are replaced by
// "[redacted N chars]". What was decided and which fault acted stays.
func (e Entry) Redacted() Entry {
	e.Query = redactValues(e.Query)
	e.Form = redactValues(e.Form, e.SecretFields...)
	e.Header = redactHeader(e.Header)
	e.Location = redactURL(e.Location)
	e.Response = redactValues(e.Response)
	e.Body, e.Document = redactJSON(e.Body), redactJSON(e.Document)
	e.Faults = slices.Clone(e.Faults)
	e.Tokens = slices.Clone(e.Tokens)
	for i := range e.Tokens {
		e.Tokens[i].Value = mask(e.Tokens[i].Value)
	}
	return e
}

func mask(s string) string { return fmt.Sprintf("[redacted %d chars]", len(s)) }

func redactValues(v url.Values, secrets ...string) url.Values {
	if v == nil {
		return nil
	}
	out := make(url.Values, len(v))
	for name, values := range v {
		out[name] = maskIf(slices.Contains(secretParams, name) || slices.Contains(secrets, name), values)
	}
	return out
}

func redactHeader(h http.Header) http.Header {
	if h == nil {
		return nil
	}
	out := make(http.Header, len(h))
	for name, values := range h {
		if name == "Referer" {
			values = []string{redactURL(h.Get("Referer"))}
		}
		out[name] = maskIf(slices.Contains(secretHeaders, name), values)
	}
	return out
}

func maskIf(secret bool, values []string) []string {
	values = slices.Clone(values)
	if secret {
		for i := range values {
			values[i] = mask(values[i])
		}
	}
	return values
}

// redactURL leaves the order of parameters to url.Values, which sorts them.
func redactURL(raw string) string {
	if raw == "" {
		return ""
	}
	u, err := url.Parse(raw)
	if err != nil {
		return mask(raw)
	}
	if u.RawQuery != "" {
		u.RawQuery = redactValues(u.Query()).Encode()
	}
	if u.Fragment == "" {
		return u.String()
	}
	// The response mode fragment has parameters there too.
	fragment := u.EscapedFragment()
	u.Fragment, u.RawFragment = "", ""
	inside, err := url.ParseQuery(fragment)
	if err != nil {
		return u.String() + "#" + mask(fragment)
	}
	return u.String() + "#" + redactValues(inside).Encode()
}

// redactJSON masks the secret members of a JSON object. What cannot be read
// as an object might hold a secret anywhere and is masked whole.
func redactJSON(body []byte) []byte {
	if len(body) == 0 {
		return nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return []byte(mask(string(body)))
	}
	changed := false
	for name, value := range members {
		if !slices.Contains(secretParams, name) {
			continue
		}
		var text string
		if json.Unmarshal(value, &text) != nil {
			text = string(value)
		}
		quoted, err := json.Marshal(mask(text))
		if err != nil {
			return []byte(mask(string(body)))
		}
		members[name], changed = quoted, true
	}
	if !changed {
		return bytes.Clone(body)
	}
	out, err := json.Marshal(members)
	if err != nil {
		return []byte(mask(string(body)))
	}
	return out
}

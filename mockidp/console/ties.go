package console

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// ties are what exchanges of one sign-in have in common: a value that one
// gives out and another comes with. They hold secrets and are never shown.
type ties []string

// add ties values, without those that are empty.
func (t *ties) add(values ...string) {
	for _, v := range values {
		if v != "" {
			*t = append(*t, v)
		}
	}
}

// A state says something together with the client alone, and a session ID is
// told from what a relying party makes up.
func stateTie(client, state string) string {
	if state == "" {
		return ""
	}
	return "state " + client + " " + state
}

func sessionTie(t journal.Issued) string {
	d, ok := t.Decode()
	if !ok {
		return ""
	}
	for _, m := range d.Claims {
		var sid string
		if m.Name == "sid" && json.Unmarshal(m.Value, &sid) == nil {
			return "sid " + sid
		}
	}
	return ""
}

// param is a parameter of a request, wherever it was.
func param(e *journal.Entry, name string) string {
	if v := e.Form.Get(name); v != "" {
		return v
	}
	return e.Query.Get(name)
}

// response are the parameters of an authorization response, however it was
// sent.
func response(e *journal.Entry) url.Values {
	if e.Response != nil {
		return e.Response
	}
	u, err := url.Parse(e.Location)
	if err != nil {
		return nil
	}
	out := u.Query()
	inside, err := url.ParseQuery(u.EscapedFragment())
	if err == nil {
		for name, values := range inside {
			out[name] = append(out[name], values...)
		}
	}
	return out
}

// brought are the ties of an exchange to those before it.
func brought(e *journal.Entry) ties {
	var t ties
	for _, name := range []string{
		"ticket", "request_uri", "code", "refresh_token", "device_code", "user_code", "token", "access_token", "id_token_hint",
	} {
		t.add(param(e, name))
	}
	t.add(bearer(e.Header))
	if e.Kind == journal.SignIn {
		t.add(stateTie(clientOf(e), param(e, "state")), stateTie(clientOf(e), response(e).Get("state")))
	}
	for _, token := range e.Tokens {
		if token.Kind == "logout_token" {
			t.add(sessionTie(token))
		}
	}
	return t
}

// handed are the ties of an exchange to those behind it.
func handed(e *journal.Entry) ties {
	var t ties
	t.add(param(e, "ticket"), response(e).Get("code"))
	switch e.Kind {
	case journal.Authorize, journal.SignIn, journal.PAR:
		t.add(stateTie(clientOf(e), param(e, "state")))
	}
	var body map[string]any
	if json.Unmarshal(e.Body, &body) == nil {
		for _, name := range []string{"request_uri", "device_code", "user_code", "access_token", "refresh_token", "id_token"} {
			if v, ok := body[name].(string); ok {
				t.add(v)
			}
		}
	}
	for _, token := range e.Tokens {
		t.add(token.Value, sessionTie(token))
	}
	return t
}

func bearer(h http.Header) string {
	scheme, token, _ := strings.Cut(h.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return token
	}
	return ""
}

func clientOf(e *journal.Entry) string {
	if e.Client != "" {
		return e.Client
	}
	return param(e, "client_id")
}

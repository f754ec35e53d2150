package endpoint

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// Direct serves sign-in to a program that asks for the password itself, as the
// SDKs of some vendors do: no authorization endpoint, no client secret, an API
// key in the query. Its ID tokens are for the first client and have no nonce.
type Direct struct {
	Site      Site
	Directory *Directory
	Store     *state.Store
	Mint      *Mint
}

// Mount registers the endpoints that the profile has.
func (e *Direct) Mount(rt *Router) {
	d := e.Site.Profile.Direct
	post := []string{http.MethodPost}
	rt.at(d.SignIn, route{kind: journal.Direct, methods: post, serve: e.keyed(e.signIn), json: true})
	rt.at(d.Custom, route{kind: journal.Direct, methods: post, serve: e.keyed(e.custom), json: true})
	rt.at(d.Lookup, route{kind: journal.Direct, methods: post, serve: e.keyed(e.lookup), json: true})
	rt.at(d.Refresh, route{kind: journal.Direct, methods: post, serve: e.keyed(e.refresh)})
}

// keyed lets only requests with an API key pass.
func (e *Direct) keyed(serve func(*Exchange) Response) func(*Exchange) Response {
	return func(x *Exchange) Response {
		if x.Query.Get("key") != e.Site.Profile.Direct.Key {
			return x.errorJSON(mistake(protocol.CaseAPIKey, "the API key is not valid"))
		}
		return serve(x)
	}
}

// client is the project, as whose audience people sign in.
func (e *Direct) client() identity.Client {
	for _, c := range e.Directory.Clients() {
		return c
	}
	return identity.Client{}
}

func (e *Direct) signIn(x *Exchange) Response {
	var asked struct{ Email, Password string }
	_ = json.Unmarshal(x.Document, &asked) // what is not there is wrong
	p, ok := e.byEmail(asked.Email)
	switch {
	case !ok || !equal(p.Password, asked.Password):
		return x.errorJSON(mistake(protocol.CaseDirectLogin, "e-mail address or password is wrong"))
	case p.Disabled:
		return x.errorJSON(mistake(protocol.CaseDirectDisabled, "the end-user's account is disabled"))
	}
	x.Entry.User = p.Username
	id, refresh, err := e.tokens(x, p)
	if err != nil {
		return x.broken(err)
	}
	return jsonResponse(http.StatusOK, map[string]any{
		"localId": p.Sub(), "email": asked.Email, "registered": true, "idToken": id, "refreshToken": refresh, "expiresIn": e.expiresIn(),
	})
}

// byEmail is the user of an e-mail address or of that name.
func (e *Direct) byEmail(email string) (person, bool) {
	for _, u := range e.Directory.Users() {
		if p, ok := e.Directory.user(u.Username); ok && email != "" && p.hinted(email) {
			return p, true
		}
	}
	return person{}, false
}

// custom takes tokens that a service account signed. There is none.
func (e *Direct) custom(x *Exchange) Response {
	return x.errorJSON(mistake(protocol.CaseDirectToken, "no service account signed the token"))
}

func (e *Direct) lookup(x *Exchange) Response {
	var asked struct{ IDToken string }
	_ = json.Unmarshal(x.Document, &asked)
	hint, err := e.Directory.readHint(asked.IDToken)
	p, known := e.Directory.user(hint.user)
	if err != nil || !known {
		return x.errorJSON(mistake(protocol.CaseDirectToken, "the ID token is not one of this provider"))
	}
	return jsonResponse(http.StatusOK, map[string]any{"users": []any{map[string]any{
		"localId": p.Sub(), "email": p.Claims["email"], "emailVerified": p.Claims["email_verified"], "displayName": p.Claims["name"],
	}}})
}

func (e *Direct) refresh(x *Exchange) Response {
	client := e.client()
	family, err := e.Store.RedeemRefresh(x.Form.Get("refresh_token"), client.ID, state.Waivers{}, func(state.Grant) error { return nil })
	if err != nil {
		return x.errorJSON(mistake(protocol.CaseDirectRefresh, "the refresh token is "+err.Error()))
	}
	p, known := e.Directory.user(family.Grant().User)
	if !known {
		return x.errorJSON(mistake(protocol.CaseDirectRefresh, "the end-user is gone"))
	}
	id, refresh, err := e.tokens(x, p)
	if err != nil {
		return x.broken(err)
	}
	return jsonResponse(http.StatusOK, map[string]any{
		"access_token": id, "id_token": id, "refresh_token": refresh, "token_type": "Bearer", "expires_in": e.expiresIn(),
		"user_id": p.Sub(), "project_id": client.ID,
	})
}

func (e *Direct) expiresIn() string { return strconv.FormatInt(int64(e.Mint.Lifetime/time.Second), 10) }

func (e *Direct) tokens(x *Exchange, p person) (id, refresh string, err error) {
	grant := state.Grant{
		Client: e.client().ID, User: p.Username, AuthTime: e.Mint.Now(),
		Scopes: []string{protocol.ScopeOpenID, protocol.ScopeProfile, protocol.ScopeEmail, protocol.ScopePhone},
	}
	issued, err := e.Mint.idToken(x, e.client(), p, grant, hashed{})
	if err != nil {
		return "", "", err
	}
	refresh = e.Store.NewRefresh(state.NewFamily(grant))
	x.Entry.Tokens = slices.Concat(x.Entry.Tokens, []journal.Issued{issued, {Kind: "refresh_token", Value: refresh}})
	return issued.Value, refresh, nil
}

// at registers an endpoint at a path, unless that is empty.
func (rt *Router) at(path string, to route) {
	if path == "" {
		return
	}
	if rt.routes == nil {
		rt.routes = make(map[string]route)
	}
	rt.routes[path] = to
}

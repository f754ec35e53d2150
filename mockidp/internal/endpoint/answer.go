package endpoint

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/profile"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// success is the authorization response (OpenID Connect Core 1.0, sections
// 3.1.2.5, 3.2.2.5 and 3.3.2.5).
func (e *Authorize) success(x *Exchange, req *authRequest, s state.Session, p person) Response {
	x.Entry.User = s.User
	p.answers.Add(1)
	grant := state.Grant{
		Client: req.client.ID, User: s.User, RedirectURI: req.redirectURI, Challenge: req.challenge, Plain: req.plain,
		Nonce: req.nonce, Scopes: req.scopes, AuthTime: s.AuthTime, SID: s.SID,
		ACR: s.ACR, AMR: s.AMR, Claims: req.claims, Offline: req.params.Get("access_type") == "offline",
	}
	if req.acr.essential {
		// Whoever did more than was asked for did that, too.
		grant.ACR, _ = req.level(p)
	}
	if req.responds(respondCode) && len(req.respond) == 1 {
		return e.SessionState.mark(e.redirect(req, Param{"code", e.Store.NewCode(grant)}), req.client.ID, s)
	}
	return e.SessionState.mark(e.withTokens(x, req, grant, p), req.client.ID, s)
}

// withTokens is the response of the implicit and the hybrid flow. All that it
// carries is revoked as one.
func (e *Authorize) withTokens(x *Exchange, req *authRequest, grant state.Grant, p person) Response {
	var params []Param
	var with hashed
	family := state.NewFamily(grant)
	if req.responds(respondCode) {
		with.code = e.Store.NewFamilyCode(family)
		params = append(params, Param{"code", with.code})
	} else {
		e.Store.Visit(grant.SID, grant.User, grant.Client)
	}
	if req.responds(respondToken) {
		var err error
		if with.accessToken, err = e.Mint.newAccess(e.Store, family, grant.Scopes, e.Lifetime); err != nil {
			return x.broken(err)
		}
		x.Entry.Tokens = append(x.Entry.Tokens, journal.Issued{Kind: "access_token", Value: with.accessToken})
		params = append(params,
			Param{"access_token", with.accessToken},
			Param{"token_type", "Bearer"},
			Param{"expires_in", strconv.FormatInt(int64(e.Lifetime/time.Second), 10)},
			Param{"scope", strings.Join(grant.Scopes, " ")})
	}
	if req.responds(respondIDToken) {
		issued, err := e.Mint.idToken(x, req.client, p, grant, with)
		if err != nil {
			return x.broken(err)
		}
		x.Entry.Tokens = append(x.Entry.Tokens, issued)
		params = append(params, Param{"id_token", issued.Value})
	}
	return e.redirect(req, params...)
}

// failure is the authorization response with an error.
func (e *Authorize) failure(x *Exchange, req *authRequest, err *protocol.Error) Response {
	worded, a := x.worded(err)
	if a.As == profile.ByPage {
		return e.Pages.failure(x, err)
	}
	params := []Param{{"error", string(worded.Code)}}
	if worded.Description != "" {
		params = append(params, Param{"error_description", worded.Description})
	}
	for _, name := range slices.Sorted(maps.Keys(a.More)) {
		var text string
		if value, ok := x.words().Expand(a.More[name]); ok && json.Unmarshal(value, &text) == nil {
			params = append(params, Param{name, text})
		}
	}
	return e.redirect(req, params...)
}

// redirect adds what every authorization response has: the state and, but for
// profiles without, the issuer (RFC 9207).
func (e *Authorize) redirect(req *authRequest, params ...Param) Response {
	if req.state != "" {
		params = append(params, Param{"state", req.state})
	}
	if !e.Site.Profile.Request.NoResponseIssuer {
		params = append(params, Param{"iss", e.Site.Issuer})
	}
	return Response{Redirect: &Redirect{To: req.redirectURI, Params: params, Mode: req.mode, Pages: e.Pages}}
}

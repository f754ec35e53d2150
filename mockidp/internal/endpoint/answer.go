package endpoint

import (
	"strconv"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// success is the authorization response (OpenID Connect Core 1.0, sections
// 3.1.2.5, 3.2.2.5 and 3.3.2.5).
func (e *Authorize) success(x *Exchange, req *authRequest, s state.Session, p person) Response {
	x.Entry.User = s.User
	grant := state.Grant{
		Client: req.client.ID, User: s.User, RedirectURI: req.redirectURI, Challenge: req.challenge,
		Nonce: req.nonce, Scopes: req.scopes, AuthTime: s.AuthTime, SID: s.SID,
		ACR: s.ACR, AMR: s.AMR, Claims: req.claims,
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
		with.accessToken = e.Store.NewAccess(family, grant.Scopes)
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
func (e *Authorize) failure(req *authRequest, err *protocol.Error) Response {
	params := []Param{{"error", string(err.Code)}}
	if err.Description != "" {
		params = append(params, Param{"error_description", err.Description})
	}
	return e.redirect(req, params...)
}

// redirect adds what every authorization response has: the state and the
// issuer (RFC 9207).
func (e *Authorize) redirect(req *authRequest, params ...Param) Response {
	if req.state != "" {
		params = append(params, Param{"state", req.state})
	}
	return Response{Redirect: &Redirect{
		To: req.redirectURI, Params: append(params, Param{"iss", e.Site.Issuer}), Mode: req.mode, Pages: e.Pages,
	}}
}

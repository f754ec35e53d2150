package endpoint

import (
	"net/http"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
	"github.com/countersign-oidc/countersign/mockidp/token"
)

// UserInfo serves the UserInfo endpoint (OpenID Connect Core 1.0, section
// 5.3).
type UserInfo struct {
	Directory *Directory
	Store     *state.Store
	Mint      *Mint
}

// Mount registers the endpoint.
func (e *UserInfo) Mount(rt *Router) {
	rt.handle(journal.UserInfo, []string{http.MethodGet, http.MethodPost}, e.serve)
}

func (e *UserInfo) serve(x *Exchange) Response {
	bearer, err := e.bearer(x)
	if err != nil {
		return challenge(x, err)
	}
	if bearer == "" {
		// A request without a token learns no error code (RFC 6750,
		// section 3.1).
		resp := plain(http.StatusUnauthorized, "An access token is needed.\n")
		resp.Header.Set("WWW-Authenticate", `Bearer realm="userinfo"`)
		return resp
	}
	grant, scopes, ok := e.Store.Access(bearer)
	if !ok {
		return challenge(x, badToken("the access token is unknown, expired or revoked"))
	}
	x.Entry.User, x.Entry.Client = grant.User, grant.Client
	if !slices.Contains(scopes, protocol.ScopeOpenID) {
		return challenge(x, &protocol.Error{
			Code: protocol.InsufficientScope, Case: protocol.CaseTokenScope, Status: http.StatusForbidden,
			Description: "the access token was not issued for the scope openid",
		})
	}
	user, known := e.Directory.user(grant.User)
	if !known {
		return challenge(x, badToken("the end-user is gone"))
	}
	client, known := e.Directory.Client(grant.Client)
	if !known {
		return challenge(x, badToken("the client is gone"))
	}
	grant.Scopes = scopes
	return e.answer(x, client, user, grant, user.released(scopes, grant.Claims.UserInfo))
}

// answer is the claims as JSON or, for a client that registered so, as a JWT
// (section 5.3.2).
func (e *UserInfo) answer(x *Exchange, c identity.Client, p person, g state.Grant, released token.Members) Response {
	claims := make(token.Members, 0, 3+len(released))
	claims.Add("sub", e.Directory.subject(c, p))
	released = e.shaped(released, e.Mint.words(c, p, g))
	encryption := token.Encryption{KeyAlg: c.UserInfoKeyAlg, Enc: c.UserInfoEnc}
	if c.UserInfoAlg != "" {
		claims.Add("iss", e.Mint.Issuer)
		claims.Add("aud", c.ID)
		issued, err := e.Mint.sign(x, jwt{
			kind: "userinfo", typ: "JWT", client: c, user: p.Username, alg: c.UserInfoAlg,
			claims: append(claims, released...), encryption: encryption,
		})
		if err != nil {
			return x.broken(err)
		}
		return x.jwtResponse(issued)
	}
	body := x.spoilClaims("userinfo", c.ID, p.Username, append(claims, released...)).JSON()
	if encryption.KeyAlg == "" {
		return rawJSON(http.StatusOK, body)
	}
	value, err := encryption.Encrypt(c, body, false)
	if err != nil {
		return x.broken(err)
	}
	return x.jwtResponse(journal.Issued{Kind: "userinfo", Value: value})
}

func (x *Exchange) jwtResponse(issued journal.Issued) Response {
	x.Entry.Tokens = append(x.Entry.Tokens, issued)
	return Response{Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/jwt"}}, Body: []byte(issued.Value)}
}

func badToken(description string) *protocol.Error {
	return &protocol.Error{
		Code: protocol.InvalidToken, Case: protocol.CaseBadToken, Description: description, Status: http.StatusUnauthorized,
	}
}

// bearer is the access token of a request, from the header or the form and
// never from the query (RFC 6750, section 2).
func (e *UserInfo) bearer(x *Exchange) (string, *protocol.Error) {
	form, err := single(x.Form)
	if err != nil {
		return "", err
	}
	inForm := form["access_token"]
	headers := x.Request.Header.Values("Authorization")
	switch {
	case len(headers) == 0:
		return inForm, nil
	case len(headers) > 1, inForm != "":
		return "", mistake(protocol.CaseUserInfoCall, "the access token is given more than once")
	}
	scheme, value, _ := strings.Cut(headers[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", nil
	}
	return strings.TrimSpace(value), nil
}

func challenge(x *Exchange, err *protocol.Error) Response {
	resp := x.errorJSON(err)
	if resp.Header.Get("WWW-Authenticate") != "" {
		return resp
	}
	resp.Header.Set("WWW-Authenticate",
		`Bearer realm="userinfo", error="`+string(err.Code)+`", error_description="`+safe(err.Description)+`"`)
	return resp
}

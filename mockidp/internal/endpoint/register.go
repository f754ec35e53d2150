package endpoint

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4/json"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// defaultEnc is the content encryption of a client that names none (OpenID
// Connect Dynamic Client Registration 1.0, section 2).
const defaultEnc = "A128CBC-HS256"

// maxProblems is how much of what is wrong an error description says, in bytes.
const maxProblems = 1000

// Registration serves the registration endpoint (OpenID Connect Dynamic Client
// Registration 1.0, section 3; RFC 7591) and, to those who registered, their
// registration (RFC 7592, sections 2.1 and 2.3).
type Registration struct {
	Site      Site
	Directory *Directory
	Store     *state.Store
	Now       func() time.Time
}

// Mount registers the endpoint.
func (e *Registration) Mount(rt *Router) {
	methods := []string{http.MethodPost, http.MethodGet, http.MethodDelete}
	rt.handleJSON(journal.Registration, methods, e.serve)
}

// registered is the answer to a registration. Secrets do not expire, which is
// what a zero says.
type registered struct {
	identity.Client
	IssuedAt      int64  `json:"client_id_issued_at"` // seconds since 1970
	SecretExpires *int64 `json:"client_secret_expires_at,omitempty"`
	Token         string `json:"registration_access_token"`
	URI           string `json:"registration_client_uri"`
}

func (e *Registration) serve(x *Exchange) Response {
	if x.Request.Method == http.MethodPost {
		return e.create(x)
	}
	client, r, ok := e.Directory.registrant(x.Query.Get("client_id"), bearerToken(x.Request.Header))
	if !ok {
		resp := x.errorJSON(badToken("the registration access token is not good for this client"))
		resp.Header.Set("WWW-Authenticate", `Bearer realm="registration", error="invalid_token"`)
		return resp
	}
	x.Entry.Client = client.ID
	if x.Request.Method == http.MethodDelete {
		e.Directory.RemoveClient(client.ID)
		e.Store.RevokeClient(client.ID)
		return Response{Status: http.StatusNoContent}
	}
	return e.answer(http.StatusOK, client, r)
}

// bearerToken is the only Bearer token of a request, or "".
func bearerToken(h http.Header) string {
	headers := h.Values("Authorization")
	if len(headers) != 1 {
		return ""
	}
	scheme, value, _ := strings.Cut(headers[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(value)
}

func (e *Registration) create(x *Exchange) Response {
	client, err := readRegistration(x.Document)
	if err != nil {
		return x.errorJSON(err)
	}
	x.Entry.Client = client.ID
	r := registration{token: rand.Text(), at: e.Now()}
	if evicted := e.Directory.register(client, r); evicted != "" {
		e.Store.RevokeClient(evicted)
	}
	return e.answer(http.StatusCreated, client, r)
}

func (e *Registration) answer(status int, c identity.Client, r registration) Response {
	out := registered{
		Client: c, IssuedAt: r.at.Unix(), Token: r.token,
		URI: e.Site.back(journal.Registration) + "?client_id=" + url.QueryEscape(c.ID),
	}
	if c.Secret != "" {
		out.SecretExpires = new(int64)
	}
	return jsonResponse(status, out)
}

// readRegistration is a client as the document describes it, under an ID of the
// provider's choice and with a secret if it needs one. Members that are not
// known are ignored (RFC 7591, section 2).
func readRegistration(document []byte) (identity.Client, *protocol.Error) {
	var sent struct {
		identity.Client
		KeysURI string `json:"jwks_uri"`
	}
	// This decoder takes names as they are written, and each once.
	if err := json.Unmarshal(document, &sent); err != nil {
		return identity.Client{}, badMetadata(err.Error())
	}
	c := sent.Client
	if sent.KeysURI != "" {
		return c, badMetadata("jwks_uri is not fetched here: send the keys as jwks")
	}
	c.ID, c.Secret = rand.Text(), ""
	fillDefaults(&c)
	if needsSecret(c) {
		// As long as HS512 wants it.
		c.Secret = rand.Text() + rand.Text() + rand.Text()
	}
	err := c.Validate()
	if err == nil {
		return c, nil
	}
	wrong := badMetadata(strings.ReplaceAll(err.Error(), "\n", "; "))
	if _, ok := errors.AsType[identity.RedirectError](err); ok {
		wrong.Code = protocol.InvalidRedirectURI
	}
	return c, wrong
}

// badMetadata says what is wrong in the characters that an error_description
// may have.
func badMetadata(description string) *protocol.Error {
	description = printable(strings.ReplaceAll(description, `"`, "'"))
	return &protocol.Error{
		Code: protocol.InvalidClientMetadata, Description: description[:min(len(description), maxProblems)],
	}
}

func fillDefaults(c *identity.Client) {
	if c.AuthMethod == "" {
		c.AuthMethod = identity.AuthBasic
	}
	if len(c.GrantTypes) == 0 {
		c.GrantTypes = []identity.GrantType{identity.GrantCode}
	}
	if len(c.ResponseTypes) == 0 && c.Grants(identity.GrantCode) {
		c.ResponseTypes = []string{"code"}
	}
	for _, d := range []struct {
		value *string
		usual string
		wants bool
	}{
		{&c.SubjectType, identity.SubjectPublic, true},
		{&c.IDTokenAlg, keys.RS256, true},
		{&c.IDTokenEnc, defaultEnc, c.IDTokenKeyAlg != ""},
		{&c.UserInfoEnc, defaultEnc, c.UserInfoKeyAlg != ""},
	} {
		if *d.value == "" && d.wants {
			*d.value = d.usual
		}
	}
}

// needsSecret reports whether a client authenticates, signs or decrypts with a
// secret.
func needsSecret(c identity.Client) bool {
	switch c.AuthMethod {
	case identity.AuthBasic, identity.AuthPost, identity.AuthSecretJWT:
		return true
	case identity.AuthPrivateJWT:
		shared := slices.Concat(protocol.HMACAlgs(), []string{"A128KW", "A256KW", "dir"})
		return slices.ContainsFunc(
			[]string{c.IDTokenAlg, c.UserInfoAlg, c.RequestAlg, c.IDTokenKeyAlg, c.UserInfoKeyAlg},
			func(alg string) bool { return slices.Contains(shared, alg) })
	default:
		return false
	}
}

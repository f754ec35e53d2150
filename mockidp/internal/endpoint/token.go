package endpoint

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/profile"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
	"github.com/countersign-oidc/countersign/mockidp/token"
)

// verifierShape is RFC 7636, section 4.1.
var verifierShape = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)

// Token serves the token endpoint (OpenID Connect Core 1.0, sections 3.1.3 and
// 12).
type Token struct {
	Clients   *ClientAuth
	Directory *Directory
	Store     *state.Store
	Mint      *Mint
	// Lifetime is what expires_in says of access tokens.
	Lifetime time.Duration
	Site     Site
}

// Mount registers the endpoint.
func (e *Token) Mount(rt *Router) {
	rt.handle(journal.Token, []string{http.MethodPost}, e.Clients.called(e.serve))
}

func (e *Token) serve(x *Exchange, client identity.Client, form map[string]string) Response {
	grant := identity.GrantType(form["grant_type"])
	var serve func(*Exchange, identity.Client, map[string]string) Response
	switch grant {
	case identity.GrantCode:
		serve = e.exchangeCode
	case identity.GrantRefresh:
		serve = e.refresh
	case identity.GrantCredentials:
		serve = e.clientCredentials
	case identity.GrantDevice:
		serve = e.pollDevice
	case "":
		return x.errorJSON(e.missing("grant_type"))
	default:
		return x.errorJSON(&protocol.Error{Code: protocol.UnsupportedGrantType, Case: protocol.CaseUnknownGrant})
	}
	if !client.Grants(grant) && !(grant == identity.GrantRefresh && e.Site.Profile.Request.Refresh == profile.RefreshAlways) {
		err := unauthorized("this client is not registered for " + string(grant))
		err.Case = protocol.CaseWrongGrant
		return x.errorJSON(err)
	}
	return serve(x, client, form)
}

func (e *Token) exchangeCode(x *Exchange, client identity.Client, form map[string]string) Response {
	if form["code"] == "" {
		return x.errorJSON(mistake(protocol.CaseNoCode, "code is missing"))
	}
	family, err := e.Store.RedeemCode(form["code"], client.ID, state.Waivers{
		Reuse: x.waiving(fault.RuleCodeReuse), Client: x.waiving(fault.RuleCodeClient),
	})
	if errors.Is(err, state.ErrUnknown) && x.waived(fault.RuleCodeIssued) {
		family, err = e.invented(client, form), nil
	}
	if err != nil {
		return x.errorJSON(e.badCode(err))
	}
	grant := family.Grant()
	x.Entry.User = grant.User
	if form["redirect_uri"] != grant.RedirectURI && !x.waived(fault.RuleRedirectURI) {
		return x.errorJSON(e.badRedirect(form["redirect_uri"]))
	}
	if err := checkVerifier(grant, form["code_verifier"]); err != nil && !x.waived(fault.RulePKCE) {
		return x.errorJSON(err)
	}
	return e.issue(x, client, family, grant.Scopes, true)
}

func (e *Token) refresh(x *Exchange, client identity.Client, form map[string]string) Response {
	if form["refresh_token"] == "" {
		return x.errorJSON(invalid("refresh_token is missing"))
	}
	var scopes []string
	family, err := e.Store.RedeemRefresh(form["refresh_token"], client.ID, state.Waivers{Reuse: x.waiving(fault.RuleRefreshReuse)}, func(g state.Grant) error {
		scopes = g.Scopes
		if form["scope"] == "" {
			return nil
		}
		scopes = protocol.SplitScope(form["scope"])
		for _, s := range scopes {
			if !slices.Contains(g.Scopes, s) {
				return badScope("scope goes beyond what was granted")
			}
		}
		return nil
	})
	var wrong *protocol.Error
	switch {
	case errors.As(err, &wrong):
		return x.errorJSON(wrong)
	case err != nil:
		return x.errorJSON(badGrant("the refresh token is " + err.Error()))
	}
	x.Entry.User = family.Grant().User
	return e.issue(x, client, family, scopes, false)
}

// waiving asks whether a rule about a grant is waived, for its user.
func (x *Exchange) waiving(rule fault.Rule) func(state.Grant) bool {
	return func(g state.Grant) bool {
		x.Entry.User = g.User
		return x.waived(rule)
	}
}

func unauthorized(description string) *protocol.Error {
	return &protocol.Error{Code: protocol.UnauthorizedClient, Description: description}
}

func badGrant(description string) *protocol.Error { return grantMistake("", description) }

// grantMistake is an invalid grant that providers have words of their own for.
func grantMistake(c protocol.Case, description string) *protocol.Error {
	return &protocol.Error{Code: protocol.InvalidGrant, Case: c, Description: description}
}

// worded is a case, or the one that includes it where the profile has no words
// for it.
func (e *Token) worded(c, in protocol.Case) protocol.Case {
	if _, own := e.Site.Profile.Errors[c]; own {
		return c
	}
	return in
}

// badCode is why a code is not redeemed.
func (e *Token) badCode(err error) *protocol.Error {
	c := protocol.CaseInvalidCode
	switch {
	case errors.Is(err, state.ErrSpent):
		c = e.worded(protocol.CaseReplayedCode, c)
	case errors.Is(err, state.ErrOld):
		c = e.worded(protocol.CaseExpiredCode, c)
	}
	return grantMistake(c, "the code is "+err.Error())
}

func (e *Token) badRedirect(given string) *protocol.Error {
	c := protocol.CaseRedirectToken
	if given == "" {
		c = e.worded(protocol.CaseNoRedirectToken, c)
	}
	return grantMistake(c, "redirect_uri differs from the authorization request")
}

func (e *Token) missing(parameter string) *protocol.Error {
	return mistake(protocol.CaseMissingParameter, parameter+" is missing")
}

// checkVerifier wants a verifier if and only if a challenge was sent (RFC
// 7636, section 4.6; RFC 9700, section 2.1.1).
func checkVerifier(g state.Grant, verifier string) *protocol.Error {
	switch {
	case g.Challenge == "" && verifier == "":
		return nil
	case g.Challenge == "":
		return grantMistake(protocol.CaseNeedlessVerifier, "code_verifier without a code_challenge before")
	case verifier == "":
		return grantMistake(protocol.CaseNoVerifier, "code_verifier is missing")
	case !verifierShape.MatchString(verifier):
		return grantMistake(protocol.CaseVerifier, "code_verifier is malformed")
	}
	challenge := verifier
	if !g.Plain {
		sum := sha256.Sum256([]byte(verifier))
		challenge = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	if !equal(challenge, g.Challenge) {
		return grantMistake(protocol.CaseVerifier, "code_verifier does not match the code_challenge")
	}
	return nil
}

// issue answers with fresh tokens of a family. A refreshed ID token has no
// nonce (OpenID Connect Core 1.0, section 12.2).
func (e *Token) issue(x *Exchange, client identity.Client, family state.Family, scopes []string, first bool) Response {
	grant := family.Grant()
	user, known := e.Directory.user(grant.User)
	if !known {
		return x.errorJSON(badGrant("the end-user is gone"))
	}
	if _, own := e.Site.Profile.Errors[protocol.CaseUserDisabledToken]; own && user.Disabled {
		return x.errorJSON(grantMistake(protocol.CaseUserDisabledToken, "the end-user's account is disabled"))
	}
	if !first {
		grant.Nonce = ""
	}
	grant.Scopes = scopes
	out, err := e.bearer(x, family, scopes)
	if err != nil {
		return x.broken(err)
	}
	if e.refreshes(family.Grant()) {
		out.RefreshToken = e.Store.NewRefresh(family)
		x.Entry.Tokens = append(x.Entry.Tokens, journal.Issued{Kind: "refresh_token", Value: out.RefreshToken})
	}
	if slices.Contains(scopes, protocol.ScopeOpenID) {
		issued, err := e.Mint.idToken(x, client, user, grant, hashed{accessToken: out.AccessToken, back: true})
		if err != nil {
			return x.broken(err)
		}
		out.IDToken = issued.Value
		x.Entry.Tokens = append(x.Entry.Tokens, issued)
	}
	return e.granting(out, e.Mint.words(client, user, grant))
}

// refreshes reports whether a grant comes with a refresh token.
func (e *Token) refreshes(g state.Grant) bool {
	switch e.Site.Profile.Request.Refresh {
	case profile.RefreshAlways:
		return true
	case profile.RefreshOffline:
		return g.Offline
	}
	return slices.Contains(g.Scopes, protocol.ScopeOffline)
}

// bearer is a token response with an access token alone.
func (e *Token) bearer(x *Exchange, family state.Family, scopes []string) (protocol.TokenResponse, error) {
	value, err := e.Mint.newAccess(e.Store, family, scopes, e.Lifetime)
	x.Entry.Tokens = append(x.Entry.Tokens, journal.Issued{Kind: "access_token", Value: value})
	return protocol.TokenResponse{
		AccessToken: value, TokenType: "Bearer", ExpiresIn: int64(e.Lifetime / time.Second), Scope: strings.Join(scopes, " "),
	}, err
}

// granting is a token response as the profile has it.
func (e *Token) granting(r protocol.TokenResponse, words profile.Values) Response {
	resp := jsonResponse(http.StatusOK, r)
	if members, err := token.Parse(resp.Body); err == nil {
		resp.Body = withMembers(members, e.Site.Profile.TokenResponse, words).JSON()
	}
	resp.Header.Set("Pragma", "no-cache")
	return resp
}

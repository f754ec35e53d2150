package endpoint

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// The values of prompt (OpenID Connect Core 1.0, section 3.1.2.1).
const (
	promptNone    = "none"
	promptLogin   = "login"
	promptConsent = "consent"
	promptSelect  = "select_account"
)

// challengeShape is an S256 challenge: 32 bytes in base64url (RFC 7636,
// section 4.2).
var challengeShape = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// authRequest is an authorization request that is valid, or at least so far
// valid that an error may be sent back by redirect.
type authRequest struct {
	client      identity.Client
	redirectURI string
	state       string
	nonce       string
	challenge   string
	scopes      []string
	prompts     []string
	maxAge      time.Duration // negative when there is none
	loginHint   string
	hint        idHint // zero without an id_token_hint
	params      url.Values
}

// mustPrompt reports whether the request wants the sign-in page no matter
// what session there is.
func (r *authRequest) mustPrompt() bool {
	return slices.ContainsFunc(r.prompts, func(p string) bool { return p != promptNone })
}

func (r *authRequest) mayPrompt() bool { return !slices.Contains(r.prompts, promptNone) }

// allows reports whether the id_token_hint, if there is one, is about a user.
func (r *authRequest) allows(username string) bool {
	return r.hint.sub == "" || r.hint.user == username
}

// destination finds the client and where it may be answered. Its error must
// be shown to the end-user and never be redirected (RFC 6749, section
// 4.1.2.1).
func destination(d *Directory, params url.Values) (*authRequest, *protocol.Error) {
	for _, name := range []string{"client_id", "redirect_uri"} {
		if len(params[name]) != 1 || params.Get(name) == "" {
			return nil, &protocol.Error{Code: protocol.InvalidRequest, Description: name + " must be given exactly once"}
		}
	}
	client, ok := d.Client(params.Get("client_id"))
	if !ok {
		return nil, &protocol.Error{Code: protocol.InvalidClient, Description: "the client is not registered"}
	}
	r := &authRequest{client: client, redirectURI: params.Get("redirect_uri"), maxAge: -1, params: params}
	if !slices.Contains(client.RedirectURIs, r.redirectURI) {
		return r, &protocol.Error{Code: protocol.InvalidRequest, Description: "the redirect_uri is not registered for this client"}
	}
	if len(params["state"]) == 1 {
		r.state = params.Get("state")
	}
	return r, nil
}

// complete reads the rest of the request. Its error goes back by redirect.
func (r *authRequest) complete(hint func(string) (idHint, error)) *protocol.Error {
	p, err := single(r.params)
	if err != nil {
		return err
	}
	for name, code := range map[string]protocol.Code{
		"request":      protocol.RequestNotSupported,
		"request_uri":  protocol.RequestURINotSupported,
		"registration": protocol.RegistrationUnsupported,
	} {
		if p[name] != "" {
			return &protocol.Error{Code: code}
		}
	}
	switch p["response_type"] {
	case "code":
	case "":
		return invalid("response_type is missing")
	default:
		return &protocol.Error{Code: protocol.UnsupportedResponseType, Description: "only response_type code is served"}
	}
	if mode := p["response_mode"]; mode != "" && mode != "query" {
		return invalid("only response_mode query is served")
	}
	if !slices.Contains(protocol.SplitScope(p["scope"]), protocol.ScopeOpenID) {
		return &protocol.Error{Code: protocol.InvalidScope, Description: "scope must contain openid"}
	}
	r.scopes = granted(r.client, p["scope"])
	r.nonce, r.loginHint = p["nonce"], p["login_hint"]
	if err := r.readChallenge(p); err != nil {
		return err
	}
	if err := r.readSessionRules(p); err != nil {
		return err
	}
	if raw := p["id_token_hint"]; raw != "" {
		h, err := hint(raw)
		if err != nil {
			return invalid("id_token_hint: " + safe(err.Error()))
		}
		r.hint = h
	}
	return nil
}

func invalid(description string) *protocol.Error {
	return &protocol.Error{Code: protocol.InvalidRequest, Description: description}
}

// granted are the requested scopes that the provider knows and the client may
// have, in the order of the request.
func granted(c identity.Client, scope string) []string {
	return slices.DeleteFunc(protocol.SplitScope(scope), func(s string) bool {
		return !slices.Contains(protocol.Scopes(), s) || s == protocol.ScopeOffline && !c.Grants(identity.GrantRefresh)
	})
}

func (r *authRequest) readChallenge(p map[string]string) *protocol.Error {
	challenge, method := p["code_challenge"], p["code_challenge_method"]
	switch {
	case challenge == "" && method == "":
		if r.client.Method() == identity.AuthNone {
			return invalid("a public client must send a code_challenge")
		}
		return nil
	case challenge == "":
		return invalid("code_challenge_method without code_challenge")
	case method != "S256":
		// An absent method means plain (RFC 7636, section 4.3).
		return invalid("code_challenge_method must be S256")
	case !challengeShape.MatchString(challenge):
		return invalid("code_challenge is not 43 characters of base64url")
	}
	r.challenge = challenge
	return nil
}

func (r *authRequest) readSessionRules(p map[string]string) *protocol.Error {
	r.prompts = protocol.SplitScope(p["prompt"])
	for _, v := range r.prompts {
		switch v {
		case promptLogin, promptConsent, promptSelect:
		case promptNone:
			if len(r.prompts) > 1 {
				return invalid("prompt none goes with no other value")
			}
		default:
			return invalid("prompt " + safe(v) + " is not served")
		}
	}
	if raw := p["max_age"]; raw != "" {
		seconds, err := strconv.ParseInt(raw, 10, 32)
		if err != nil || seconds < 0 || strings.HasPrefix(raw, "+") {
			return invalid("max_age is not a number of seconds")
		}
		r.maxAge = time.Duration(seconds) * time.Second
	}
	return nil
}

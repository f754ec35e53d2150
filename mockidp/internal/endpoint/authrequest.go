package endpoint

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/profile"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// The values of prompt (OpenID Connect Core 1.0, section 3.1.2.1; Initiating
// User Registration via OpenID Connect 1.0, section 4).
const (
	promptNone    = "none"
	promptLogin   = "login"
	promptConsent = "consent"
	promptSelect  = "select_account"
	promptCreate  = "create"
)

func promptValues() []string {
	return []string{promptNone, promptLogin, promptConsent, promptSelect, promptCreate}
}

// displayValues are all accepted: the pages suit every one of them.
func displayValues() []string { return []string{"page", "popup", "touch", "wap"} }

// challengeShape is an S256 challenge: 32 bytes in base64url (RFC 7636,
// section 4.2).
var challengeShape = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// authRequest is an authorization request that is valid, or at least so far
// valid that an error may be sent back by redirect.
type authRequest struct {
	client      identity.Client
	redirectURI string
	respond     []string // the words of response_type
	mode        string   // how the response travels
	state       string
	nonce       string
	challenge   string
	plain       bool // the challenge is the verifier itself
	rules       profile.Request
	scopes      []string
	prompts     []string
	maxAge      time.Duration // negative when there is none
	loginHint   string
	hint        idHint   // zero without an id_token_hint
	subjects    []string // those of the claims parameter, any of which will do
	acr         wantedACR
	claims      protocol.ClaimsRequest
	language    string
	params      url.Values
	from        source
}

// source is where the parameters of a request were found.
type source struct {
	// kept says that the provider keeps the parameters, because they came by
	// reference or in a request object and do not show in a URL.
	kept bool
	// pushed says that the client pushed them (RFC 9126).
	pushed bool
	// anyRedirect says that the redirect_uri was let pass by a fault.
	anyRedirect bool
}

func (r *authRequest) prompted(value string) bool { return slices.Contains(r.prompts, value) }

func (r *authRequest) mayPrompt() bool { return !r.prompted(promptNone) }

// heedless is the request without its prompt and max_age.
func (r *authRequest) heedless() *authRequest {
	out := *r
	out.prompts, out.maxAge = nil, -1
	out.params = maps.Clone(r.params)
	out.params.Del("prompt")
	out.params.Del("max_age")
	return &out
}

// missing are the cases of parameters without which nobody can be answered.
func missing(parameter string) protocol.Case {
	if parameter == "redirect_uri" {
		return protocol.CaseNoRedirect
	}
	return protocol.CaseMissingParameter
}

// destination finds the client and where it may be answered. Its error must
// be shown to the end-user and never be redirected (RFC 6749, section
// 4.1.2.1).
func (e *Authorize) destination(x *Exchange, params url.Values, from source) (*authRequest, *protocol.Error) {
	for _, name := range []string{"client_id", "redirect_uri"} {
		if len(params[name]) != 1 || params.Get(name) == "" {
			return nil, &protocol.Error{
				Code: protocol.InvalidRequest, Case: missing(name), Description: name + " must be given exactly once",
			}
		}
	}
	client, ok := e.Directory.Client(params.Get("client_id"))
	if !ok {
		return nil, &protocol.Error{
			Code: protocol.InvalidClient, Case: protocol.CaseUnknownClient, Description: "the client is not registered",
		}
	}
	x.Entry.Client = client.ID
	r := &authRequest{
		client: client, redirectURI: params.Get("redirect_uri"), maxAge: -1, params: params, from: from,
		rules: e.Site.Profile.Request,
	}
	if !from.anyRedirect && !matchesRedirect(client.RedirectURIs, r.redirectURI) {
		if !absolute(r.redirectURI) || !x.waived(fault.RuleRedirectURI) {
			return nil, mistake(protocol.CaseRedirect, "the redirect_uri is not registered for this client")
		}
		r.from.anyRedirect = true
	}
	if len(params["state"]) == 1 {
		r.state = params.Get("state")
	}
	if len(params["response_type"]) == 1 {
		r.respond = strings.Fields(params.Get("response_type"))
	}
	wanted := ""
	if len(params["response_mode"]) == 1 {
		wanted = params.Get("response_mode")
	}
	r.chooseMode(wanted)
	return r, nil
}

// complete reads the rest of the request. Its error goes back by redirect.
func (r *authRequest) complete(d *Directory) *protocol.Error {
	p, err := single(r.params)
	if err != nil {
		return err
	}
	for _, other := range []struct {
		name string
		code protocol.Code
	}{
		{"request", protocol.RequestNotSupported},
		{"request_uri", protocol.RequestURINotSupported},
		{"registration", protocol.RegistrationUnsupported},
	} {
		if p[other.name] != "" {
			return &protocol.Error{Code: other.code, Description: other.name + " is not served here"}
		}
	}
	if r.client.RequirePAR && !r.from.pushed {
		return mistake(protocol.CaseNotPushed, "this client has to push its authorization requests")
	}
	for _, read := range []func() *protocol.Error{
		func() *protocol.Error { return r.readResponseType(p["response_type"]) },
		func() *protocol.Error { return r.checkMode(p["response_mode"]) },
		func() *protocol.Error { return r.readScope(p["scope"]) },
		func() *protocol.Error { return r.readNonce(p["nonce"]) },
		func() *protocol.Error { return r.readChallenge(p) },
		func() *protocol.Error { return r.readSessionRules(p) },
		func() *protocol.Error { return r.readClaims(p["claims"]) },
		func() *protocol.Error { return r.readACR(p["acr_values"]) },
		func() *protocol.Error { return r.readHint(d, p["id_token_hint"]) },
	} {
		if err := read(); err != nil {
			return err
		}
	}
	r.loginHint = p["login_hint"]
	if r.state == "" && r.rules.RequireState {
		return invalid("state is missing")
	}
	return nil
}

func invalid(description string) *protocol.Error { return mistake("", description) }

// mistake is an invalid request that providers have words of their own for.
func mistake(c protocol.Case, description string) *protocol.Error {
	return &protocol.Error{Code: protocol.InvalidRequest, Case: c, Description: description}
}

func (r *authRequest) readHint(d *Directory, raw string) *protocol.Error {
	if raw == "" {
		return nil
	}
	hint, err := d.readHint(raw)
	if err != nil {
		return invalid("id_token_hint: " + safe(err.Error()))
	}
	r.hint = hint
	return nil
}

func (r *authRequest) readScope(scope string) *protocol.Error {
	if !slices.Contains(protocol.SplitScope(scope), protocol.ScopeOpenID) {
		return &protocol.Error{Code: protocol.InvalidScope, Case: protocol.CaseNoOpenID, Description: "scope must contain openid"}
	}
	if r.rules.RefuseScope && slices.ContainsFunc(protocol.SplitScope(scope), func(s string) bool { return !knows(r.rules, r.client, s) }) {
		return &protocol.Error{Code: protocol.InvalidScope, Case: protocol.CaseScope, Description: "scope has values that are not known here"}
	}
	r.scopes = granted(r.rules, r.client, scope)
	if !r.responds(respondCode) {
		// There is nothing to refresh (OpenID Connect Core 1.0, section 11).
		r.scopes = slices.DeleteFunc(r.scopes, func(s string) bool { return s == protocol.ScopeOffline })
	}
	return nil
}

// granted are the requested scopes that the provider knows and the client may
// have, in the order of the request.
func granted(rules profile.Request, c identity.Client, scope string) []string {
	return slices.DeleteFunc(protocol.SplitScope(scope), func(s string) bool {
		return !knows(rules, c, s) || s == protocol.ScopeOffline && !c.Grants(identity.GrantRefresh)
	})
}

// knows reports whether a scope value means something to the provider and the
// client.
func knows(rules profile.Request, c identity.Client, scope string) bool {
	if rules.Scopes == nil || !slices.Contains(protocol.Scopes(), scope) {
		return c.Knows(scope) || slices.Contains(rules.Scopes, scope)
	}
	return slices.Contains(rules.Scopes, scope)
}

func (r *authRequest) readChallenge(p map[string]string) *protocol.Error {
	challenge, method := p["code_challenge"], p["code_challenge_method"]
	switch {
	case challenge == "" && method == "":
		switch {
		case !r.responds(respondCode):
		case r.client.Method() == identity.AuthNone:
			return mistake(protocol.CaseNoPKCE, "a public client must send a code_challenge")
		case r.client.RequirePKCE || r.rules.RequirePKCE:
			return mistake(protocol.CaseNoPKCE, "this client must send a code_challenge")
		}
		return nil
	case challenge == "":
		return invalid("code_challenge_method without code_challenge")
	case r.rules.PlainChallenge && (method == "" || method == "plain"):
		if !verifierShape.MatchString(challenge) {
			return invalid("code_challenge is not a code_verifier")
		}
		r.challenge, r.plain = challenge, true
		return nil
	case method != "S256":
		// An absent method means plain (RFC 7636, section 4.3).
		return invalid("code_challenge_method must be S256")
	case !challengeShape.MatchString(challenge):
		return invalid("code_challenge is not 43 characters of base64url")
	}
	r.challenge = challenge
	return nil
}

// readSessionRules reads what the request wants of the session and the pages.
func (r *authRequest) readSessionRules(p map[string]string) *protocol.Error {
	r.prompts = protocol.SplitScope(p["prompt"])
	for _, v := range r.prompts {
		switch {
		case !slices.Contains(promptValues(), v):
			return invalid("prompt " + safe(v) + " is not served")
		case v == promptNone && len(r.prompts) > 1:
			return invalid("prompt none goes with no other value")
		}
	}
	if d := p["display"]; d != "" && !slices.Contains(displayValues(), d) {
		return invalid("display " + safe(d) + " is not one of page, popup, touch and wap")
	}
	r.language = pickLanguage(p["ui_locales"])
	if raw := p["max_age"]; raw != "" {
		seconds, err := strconv.ParseInt(raw, 10, 32)
		if err != nil || seconds < 0 || strings.HasPrefix(raw, "+") {
			return invalid("max_age is not a number of seconds")
		}
		r.maxAge = time.Duration(seconds) * time.Second
	} else if d := r.client.DefaultMaxAge; d != nil {
		r.maxAge = time.Duration(*d) * time.Second
	}
	return nil
}

package mockidp

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/endpoint"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// Config describes one provider. Its zero value is a provider that knows
// nobody.
type Config struct {
	// Path is the issuer's path, such as "/acme". Empty means a generated
	// one, "/" the bare origin as issuer.
	Path    string
	Clients []identity.Client
	Users   []identity.User
	// Keys sign the tokens and may be shared between providers; nil means
	// keys of its own, generated on first use.
	Keys *keys.Ring
	// Now is the provider's clock; nil means time.Now. A relying party has
	// its own clock, so moving this one does not expire its tokens.
	Now func() time.Time
	// CodeLifetime, TokenLifetime (of ID and access tokens) and
	// SessionLifetime are 1 minute, 1 hour and 8 hours when zero.
	CodeLifetime, TokenLifetime, SessionLifetime time.Duration
	// Metadata is a JSON merge patch (RFC 7396) on the discovery document. It
	// changes what is promised, not what is served.
	Metadata json.RawMessage
	// SelfRegistration offers people to register on the sign-in page.
	// prompt=create does so in any case.
	SelfRegistration bool
	// ClientRegistration serves the registration endpoint (RFC 7591).
	ClientRegistration bool
	// SessionManagement serves the check_session_iframe and adds
	// session_state to authorization responses (OpenID Connect Session
	// Management 1.0).
	SessionManagement bool
}

var pathShape = regexp.MustCompile(`^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$`)

// normalize fills in defaults and lists everything that is wrong.
func (c *Config) normalize() error {
	var errs []error
	if c.Path != "" && c.Path != "/" && !pathShape.MatchString(c.Path) {
		errs = append(errs, fmt.Errorf("path %q is not of the form \"/acme\" or \"/acme/v2\"", c.Path))
	}
	if last := c.Path[strings.LastIndexByte(c.Path, '/')+1:]; last != "" && slices.Contains(endpoint.Paths(), "/"+last) {
		errs = append(errs, fmt.Errorf("path %q ends like an endpoint", c.Path))
	}
	for _, d := range []struct {
		name  string
		value *time.Duration
		usual time.Duration
	}{
		{"code", &c.CodeLifetime, time.Minute},
		{"token", &c.TokenLifetime, time.Hour},
		{"session", &c.SessionLifetime, 8 * time.Hour},
	} {
		switch {
		case *d.value == 0:
			*d.value = d.usual
		case *d.value < time.Second:
			errs = append(errs, fmt.Errorf("%s lifetime %v is less than a second", d.name, *d.value))
		}
	}
	if _, err := endpoint.Patched([]byte("{}"), c.Metadata); err != nil {
		errs = append(errs, fmt.Errorf("metadata: %w", err))
	}
	errs = append(errs, checkClients(c.Clients)...)
	errs = append(errs, checkUsers(c.Users)...)
	if len(errs) > 0 {
		return fmt.Errorf("provider configuration: %w", errors.Join(errs...))
	}
	if c.Keys == nil {
		c.Keys = keys.New()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return nil
}

func checkClients(clients []identity.Client) []error {
	var errs []error
	seen := make(map[string]bool)
	for i, c := range clients {
		name := fmt.Sprintf("client %q", c.ID)
		add := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf(name+": "+format, args...))
		}
		if c.ID == "" {
			name = fmt.Sprintf("client %d", i+1)
			add("no client_id")
		}
		if seen[c.ID] {
			add("given twice")
		}
		seen[c.ID] = true
		switch c.Method() {
		case identity.AuthPrivateJWT:
		case identity.AuthBasic, identity.AuthPost, identity.AuthSecretJWT:
			if c.Secret == "" {
				add("%s without a secret", c.Method())
			}
		case identity.AuthNone:
			if c.Secret != "" {
				add("a secret although it authenticates with none")
			}
		default:
			add("authentication method %q; known: %q", c.AuthMethod, identity.AuthMethods())
		}
		if !slices.Contains([]string{"", keys.RS256, keys.ES256}, c.IDTokenAlg) {
			add("ID token algorithm %q; known: RS256, ES256", c.IDTokenAlg)
		}
		if len(c.RedirectURIs) == 0 {
			add("no redirect_uris")
		}
		for _, uri := range slices.Concat(c.RedirectURIs, c.PostLogoutRedirectURIs) {
			if u, err := url.Parse(uri); err != nil || !u.IsAbs() || strings.Contains(uri, "#") {
				add("redirect URI %q is not absolute and without fragment", uri)
			}
		}
	}
	return errs
}

func checkUsers(users []identity.User) []error {
	var errs []error
	names, subjects := make(map[string]bool), make(map[string]bool)
	for i, u := range users {
		if u.Username == "" {
			errs = append(errs, fmt.Errorf("user %d: no username", i+1))
			continue
		}
		if names[u.Username] {
			errs = append(errs, fmt.Errorf("user %q: given twice", u.Username))
		} else if subjects[u.Sub()] {
			errs = append(errs, fmt.Errorf("user %q: sub %q belongs to another user", u.Username, u.Sub()))
		}
		names[u.Username], subjects[u.Sub()] = true, true
		if u.Password == "" {
			errs = append(errs, fmt.Errorf("user %q: no password", u.Username))
		}
		if len(u.Sub()) > 255 {
			errs = append(errs, fmt.Errorf("user %q: sub is longer than 255 characters", u.Username))
		}
		_, problems := endpoint.EncodeClaims(u)
		for _, err := range problems {
			errs = append(errs, fmt.Errorf("user %q: %w", u.Username, err))
		}
	}
	return errs
}

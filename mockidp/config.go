package mockidp

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/endpoint"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/profile"
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
	// KeySchedule replaces the keys at regular times of Now.
	KeySchedule keys.Schedule
	// Now is the provider's clock; nil means time.Now. A relying party has
	// its own clock, so moving this one does not expire its tokens.
	Now func() time.Time
	// CodeLifetime, TokenLifetime (of ID and access tokens) and
	// SessionLifetime are those of the profile or 1 minute, 1 hour and 8 hours
	// when zero.
	CodeLifetime, TokenLifetime, SessionLifetime time.Duration
	// Metadata is a JSON merge patch (RFC 7396) on the discovery document. It
	// changes what is promised, not what is served.
	Metadata json.RawMessage
	// Faults are armed from the start, and again by Reset.
	Faults []fault.Arming
	// JournalSize is how many entries the journal keeps, journal.DefaultSize
	// when zero. They take journal.MaxBytes at most.
	JournalSize int
	// Profile is how the provider differs from the standard one, such as one of
	// the package vendor.
	Profile profile.Profile
	// SelfRegistration offers people to register on the sign-in page.
	// prompt=create does so in any case.
	SelfRegistration bool
	// ClientRegistration serves the registration endpoint (RFC 7591).
	ClientRegistration bool
	// SessionManagement serves the check_session_iframe and adds
	// session_state to authorization responses (OpenID Connect Session
	// Management 1.0).
	SessionManagement bool

	idToken time.Duration // the lifetime of ID tokens
}

var pathShape = regexp.MustCompile(`^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$`)

// Validate lists everything that is wrong with a configuration.
func (c Config) Validate() error {
	return errors.Join(c.problems()...)
}

// normalize fills in defaults and lists everything that is wrong.
func (c *Config) normalize() error {
	if errs := c.problems(); len(errs) > 0 {
		return fmt.Errorf("provider configuration: %w", errors.Join(errs...))
	}
	// A lifetime that is given is that of both tokens.
	c.idToken = c.TokenLifetime
	of := c.Profile.Lifetimes
	for _, d := range append(c.lifetimes(), lifetime{"ID token", &c.idToken, usual(of.IDToken, time.Hour)}) {
		if *d.value == 0 {
			*d.value = d.usual
		}
	}
	if c.Keys == nil {
		c.Keys = NewKeys(c.Profile)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return nil
}

// NewKeys are keys as a provider of a profile has them, generated on first use.
func NewKeys(p profile.Profile) *keys.Ring {
	if p.Keys.RSA == 0 {
		return keys.New()
	}
	return keys.Published(p.Keys.RSA, p.Keys.ID)
}

// usual is what a profile says, or the standard.
func usual(own profile.Duration, standard time.Duration) time.Duration {
	return cmp.Or(time.Duration(own), standard)
}

type lifetime struct {
	name  string
	value *time.Duration
	usual time.Duration
}

func (c *Config) lifetimes() []lifetime {
	of := c.Profile.Lifetimes
	return []lifetime{
		{"code", &c.CodeLifetime, usual(of.Code, time.Minute)},
		{"token", &c.TokenLifetime, usual(of.AccessToken, time.Hour)},
		{"session", &c.SessionLifetime, usual(of.Session, 8*time.Hour)},
	}
}

func (c *Config) problems() []error {
	var errs []error
	if c.Path != "" && c.Path != "/" && !pathShape.MatchString(c.Path) {
		errs = append(errs, fmt.Errorf("path %q is not of the form \"/acme\" or \"/acme/v2\"", c.Path))
	}
	if last := c.Path[strings.LastIndexByte(c.Path, '/')+1:]; last != "" && slices.Contains(endpoint.Paths(), "/"+last) {
		errs = append(errs, fmt.Errorf("path %q ends like an endpoint", c.Path))
	}
	for _, d := range c.lifetimes() {
		if *d.value != 0 && *d.value < time.Second {
			errs = append(errs, fmt.Errorf("%s lifetime %v is less than a second", d.name, *d.value))
		}
	}
	if _, err := endpoint.Patched([]byte("{}"), c.Metadata); err != nil {
		errs = append(errs, fmt.Errorf("metadata: %w", err))
	}
	if err := c.KeySchedule.Validate(); err != nil {
		errs = append(errs, fmt.Errorf("key schedule: %w", err))
	}
	if c.JournalSize < 0 {
		errs = append(errs, fmt.Errorf("journal size %d is negative", c.JournalSize))
	}
	for _, a := range c.Faults {
		if err := a.Validate(); err != nil {
			errs = append(errs, err)
		}
	}
	errs = append(errs, checkClients(c.Clients)...)
	return append(errs, checkUsers(c.Users)...)
}

func checkClients(clients []identity.Client) []error {
	var errs []error
	seen := make(map[string]bool)
	for i, c := range clients {
		name := fmt.Sprintf("client %q", c.ID)
		if c.ID == "" {
			name = fmt.Sprintf("client %d", i+1)
		} else if seen[c.ID] {
			errs = append(errs, errors.New(name+": given twice"))
		}
		seen[c.ID] = true
		errs = append(errs, each(name, c.Validate())...)
	}
	return errs
}

func checkUsers(users []identity.User) []error {
	var errs []error
	names, subjects := make(map[string]bool), make(map[string]bool)
	for i, u := range users {
		name := fmt.Sprintf("user %q", u.Username)
		switch {
		case u.Username == "":
			name = fmt.Sprintf("user %d", i+1)
		case names[u.Username]:
			errs = append(errs, errors.New(name+": given twice"))
		case subjects[u.Sub()]:
			errs = append(errs, fmt.Errorf("%s: sub %q belongs to another user", name, u.Sub()))
		}
		names[u.Username], subjects[u.Sub()] = true, true
		errs = append(errs, each(name, u.Validate())...)
	}
	return errs
}

// each says of every one of joined errors what it is about.
func each(name string, err error) []error {
	var errs []error
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			errs = append(errs, fmt.Errorf("%s: %w", name, e))
		}
	}
	return errs
}

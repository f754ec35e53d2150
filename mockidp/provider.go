package mockidp

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/endpoint"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/profile"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// Provider is one issuer. Its methods are safe for concurrent use.
type Provider struct {
	server    *Server
	path      string // without a trailing slash
	issuer    string
	site      endpoint.Site
	config    Config
	clock     *movedClock
	metadata  protocol.Metadata
	document  []byte // what discovery serves
	directory *endpoint.Directory
	store     *state.Store
	script    *fault.Script
	journal   *journal.Log
	router    *endpoint.Router
	notices   *endpoint.BackChannel
	mint      *endpoint.Mint
	close     context.CancelFunc
}

// NewProvider adds an issuer to the server. Its error lists everything that
// is wrong with the configuration.
func (s *Server) NewProvider(c Config) (*Provider, error) {
	if err := c.normalize(); err != nil {
		return nil, err
	}
	c.Users, c.Clients, c.Faults = slices.Clone(c.Users), slices.Clone(c.Clients), slices.Clone(c.Faults)

	s.mu.Lock()
	defer s.mu.Unlock()
	path := strings.TrimSuffix(c.Path, "/")
	if c.Path == "" {
		path = s.freePath()
	}
	if _, taken := s.providers[path]; taken {
		return nil, fmt.Errorf("provider configuration: %q: %w", c.Path, ErrPathTaken)
	}
	p, err := s.newProvider(path, c)
	if err != nil {
		return nil, err
	}
	s.providers[path] = p
	return p, nil
}

func (s *Server) freePath() string {
	for {
		s.made++
		path := "/op" + strconv.Itoa(s.made)
		if _, taken := s.providers[path]; !taken {
			return path
		}
	}
}

func (s *Server) newProvider(path string, c Config) (*Provider, error) {
	moved := &movedClock{base: c.Now}
	c.Now = moved.now
	if c.KeySchedule != (keys.Schedule{}) {
		if err := c.Keys.Follow(c.KeySchedule, c.Now); err != nil {
			return nil, err
		}
	}
	issuer := s.front + path + c.Profile.Issuer
	p := &Provider{
		server:    s,
		path:      path,
		issuer:    issuer,
		config:    c,
		clock:     moved,
		directory: endpoint.NewDirectory(issuer, c.Keys),
		store: state.New(c.Now, state.Lifetimes{
			Code: c.CodeLifetime, Token: c.TokenLifetime, Session: c.SessionLifetime, Refresh: time.Duration(c.Profile.Lifetimes.Refresh),
		}),
		script:  &fault.Script{},
		journal: journal.NewLog(c.JournalSize),
	}
	p.directory.Profile = c.Profile
	p.directory.Replace(c.Users, c.Clients)
	p.site = endpoint.Site{Issuer: issuer, Front: s.front + path, Back: s.back + path, Profile: c.Profile}
	p.metadata = p.site.Metadata()
	if !c.SessionManagement {
		p.metadata.CheckSessionIframe = ""
	}
	if !c.ClientRegistration {
		p.metadata.RegistrationEndpoint = ""
	}
	honest, err := p.site.Document(p.metadata)
	if err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	if p.document, err = endpoint.Patched(honest, c.Metadata); err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	closing, cancel := context.WithCancel(s.closing)
	p.close = cancel
	p.router = &endpoint.Router{
		Script: p.script, Journal: p.journal, Now: c.Now, Logger: s.options.Logger, Closing: closing,
		WriteTimeout: s.options.Limits.Write, Observe: s.options.observer(p.issuer),
		Site:  p.site,
		Facts: &endpoint.Facts{Now: c.Now, Directory: p.directory, Store: p.store, Journal: p.journal},
	}
	p.mount()
	return p, p.armConfigured()
}

// armConfigured arms the faults of the configuration.
func (p *Provider) armConfigured() error {
	for _, a := range p.config.Faults {
		if _, err := p.script.Arm(a.Spec, a.Scope, a.Budget); err != nil {
			return err
		}
	}
	return nil
}

func (p *Provider) mount() {
	c := p.config
	cookiePath := p.path
	if cookiePath == "" {
		cookiePath = "/"
	}
	browser := &endpoint.Browser{
		Store: p.store, CookiePath: cookiePath, Secure: strings.HasPrefix(p.site.Front, "https:"),
	}
	var sessions *endpoint.SessionState
	if c.SessionManagement {
		sessions = endpoint.NewSessionState(p.site, cookiePath)
	}
	mint := &endpoint.Mint{
		Issuer: p.issuer, Now: c.Now, Directory: p.directory, Ring: c.Keys, Site: p.site,
		Lifetime: c.idToken, AccessLifetime: c.TokenLifetime,
	}
	p.mint = mint
	authorize := &endpoint.Authorize{
		Site: p.site, Now: c.Now, Directory: p.directory, Store: p.store, Browser: browser, Mint: mint, Pages: p.server.pages,
		SessionState: sessions, Lifetime: c.TokenLifetime, SelfRegistration: c.SelfRegistration,
	}
	clients := &endpoint.ClientAuth{Directory: p.directory, Site: p.site, Store: p.store, Now: c.Now}
	p.notices = &endpoint.BackChannel{Router: p.router, Directory: p.directory, Mint: mint, HTTP: endpoint.NewCaller()}
	for _, e := range []interface{ Mount(*endpoint.Router) }{
		&endpoint.Discovery{Site: p.site, Document: p.document},
		&endpoint.JWKS{Site: p.site, Ring: c.Keys},
		authorize,
		&endpoint.SignIn{Authorize: authorize},
		&endpoint.PAR{Clients: clients, Authorize: authorize},
		&endpoint.Token{Clients: clients, Directory: p.directory, Store: p.store, Mint: mint, Lifetime: c.TokenLifetime, Site: p.site},
		&endpoint.DeviceAuthorization{Site: p.site, Clients: clients, Store: p.store},
		&endpoint.Device{Site: p.site, Directory: p.directory, Store: p.store, Browser: browser, Pages: p.server.pages},
		&endpoint.Introspection{Site: p.site, Clients: clients, Directory: p.directory, Store: p.store},
		&endpoint.Revocation{Clients: clients, Directory: p.directory, Store: p.store},
		&endpoint.UserInfo{Directory: p.directory, Store: p.store, Mint: mint},
		&endpoint.EndSession{
			Site: p.site, Directory: p.directory, Store: p.store, Browser: browser, Pages: p.server.pages,
			BackChannel: p.notices, SessionState: sessions,
		},
		&endpoint.Direct{Site: p.site, Directory: p.directory, Store: p.store, Mint: mint},
		&endpoint.ErrorPage{Site: p.site, Pages: p.server.pages},
		&endpoint.Apps{Site: p.site, Directory: p.directory, Browser: browser, Pages: p.server.pages},
	} {
		e.Mount(p.router)
	}
	if c.ClientRegistration {
		(&endpoint.Registration{Site: p.site, Directory: p.directory, Store: p.store, Now: c.Now}).Mount(p.router)
	}
	if c.SessionManagement {
		(&endpoint.CheckSession{}).Mount(p.router)
	}
}

// Issuer is the issuer identifier, a URL.
func (p *Provider) Issuer() string { return p.issuer }

// Path is the path of the issuer on its server, "/" for the bare origin.
func (p *Provider) Path() string {
	if p.path == "" {
		return "/"
	}
	return p.path
}

// Metadata is the honest discovery document.
func (p *Provider) Metadata() protocol.Metadata { return p.metadata }

// ServedMetadata is the discovery document as it is served: that of Metadata
// with the merge patch of Config.Metadata.
func (p *Provider) ServedMetadata() json.RawMessage { return bytes.Clone(p.document) }

// Profile is how the provider differs from the standard one.
func (p *Provider) Profile() profile.Profile { return p.config.Profile }

// Subject is the "sub" that a client gets for a user.
func (p *Provider) Subject(client string, u identity.User) string {
	c, _ := p.directory.Client(client)
	return p.directory.Subject(c, u)
}

// Keys is the ring that signs the provider's tokens.
func (p *Provider) Keys() *keys.Ring { return p.config.Keys }

// Arm arms a fault for the exchanges of a scope. Its error lists everything
// that is wrong with the spec.
func (p *Provider) Arm(s fault.Spec, sc fault.Scope, b fault.Budget) (*fault.Ticket, error) {
	return p.script.Arm(s, sc, b)
}

// Tickets are the faults that were armed since the last Reset, in that order:
// those that can act and the newest 256 of those that no longer do.
func (p *Provider) Tickets() []*fault.Ticket { return p.script.Tickets() }

// Journal is the record of the provider's exchanges.
func (p *Provider) Journal() *journal.Log { return p.journal }

// Reset takes the provider back to its configuration: users, clients, armed
// faults and the clock are those of the Config, sessions, codes, tokens and
// journal entries forgotten. Keys and marks stay good.
func (p *Provider) Reset() {
	p.script.Reset()
	p.clock.reset()
	p.store.Reset()
	p.directory.Replace(p.config.Users, p.config.Clients)
	p.journal.Clear()
	// They could be armed when the provider was made.
	_ = p.armConfigured()
}

// Close takes the issuer off the server and ends its delays. The journal can
// still be read.
func (p *Provider) Close() {
	p.close()
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	if p.server.providers[p.path] == p {
		delete(p.server.providers, p.path)
	}
}

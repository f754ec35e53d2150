// Package config reads the configuration of a run: YAML in, validated
// settings out. Every problem is reported at once, each with its line and
// column; nothing that the file says is ignored.
//
// Anchors, aliases and merge keys are refused: the file is short, and what it
// says should be where it is read.
package config

import (
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/target"
)

// File is a configuration file.
type File struct {
	// Profile is a named set of checks; empty leaves the default. Suites and
	// Checks choose from it, or from all checks without it. Checks are IDs in
	// which "*" stands for anything.
	Profile check.Profile
	Suites  []string
	Checks  []string
	// Processes is the number of parallel processes; zero lets the program
	// choose.
	Processes int
	// Out is the directory of the report; empty leaves the default.
	Out    string
	Strict bool
	// Waivers is the path of a file of waivers; empty means none.
	Waivers string
	Browser Browser
	// Provider is set for a shop that already runs.
	Provider Provider
	Shop     Shop
}

// Browser says which browser to use.
type Browser struct {
	// Exec is the path of the executable; empty means the one that is found.
	Exec string
}

// Kind is how a shop is reached.
type Kind string

// The kinds of shop.
const (
	KindEmbedded Kind = "embedded"
	KindProcess  Kind = "process"
	KindURL      Kind = "url"
)

// Shop is what a harness cannot guess about a shop. Its strings may hold
// placeholders such as "{{issuer}}"; see Placeholders.
type Shop struct {
	// Embedded and Process are set for shops of that kind, neither for one
	// that runs elsewhere and is only known by BaseURL.
	Embedded *Embedded
	Process  *Process

	// BaseURL is what the paths below are relative to.
	BaseURL                string
	RedirectURIs           []string
	PostLogoutRedirectURIs []string
	// InitiateLoginURI is where third parties start a sign-in (OpenID Connect
	// Core 1.0, section 4); empty where they cannot.
	InitiateLoginURI string
	// BackChannelLogoutURI and FrontChannelLogoutURI are empty if the shop
	// takes no logout notices of that kind.
	BackChannelLogoutURI  string
	FrontChannelLogoutURI string
	SignIn                Step
	WhoAmI                WhoAmI
	Customers             target.Customers
	Pages                 Pages
	// SignOut is nil if the shop has no way to sign out.
	SignOut *Step
	Session Session

	Capabilities []check.Capability
	// Scopes are those that the shop documents to ask for.
	Scopes   []string
	Policies Policies
	Client   Client
	User     User
}

// Kind is how the shop is reached.
func (s Shop) Kind() Kind {
	switch {
	case s.Process != nil:
		return KindProcess
	case s.Embedded == nil && s.BaseURL != "":
		return KindURL
	default:
		return KindEmbedded
	}
}

// FlawNames are the flaws of an embedded shop.
func (s Shop) FlawNames() []string {
	if s.Embedded == nil {
		return nil
	}
	return s.Embedded.Flaws
}

// Embedded is the reference shop, run inside the program.
type Embedded struct {
	// Flaws are the verification steps to take out of it.
	Flaws []string
}

// Process is a shop that the program starts.
type Process struct {
	Command []string
	Env     map[string]string
	// Dir is where it is started; empty means the current directory.
	Dir string
	// Ready is the path that answers 2xx once the shop is up; empty means
	// that an open port is enough.
	Ready string
}

// Step is something to do in the browser: open a page, then perhaps click.
type Step struct {
	Visit string
	// Click is a CSS selector; empty means that the visit is all.
	Click string
}

// WhoAmI is how the shop says who is signed in: JSON or a page.
type WhoAmI struct {
	// JSON is the path of a JSON answer in which Subject and Claims are JSON
	// pointers (RFC 6901). An empty Claims means that it shows none.
	JSON string
	// Page is the path of a page on which Subject is a CSS selector.
	Page    string
	Subject string
	Claims  string
	// Identity is a JSON pointer to the shop's own identifier of the
	// customer; empty means that it tells none.
	Identity string
	// UserInfo is a JSON pointer to what the shop kept of UserInfo.
	UserInfo string
	// Name and Email are JSON pointers to what the shop shows as the
	// customer's name and e-mail address.
	Name  string
	Email string
}

// Pages are paths of the shop that some checks open; empty ones are unknown.
type Pages struct {
	// Public is for everybody, Account shows the data of who is signed in,
	// and Deep leads to the sign-in and back to its own query.
	Public, Account, Deep string
}

// Provider says where the mock provider of a shop that already runs is to
// be, as the shop was told.
type Provider struct {
	// Listen is the address to listen on, Issuer the issuer of the shop's
	// settings.
	Listen, Issuer string
}

// Session is what is known of the shop's own sessions.
type Session struct {
	// Length is how long a sign-in lasts; zero means unknown.
	Length time.Duration
}

// Policies are the shop's documented choices where specifications leave one.
type Policies struct {
	// Leeway is the clock difference that the shop tolerates, nil if it
	// documents none.
	Leeway *time.Duration
	// Choices are the policies with two ways.
	Choices check.Policies
}

// Client is how the shop is registered with the provider; empty fields are
// made up.
type Client struct {
	ID         string
	Secret     string
	AuthMethod string
}

// User is the person whom the harness signs in.
type User struct {
	// Claims are added to, or replace, those of the ready-made user. Values
	// are what encoding/json would decode: integers are json.Number.
	Claims map[string]any
}

// Placeholders are the names that may stand between double braces in the
// strings of a shop.
func Placeholders() []string {
	return []string{
		"issuer", "client_id", "client_secret", "port", "base_url", "jwks_uri", "authorization_endpoint",
		"token_endpoint", "userinfo_endpoint", "end_session_endpoint", "client_auth_method", "accounts", "link_by_email", "client_key", "userinfo_alg", "id_token_alg",
	}
}

// Package journal is the provider's record of every exchange it saw and every
// fault it applied. A provider appends; harnesses select and await.
package journal

import (
	"encoding/json"
	"net/http"
	"net/url"
	"time"
)

// Kind says which endpoint an exchange was with.
type Kind string

// The endpoints of a provider. Stray is a request to a path that it does not
// serve.
const (
	Discovery  Kind = "discovery"
	JWKS       Kind = "jwks"
	Authorize  Kind = "authorize"
	SignIn     Kind = "sign_in"
	Token      Kind = "token"
	UserInfo   Kind = "userinfo"
	EndSession Kind = "end_session"
	Stray      Kind = "stray"

	PAR                 Kind = "par"
	DeviceAuthorization Kind = "device_authorization"
	Device              Kind = "device" // the page where people type the user code
	Introspection       Kind = "introspection"
	Revocation          Kind = "revocation"
	Registration        Kind = "registration"
	CheckSession        Kind = "check_session"
	Direct              Kind = "direct"     // sign-in by a program with the password
	ErrorPage           Kind = "error_page" // where browsers are sent with an error
	Apps                Kind = "apps"       // the page of the relying parties that people can start from
)

// The exchanges that the provider begins, with a relying party's address as
// their path. The browser makes the first two, the provider itself the third.
const (
	InitiateLogin      Kind = "initiate_login"
	FrontChannelLogout Kind = "frontchannel_logout"
	BackChannelLogout  Kind = "backchannel_logout"
)

// Entry is one exchange: a request, what was decided, and what was answered.
// It holds secrets as they were received; Redacted gives a copy without them.
type Entry struct {
	Seq  uint64    `json:"seq"`
	At   time.Time `json:"at"`
	Kind Kind      `json:"kind"`

	Method string      `json:"method"`
	Path   string      `json:"path"`
	Query  url.Values  `json:"query,omitempty"`
	Form   url.Values  `json:"form,omitempty"`
	Header http.Header `json:"header,omitempty"`
	// SecretFields are fields of Form that are secrets besides those which have
	// the usual names: the password of a page that a profile describes.
	SecretFields []string `json:"secret_fields,omitempty"`
	// Document is the JSON that was sent in place of a form, at most 16 KiB.
	Document []byte `json:"document,omitempty"`

	// Client, ClientAuth and User are filled once they are known: the client
	// ID, the authentication method that was used (RFC 6749, section 2.3) and
	// the username.
	Client     string `json:"client,omitempty"`
	ClientAuth string `json:"client_auth,omitempty"`
	User       string `json:"user,omitempty"`

	Status int `json:"status"`
	// Location is the redirect that was answered, if any. Where the parameters
	// of a response were posted, it is the address alone and Response is the
	// parameters (OAuth 2.0 Form Post Response Mode 1.0).
	Location string     `json:"location,omitempty"`
	Response url.Values `json:"response,omitempty"`
	// Error and ErrorDescription are the protocol error that was answered.
	Error            string `json:"error,omitempty"`
	ErrorDescription string `json:"error_description,omitempty"`
	// Page names the HTML page that was answered: "sign-in", "signed-out"...
	Page string `json:"page,omitempty"`
	// Body is the JSON that was answered, at most 16 KiB of it.
	Body []byte `json:"body,omitempty"`
	// Sent is false when the connection was dropped or the client went away
	// before the answer was written whole.
	Sent bool `json:"sent"`

	Tokens []Issued `json:"tokens,omitempty"`
	// Faults are the IDs of the faults that changed this exchange.
	Faults []string `json:"faults,omitempty"`
}

// Issued is a token that an exchange handed out.
type Issued struct {
	// Kind is "id_token", "access_token", "refresh_token", "userinfo" or
	// "logout_token".
	Kind string `json:"kind"`
	// Value is the token as it was sent.
	Value string `json:"value"`
	// HonestHeader and HonestClaims are what a JWT would have carried without
	// faults. They are set only when a fault changed the token.
	HonestHeader json.RawMessage `json:"honest_header,omitempty"`
	HonestClaims json.RawMessage `json:"honest_claims,omitempty"`
	// Signing says how a changed token was signed, for example "unsigned".
	Signing string `json:"signing,omitempty"`
}

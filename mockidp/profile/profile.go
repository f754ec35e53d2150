package profile

import (
	"encoding/json"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// Profile is how a provider differs from the standard one. Its zero value, and
// that of each member, differs in nothing.
type Profile struct {
	// Name is what configurations call it, Title what people do.
	Name  string `json:"name"`
	Title string `json:"title"`

	// Issuer is what the issuer has behind the address of the provider, such as
	// "/oauth2/default", or "/" where it ends in a slash.
	Issuer string `json:"issuer,omitempty"`
	// Tenant is what texts and claims call "{tenant}".
	Tenant string `json:"tenant,omitempty"`
	// Paths are those of the endpoints below the address of the provider.
	// Where there are any, an endpoint for relying parties that has none is
	// not served. Aliases are further paths of endpoints.
	Paths   map[journal.Kind]string `json:"paths,omitempty"`
	Aliases map[string]journal.Kind `json:"aliases,omitempty"`
	// Metadata is the whole discovery document. Its texts are expanded; see
	// Values.
	Metadata json.RawMessage `json:"metadata,omitempty"`

	Request   Request   `json:"request,omitzero"`
	Client    Client    `json:"client,omitzero"`
	Login     Login     `json:"login,omitzero"`
	Logouts   []Logout  `json:"logouts,omitempty"`
	Lifetimes Lifetimes `json:"lifetimes,omitzero"`
	Keys      Keys      `json:"keys,omitzero"`

	// Direct are endpoints for programs that ask for the password themselves.
	Direct Direct `json:"direct,omitzero"`
	// Form is what the provider form of a relying party needs to know.
	Form Form `json:"form,omitzero"`

	// Subject is the form of the subjects of people who are made up for the
	// provider; see SubjectOf. Pairwise gives each client subjects of its own,
	// unless it is registered for public ones.
	Subject  string `json:"subject,omitempty"`
	Pairwise bool   `json:"pairwise,omitempty"`
	// Custom is where claims go that are not standard ones.
	Custom      Custom      `json:"custom_claims,omitzero"`
	IDToken     IDToken     `json:"id_token,omitzero"`
	AccessToken AccessToken `json:"access_token,omitzero"`
	UserInfo    UserInfo    `json:"userinfo,omitzero"`
	// TokenResponse changes the members of token responses.
	TokenResponse Members `json:"token_response,omitzero"`

	// Errors are the words for mistakes, by case. ErrorBody are members that
	// every JSON error of the token endpoint has beside them, and ErrorSuffix
	// what every description ends with.
	Errors      map[protocol.Case]Answer   `json:"errors,omitempty"`
	ErrorBody   map[string]json.RawMessage `json:"error_body,omitempty"`
	ErrorSuffix string                     `json:"error_suffix,omitempty"`
}

// Request is what a provider makes of authorization requests.
type Request struct {
	// Scopes are those that there are beside a client's own; nil is all
	// standard ones. RefuseScope answers others with an error, where the
	// standard provider leaves them out of what it grants.
	Scopes      []string `json:"scopes,omitempty"`
	RefuseScope bool     `json:"refuse_unknown_scope,omitempty"`
	// PlainChallenge takes code challenges with the method plain (RFC 7636,
	// section 4.2), which is also that of a challenge without one.
	PlainChallenge bool `json:"plain_challenge,omitempty"`
	// RequirePKCE, RequireState: every request has to have them.
	RequirePKCE  bool `json:"require_pkce,omitempty"`
	RequireState bool `json:"require_state,omitempty"`
	// ResponseTypes are those that are served; nil is all that there are.
	ResponseTypes []string `json:"response_types,omitempty"`
	// NoResponseIssuer leaves iss out of authorization responses (RFC 9207).
	NoResponseIssuer bool `json:"no_response_issuer,omitempty"`
	// Refresh is when there is a refresh token; empty is for offline_access.
	Refresh Refresh `json:"refresh,omitempty"`
}

// Direct are the paths of endpoints for programs that ask for the password
// themselves; empty ones are not served.
type Direct struct {
	// Key is the API key that every request has in its query.
	Key string `json:"key,omitempty"`
	// SignIn takes e-mail address and password, Custom a token of a service
	// account, Lookup an ID token, Refresh a refresh token.
	SignIn  string `json:"sign_in,omitempty"`
	Custom  string `json:"custom,omitempty"`
	Lookup  string `json:"lookup,omitempty"`
	Refresh string `json:"refresh,omitempty"`
}

// Form is what an operator types in beyond what the metadata says.
type Form struct {
	// Scope is what a relying party asks for; empty is the standard scopes.
	Scope string `json:"scope,omitempty"`
	// ReturnParameter is a parameter of the logout endpoint's own query that
	// has the address to return to, for relying parties that send only the
	// standard ones.
	ReturnParameter string `json:"return_parameter,omitempty"`
}

// Refresh is when a client that may have refresh tokens gets one.
type Refresh string

// The rules beside the standard one.
const (
	// RefreshAlways is with every code.
	RefreshAlways Refresh = "always"
	// RefreshOffline is with the parameter access_type=offline.
	RefreshOffline Refresh = "access_type"
)

// Client is how clients authenticate at the token endpoint.
type Client struct {
	// Default is the method of clients that are registered for none and have a
	// secret; empty is client_secret_basic.
	Default identity.AuthMethod `json:"default_method,omitempty"`
	// EitherSecret takes a secret by basic and by post, whichever a client is
	// registered for.
	EitherSecret bool `json:"either_secret_method,omitempty"`
	// IDInBody wants client_id in the form, whatever the header says.
	IDInBody bool `json:"client_id_in_body,omitempty"`
	// JSON takes JSON in place of a form at the token endpoint.
	JSON bool `json:"json_token_request,omitempty"`
}

// Lifetimes are how long things are good for; zero is the standard time.
type Lifetimes struct {
	Code        Duration `json:"code,omitempty"`
	IDToken     Duration `json:"id_token,omitempty"`
	AccessToken Duration `json:"access_token,omitempty"`
	Refresh     Duration `json:"refresh_token,omitempty"`
	Session     Duration `json:"session,omitempty"`
}

// Keys are the keys that a provider without keys of its own makes.
type Keys struct {
	// ID is the form of kid.
	ID keys.IDForm `json:"kid,omitempty"`
	// RSA is how many RSA keys are published; zero is the standard set.
	RSA int `json:"rsa,omitempty"`
	// ByClient has the discovery document of a request with client_id name the
	// key set with the same parameter.
	ByClient bool `json:"by_client,omitempty"`
	// Cache is the Cache-Control of the key set.
	Cache string `json:"cache_control,omitempty"`
	// Members are added to each key of the set; texts are expanded.
	Members map[string]json.RawMessage `json:"members,omitempty"`
}

// Duration is a time.Duration that is written with its unit, such as "90s".
type Duration time.Duration

// UnmarshalText reads a duration.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	*d = Duration(v)
	return err
}

// MarshalText writes a duration as UnmarshalText reads it.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

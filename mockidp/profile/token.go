package profile

import "encoding/json"

// Members change an object: Remove takes members out, and Add puts others in
// or in their place. Texts of Add are expanded; a member whose text stands for
// nothing stays out.
type Members struct {
	Remove []string                   `json:"remove,omitempty"`
	Add    map[string]json.RawMessage `json:"add,omitempty"`
}

// IDToken is what an ID token looks like.
type IDToken struct {
	Members
	// NoType leaves typ out of the header.
	NoType bool `json:"no_typ,omitempty"`
	// Thin leaves the claims of scopes to UserInfo when there is an access
	// token (OpenID Connect Core 1.0, section 5.4).
	Thin bool `json:"thin,omitempty"`
	// NoHashes leaves at_hash out of ID tokens from the token endpoint, where it
	// is optional (OpenID Connect Core 1.0, section 3.1.3.6).
	NoHashes bool `json:"no_hashes_at_token_endpoint,omitempty"`
	// EscapedSlashes writes "/" as "\/" (RFC 8259, section 7).
	EscapedSlashes bool `json:"escaped_slashes,omitempty"`
}

// AccessToken is what an access token looks like. The standard one is opaque.
type AccessToken struct {
	// Prefix is what an opaque one begins with.
	Prefix string `json:"prefix,omitempty"`
	// Claims are those of one that is a JWT; texts are expanded. EscapedSlashes
	// and NoType are as in an ID token.
	Claims         map[string]json.RawMessage `json:"claims,omitempty"`
	NoType         bool                       `json:"no_typ,omitempty"`
	EscapedSlashes bool                       `json:"escaped_slashes,omitempty"`
	// OtherKey signs with another of the published keys than ID tokens.
	OtherKey bool `json:"other_key,omitempty"`
}

// UserInfo is what UserInfo answers.
type UserInfo struct {
	Members
	// Only are the claims that there are at most beside those that are added;
	// nil is no limit.
	Only []string `json:"only,omitempty"`
	// Text are claims that are given as text, whatever their type.
	Text []string `json:"text,omitempty"`
}

// Custom is where the claims of a user go that are not standard ones.
type Custom struct {
	// Prefix comes before the names.
	Prefix string `json:"prefix,omitempty"`
	// Within is the object that they are put into, with their own names.
	Within string `json:"within,omitempty"`
	// Form is how values are written; empty is as they are.
	Form ClaimForm `json:"form,omitempty"`
	// Dropped are names that are left out, without an error. None leaves all
	// out.
	Dropped []string `json:"dropped,omitempty"`
	None    bool     `json:"none,omitempty"`
}

// ClaimForm is how the value of a claim is written.
type ClaimForm string

// The forms beside that of the value itself.
const (
	// ClaimText writes every value as text.
	ClaimText ClaimForm = "text"
	// ClaimList writes every value as a list of texts.
	ClaimList ClaimForm = "list"
)

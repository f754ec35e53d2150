// Package fault is what a provider does wrong on request. A fault is data: it
// is composed of token edits, response edits and redirect edits and of nothing
// else, so that it can cross a process boundary and be written by hand.
package fault

import (
	"encoding/json"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// ID names a fault as place.part.how, for example "id_token.aud.other". It is
// stable: reports cite it.
type ID string

// Spec is one deliberate deviation of a provider. Without edits it changes
// nothing and is refused when armed.
type Spec struct {
	ID    ID             `json:"id"`
	Title string         `json:"title"`
	Refs  []protocol.Ref `json:"refs,omitempty"`

	Token    *TokenEdit    `json:"token,omitempty"`
	Response *ResponseEdit `json:"response,omitempty"`
	Redirect *RedirectEdit `json:"redirect,omitempty"`
}

// TokenEdit changes an ID token before or while it is signed.
//
// A value is any JSON value, or one of four expressions: {"$now": "-1h"} is
// the provider's time plus a Go duration as a NumericDate, {"$append": "x"}
// the honest value (a string) with x behind it, {"$claim": "sub"} the honest
// value of another claim, {"$client": "id"} the client ID. Expressions may
// stand anywhere within arrays. One that has no honest value to start from
// leaves its claim alone.
type TokenEdit struct {
	SetHeader    map[string]json.RawMessage `json:"set_header,omitempty"`
	RemoveHeader []string                   `json:"remove_header,omitempty"`
	SetClaims    map[string]json.RawMessage `json:"set_claims,omitempty"`
	RemoveClaims []string                   `json:"remove_claims,omitempty"`
	// DuplicateClaims sends a claim twice, with this second value.
	DuplicateClaims map[string]json.RawMessage `json:"duplicate_claims,omitempty"`
	Sign            Signing                    `json:"sign,omitempty"`
}

// Signing is how an edited token is signed.
type Signing string

// Properly is the zero value: with the provider's key and algorithm.
const (
	Properly Signing = ""
	// Unsigned has alg "none" and an empty signature (RFC 7519, section 6).
	Unsigned Signing = "unsigned"
	// OtherKey signs with a key that the provider never published, under the
	// published kid.
	OtherKey Signing = "other_key"
	// PublicKeyHMAC is HS256 with the PEM text of the public key as secret
	// (RFC 8725, section 2.1).
	PublicKeyHMAC Signing = "public_key_hmac"
	// Corrupted is a proper signature with some bits inverted.
	Corrupted Signing = "corrupted"
	// OtherAlgorithm signs properly with another published key of the
	// provider, of an algorithm that the client did not register.
	OtherAlgorithm Signing = "other_algorithm"
)

// ResponseEdit changes the answer of one endpoint. The zero value of each
// member leaves that part alone.
type ResponseEdit struct {
	Endpoint journal.Kind `json:"endpoint"`

	Status int               `json:"status,omitempty"`
	Header map[string]string `json:"header,omitempty"` // an empty value removes
	// Body replaces the body; Merge is applied to the JSON body of an answer
	// that is no error (RFC 7396).
	Body  *string         `json:"body,omitempty"`
	Merge json.RawMessage `json:"merge,omitempty"`
	// Delay, as a Go duration such as "30s", comes before the first byte.
	Delay string `json:"delay,omitempty"`
	// Drip is the pause between two bytes of the body.
	Drip string `json:"drip,omitempty"`
	// Drop closes the connection without an answer.
	Drop bool `json:"drop,omitempty"`
	// Truncate closes the connection after that many bytes of the body.
	Truncate int `json:"truncate,omitempty"`
	// Pad adds that many bytes of white space to the body.
	Pad int `json:"pad,omitempty"`
	// Waive are rules that the endpoint forgets.
	Waive []Rule `json:"waive,omitempty"`
}

// RedirectEdit changes the parameters of a redirect back to the relying party.
type RedirectEdit struct {
	// Endpoint is journal.Authorize for the authorization response (RFC 6749,
	// section 4.1.2) or journal.EndSession for the sign-out redirect.
	Endpoint journal.Kind `json:"endpoint"`

	Set    map[string]string `json:"set,omitempty"`
	Remove []string          `json:"remove,omitempty"`
	// Append adds text to the honest value of a parameter.
	Append map[string]string `json:"append,omitempty"`
	// Duplicate sends a parameter twice, with this second value.
	Duplicate map[string]string `json:"duplicate,omitempty"`
	// Error answers with this error code in place of an authorization code.
	Error string `json:"error,omitempty"`
}

// Scope limits an armed fault. The zero value is every exchange.
type Scope struct {
	User   string `json:"user,omitempty"`
	Client string `json:"client,omitempty"`
}

// Budget is how many exchanges an armed fault changes before it disarms itself.
// Edits at several seams of one exchange count once; an exchange that a fault
// could not change counts nothing. The zero value is always.
type Budget int

// Always and Once are the usual budgets; any n > 0 is the next n times.
const (
	Always Budget = 0
	Once   Budget = 1
)

package fault

import (
	"encoding/json"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// ResponseEdit changes the answer of one endpoint. The zero value of each
// member leaves that part alone. What changes the JSON of an answer leaves an
// honest error alone.
type ResponseEdit struct {
	Endpoint journal.Kind `json:"endpoint"`

	Status int               `json:"status,omitempty"`
	Header map[string]string `json:"header,omitempty"` // an empty value removes
	// Body replaces the body; Merge is applied to the JSON body (RFC 7396).
	Body  *string         `json:"body,omitempty"`
	Merge json.RawMessage `json:"merge,omitempty"`
	// Set, Remove, Duplicate and Rename edit members of the JSON object and
	// keep their order; a duplicate comes last. Values are those of a
	// TokenEdit, with the honest body as what they start from.
	Set       map[string]json.RawMessage `json:"set,omitempty"`
	Remove    []string                   `json:"remove,omitempty"`
	Duplicate map[string]json.RawMessage `json:"duplicate,omitempty"`
	Rename    map[string]string          `json:"rename,omitempty"`
	// Keys edits the key set of the JWKS endpoint.
	Keys *KeysEdit `json:"keys,omitempty"`
	// Prefix and Suffix are put around the body.
	Prefix string `json:"prefix,omitempty"`
	Suffix string `json:"suffix,omitempty"`
	// Pad adds that many bytes of white space to the body.
	Pad int `json:"pad,omitempty"`
	// Encoding writes the body in another way. "utf-16" and "latin-1" do not
	// say so in the header; "gzip" does.
	Encoding string `json:"encoding,omitempty"`

	// Redirect sends the request elsewhere.
	Redirect *Elsewhere `json:"redirect,omitempty"`
	// Raw is written to the connection in place of an HTTP response, which is
	// closed then. Where the connection is not to be had (HTTP/2), the answer
	// is dropped.
	Raw *string `json:"raw,omitempty"`

	// Headers adds that many header fields, HeaderPad one of that many bytes.
	Headers   int `json:"headers,omitempty"`
	HeaderPad int `json:"header_pad,omitempty"`
	// Length is by how many bytes Content-Length is off.
	Length int `json:"length,omitempty"`
	// Chunked sends the body without saying its length.
	Chunked bool `json:"chunked,omitempty"`
	// Delay, as a Go duration such as "30s", comes before the first byte.
	Delay string `json:"delay,omitempty"`
	// Drip is the pause between two bytes of the body.
	Drip string `json:"drip,omitempty"`
	// Drop ends the exchange before the answer, Truncate after that many
	// bytes of its body. End says how.
	Drop     bool `json:"drop,omitempty"`
	Truncate int  `json:"truncate,omitempty"`
	// End is how a dropped or truncated answer ends: EndClose (also when
	// empty), EndReset or EndStall. Without Drop and Truncate it ends behind
	// the header.
	End End `json:"end,omitempty"`

	// Waive are rules that the endpoint forgets.
	Waive []Rule `json:"waive,omitempty"`
}

// End is how an answer ends too early.
type End string

// The ends.
const (
	// EndClose closes the connection.
	EndClose End = "close"
	// EndReset resets it (RST), where it is to be had; elsewhere it closes.
	EndReset End = "reset"
	// EndStall sends nothing more and waits for the other side to give up.
	EndStall End = "stall"
)

// The encodings of a ResponseEdit.
const (
	encodingUTF16  = "utf-16"
	encodingLatin1 = "latin-1"
	encodingGzip   = "gzip"
)

// Elsewhere is a redirect in place of an answer.
type Elsewhere struct {
	// To is a URL; empty is the URL of the request itself, which is a loop.
	To string `json:"to,omitempty"`
	// Status is 301, 302, 303, 307 or 308; 302 when zero.
	Status int `json:"status,omitempty"`
	// KeepQuery takes the query of the request along, as an authorization
	// endpoint does that hands people on to another provider.
	KeepQuery bool `json:"keep_query,omitempty"`
}

// KeysEdit changes a key set (RFC 7517, section 5). Values are those of a
// TokenEdit, with the honest key as what they start from.
type KeysEdit struct {
	// Where limits Drop, Repeat, Set, Remove and Duplicate to the keys that
	// have these members. Empty are all keys.
	Where map[string]json.RawMessage `json:"where,omitempty"`
	// Drop leaves keys out, Repeat lists them twice.
	Drop   bool `json:"drop,omitempty"`
	Repeat bool `json:"repeat,omitempty"`
	// Set and Remove edit the members of the keys.
	Set    map[string]json.RawMessage `json:"set,omitempty"`
	Remove []string                   `json:"remove,omitempty"`
	// Reverse turns their order round.
	Reverse bool `json:"reverse,omitempty"`
	// First and Last are further keys, or what is none.
	First []json.RawMessage `json:"first,omitempty"`
	Last  []json.RawMessage `json:"last,omitempty"`
	// Fill puts that many other keys in front.
	Fill int `json:"fill,omitempty"`
}

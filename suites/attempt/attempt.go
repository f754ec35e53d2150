// Package attempt is what was observed of one sign-in or sign-out: data,
// without a verdict. The judge decides on it, the report shows it.
package attempt

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// Page is a document that came to rest in the browser.
type Page struct {
	URL   string `json:"url"`
	Title string `json:"title"`
	// Text is the text of it, white space folded, at most 4,000 characters.
	Text string `json:"text"`
	// Source is its HTML, at most 65,536 characters.
	Source string `json:"source"`
	// AsksPassword is true for a page with a password field.
	AsksPassword bool `json:"password"`
	// Status is the HTTP status; 0 when the browser shows its own error page.
	Status int `json:"-"`
	// Header is the header of the answer, names in lower case.
	Header map[string]string `json:"-"`
	// Failed is the network error behind the browser's own error page, or why
	// a navigation ended without a page: then the page is the one from before.
	Failed string `json:"-"`
}

// Origin is the scheme, host and port of the page.
func (p Page) Origin() string { return Origin(p.URL) }

// Blank is true where an answer broke off before its first byte: a browser has
// nothing to show for it.
func (p Page) Blank() bool { return p.Status != 0 && p.Failed != "" }

// Origin is the scheme, host and port of a URL (RFC 6454), or "" without one.
func Origin(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// Request is one request of the browser and its answer; a redirect makes two.
type Request struct {
	At     time.Time
	Method string
	URL    string
	// Document is true for a page, false for what a page loads.
	Document bool
	Status   int
	// Answered is when the answer began; zero without one.
	Answered time.Time
	// Header is the header of the answer, names in lower case. Several cookies
	// are several lines of set-cookie.
	Header map[string]string
	// Failed is the network error, if there was no answer.
	Failed string
}

// Record is what the browser said during an attempt.
type Record struct {
	Requests []Request
	// Console are the messages and uncaught exceptions of the pages, and Said
	// when they were said.
	Console []string
	Said    []time.Time
	// Dialogs are the messages of alert, confirm and prompt.
	Dialogs []string
}

// Visited are the documents that the browser asked an origin for, whose path
// is the given one.
func (r Record) Visited(origin, path string) []Request {
	var found []Request
	for _, q := range r.Requests {
		u, err := url.Parse(q.URL)
		if err == nil && q.Document && Origin(q.URL) == origin && u.Path == path {
			found = append(found, q)
		}
	}
	return found
}

// Cookie is a cookie in a browser profile.
type Cookie struct {
	Name, Value, Domain, Path string
	HTTPOnly, Secure          bool
	// SameSite is "Strict", "Lax", "None" or empty when the server said nothing.
	SameSite string
	// Expires is zero for a cookie that ends with the browser.
	Expires time.Time
}

// Who is what the shop says of the session in the browser.
type Who struct {
	// Status is that of the shop's who-am-I answer.
	Status   int
	SignedIn bool
	Subject  string
	// Body is the answer, if it was JSON.
	Body json.RawMessage
}

// Answer is what a shop said to a request that no browser made.
type Answer struct {
	// Status is 0 where there was no answer; Failed says why.
	Status int
	Header http.Header
	Body   []byte
	Failed string
}

// SignIn is one sign-in, or the try of one.
type SignIn struct {
	Title string
	// Ended is when it was known what came of it; zero if nobody asked.
	Began, Ended time.Time
	// Username and Subject are of the person who tried.
	Username, Subject string
	// Page is where the browser came to rest.
	Page   Page
	Record Record
	// Usual is true where the shop answers every sign-in that it refuses as it
	// did this one, with a server error or by beginning another sign-in, so that
	// it tells of nothing else.
	Usual bool
	// Left is true when the browser left Page to ask who is signed in.
	Left bool
	// Who was asked after the browser came to rest.
	Who     Who
	Cookies []Cookie
	// Entries are what the provider saw meanwhile.
	Entries []journal.Entry
	// Other are what the lane's second provider saw, if there is one.
	Other []journal.Entry
	// Fault is what was armed, and Fired how often it took effect.
	Fault *fault.Spec
	Fired int
	// Notice is the shop's answer where this is no sign-in but a notice of a
	// logout; Who was asked behind it.
	Notice *Answer
	// ShopOrigin and CallbackPath tell the shop's requests apart, and
	// ProviderOrigin those to the provider.
	ShopOrigin, CallbackPath, ProviderOrigin string
	Screenshot                               []byte
}

// Of are the entries of one kind.
func (a SignIn) Of(kind journal.Kind) []journal.Entry {
	var found []journal.Entry
	for _, e := range a.Entries {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}

// Issued are the values of the tokens of one kind that were handed out.
func (a SignIn) Issued(kind string) []string {
	var values []string
	for _, e := range a.Entries {
		for _, t := range e.Tokens {
			if t.Kind == kind {
				values = append(values, t.Value)
			}
		}
	}
	return values
}

// Claim is a claim of the last ID token of the sign-in that is a text, or "".
func (a SignIn) Claim(name string) string {
	tokens := a.Issued(fault.IDToken)
	if len(tokens) == 0 {
		return ""
	}
	_, rest, _ := strings.Cut(tokens[len(tokens)-1], ".")
	payload, _, _ := strings.Cut(rest, ".")
	data, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil {
		return ""
	}
	var text string
	_ = json.Unmarshal(Lookup(data, "/"+name), &text) // what is no text is none
	return text
}

// Callbacks are the browser's visits of the shop's sign-in redirect.
func (a SignIn) Callbacks() []Request { return a.Record.Visited(a.ShopOrigin, a.CallbackPath) }

// Restarted reports whether the shop, once it had an answer, sent the browser to
// the provider anew, which asks for the password there.
func (a SignIn) Restarted() bool {
	at := a.Page.Origin()
	return len(a.Callbacks()) > 0 && a.Page.Failed == "" && at != "" && at == a.ProviderOrigin
}

// Lookup is the value at a JSON pointer (RFC 6901) in a document, or nil. The
// empty pointer, which a description leaves where it has none, finds nothing.
func Lookup(doc json.RawMessage, pointer string) json.RawMessage {
	if pointer == "" {
		return nil
	}
	for part := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if part == "" {
			continue
		}
		part = strings.ReplaceAll(strings.ReplaceAll(part, "~1", "/"), "~0", "~")
		var members map[string]json.RawMessage
		if json.Unmarshal(doc, &members) != nil {
			return nil
		}
		doc = members[part]
	}
	return doc
}

package harness

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// shortest is the length from which on a value is looked for everywhere: what
// is shorter is also an ordinary word.
const shortest = 6

// secrets are the values that let their holder act for somebody. A trace has
// places that no rule knows, such as the text of a page, so they are looked for
// by their values, too.
type secrets map[string]bool

// secrets are those that were seen while the check was tried.
func (t *tracer) secrets(s *Spec) secrets {
	found := secrets{}
	found.add(t.lane.Client.Secret)
	found.add(t.lane.SecondClient.Secret)
	for _, value := range t.cookies {
		found.add(value)
	}
	for _, a := range s.signIns {
		for _, c := range a.Cookies {
			found.add(c.Value)
		}
	}
	entries := t.lane.Provider.Journal().Select(journal.Query{After: t.mark})
	if t.lane.Second != nil {
		entries = append(entries, t.lane.Second.Journal().Select(journal.Query{})...)
	}
	for _, e := range entries {
		found.exchange(e)
	}
	return found
}

func (s secrets) add(value string) {
	if len(value) < shortest {
		return
	}
	s[value] = true
	s[url.QueryEscape(value)] = true
}

// exchange adds what the redacted entry does not show any more.
func (s secrets) exchange(e journal.Entry) {
	shown := e.Redacted()
	s.values(e.Query, shown.Query)
	s.values(e.Form, shown.Form)
	s.values(e.Response, shown.Response)
	s.address(e.Location, shown.Location)
	s.address(e.Header.Get("Referer"), shown.Header.Get("Referer"))
	s.members(e.Body, shown.Body)
	s.members(e.Document, shown.Document)
	for _, t := range e.Tokens {
		s.token(t.Value)
	}
	s.credentials(e.Header)
}

func (s secrets) values(all, shown url.Values) {
	for name, values := range all {
		for i, value := range values {
			if i < len(shown[name]) && shown[name][i] != value {
				s.token(value)
			}
		}
	}
}

// address adds the secrets in the query and in the fragment of a URL.
func (s secrets) address(all, shown string) {
	u, err1 := url.Parse(all)
	v, err2 := url.Parse(shown)
	if err1 != nil || err2 != nil {
		return
	}
	s.values(u.Query(), v.Query())
	inside, err1 := url.ParseQuery(u.EscapedFragment())
	outside, err2 := url.ParseQuery(v.EscapedFragment())
	if err1 == nil && err2 == nil {
		s.values(inside, outside)
	}
}

func (s secrets) members(all, shown []byte) {
	var a, b map[string]any
	if json.Unmarshal(all, &a) != nil || json.Unmarshal(shown, &b) != nil {
		return
	}
	for name, value := range a {
		if text, ok := value.(string); ok && b[name] != value {
			s.token(text)
		}
	}
}

// token adds a token. Of a JWT only the signature is secret: header and claims
// are what a trace is read for, and a token without its signature opens
// nothing. The whole of it is, too.
func (s secrets) token(value string) {
	s.add(value)
	if i := strings.LastIndexByte(value, '.'); i >= 0 && strings.Count(value, ".") == 2 {
		s.add(value[i+1:])
	}
}

func (s secrets) credentials(h http.Header) {
	scheme, value, _ := strings.Cut(h.Get("Authorization"), " ")
	s.add(value)
	if strings.EqualFold(scheme, "Basic") {
		if pair, err := base64.StdEncoding.DecodeString(value); err == nil {
			_, password, _ := strings.Cut(string(pair), ":")
			s.add(password)
		}
	}
	for _, name := range []string{"Cookie", "Set-Cookie"} {
		for _, line := range h.Values(name) {
			for pair := range strings.SplitSeq(line, ";") {
				if _, value, ok := strings.Cut(pair, "="); ok && name == "Cookie" {
					s.add(strings.TrimSpace(value))
				}
			}
		}
	}
}

// hider takes the secrets out of a text, the longest first.
func (s secrets) hider() func(string) string {
	longestFirst := func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) }
	var pairs []string
	for _, value := range slices.SortedFunc(maps.Keys(s), longestFirst) {
		pairs = append(pairs, value, "[redacted]")
	}
	return strings.NewReplacer(pairs...).Replace
}

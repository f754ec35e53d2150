package fault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

var idShape = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)+$`)

// Parse reads a spec from JSON and validates it. Unknown members are refused:
// a misspelt edit would otherwise be a fault that never fires.
func Parse(data []byte) (Spec, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var s Spec
	if err := dec.Decode(&s); err != nil {
		return Spec{}, fmt.Errorf("fault spec: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Spec{}, errors.New("fault spec: more than one JSON value")
	}
	return s, s.Validate()
}

// Validate lists everything that is wrong with a spec.
func (s Spec) Validate() error {
	p := &problems{}
	if !idShape.MatchString(string(s.ID)) {
		p.add("id %q is not of the form place.part.how", s.ID)
	}
	if s.Token == nil && s.Response == nil && s.Redirect == nil {
		p.add("no edits: give token, response or redirect")
	}
	if s.Token != nil {
		s.Token.validate(p)
	}
	if s.Response != nil {
		s.Response.validate(p)
	}
	if s.Redirect != nil {
		s.Redirect.validate(p)
	}
	if len(p.errs) == 0 {
		return nil
	}
	return fmt.Errorf("fault %s: %w", s.ID, errors.Join(p.errs...))
}

type problems struct{ errs []error }

func (p *problems) add(format string, args ...any) {
	p.errs = append(p.errs, fmt.Errorf(format, args...))
}

func (e *TokenEdit) validate(p *problems) {
	n := len(e.SetHeader) + len(e.RemoveHeader) + len(e.SetClaims) + len(e.RemoveClaims) + len(e.DuplicateClaims)
	if n == 0 && e.Sign == Properly {
		p.add("token: no edits")
	}
	for _, set := range []struct {
		name    string
		values  map[string]json.RawMessage
		removed []string
	}{
		{"set_header", e.SetHeader, e.RemoveHeader},
		{"set_claims", e.SetClaims, e.RemoveClaims},
		{"duplicate_claims", e.DuplicateClaims, e.RemoveClaims},
	} {
		for _, name := range slices.Sorted(maps.Keys(set.values)) {
			if err := checkValue(set.values[name]); err != nil {
				p.add("token.%s.%s: %w", set.name, name, err)
			}
			if slices.Contains(set.removed, name) {
				p.add("token.%s.%s: removed as well", set.name, name)
			}
		}
	}
	if !slices.Contains(Signings(), e.Sign) {
		p.add("token.sign: %q; known: %q", e.Sign, Signings()[1:])
	}
}

// Signings are all ways of signing, Properly first.
func Signings() []Signing {
	return []Signing{Properly, Unsigned, OtherKey, PublicKeyHMAC, Corrupted, OtherAlgorithm}
}

func (e *ResponseEdit) validate(p *problems) {
	kinds := []journal.Kind{
		journal.Discovery, journal.JWKS, journal.Authorize, journal.SignIn,
		journal.Token, journal.UserInfo, journal.EndSession, journal.PAR,
		journal.DeviceAuthorization, journal.Device, journal.Introspection,
		journal.Revocation, journal.Registration, journal.CheckSession,
	}
	if !slices.Contains(kinds, e.Endpoint) {
		p.add("response.endpoint: %q; known: %q", e.Endpoint, kinds)
	}
	if e.empty() {
		p.add("response: no edits")
	}
	if e.Status != 0 && (e.Status < 200 || e.Status > 599) {
		p.add("response.status: %d is not from 200 to 599", e.Status)
	}
	for _, rule := range e.Waive {
		if !slices.Contains(Rules(), rule) {
			p.add("response.waive: %q; known: %q", rule, Rules())
		}
	}
	if len(e.Merge) > 0 && !json.Valid(e.Merge) {
		p.add("response.merge: not JSON")
	}
	if err := positiveDuration(e.Delay); err != nil {
		p.add("response.delay: %w", err)
	}
	if err := positiveDuration(e.Drip); err != nil {
		p.add("response.drip: %w", err)
	}
	if e.Truncate < 0 {
		p.add("response.truncate: %d is negative", e.Truncate)
	}
	if e.Pad < 0 || e.Pad > maxPad {
		p.add("response.pad: %d is not from 0 to %d", e.Pad, maxPad)
	}
}

// maxPad bounds what a padded answer costs the provider itself.
const maxPad = 64 << 20

func (e *ResponseEdit) empty() bool {
	return e.Status == 0 && len(e.Header) == 0 && e.Body == nil && len(e.Merge) == 0 && e.Delay == "" &&
		e.Drip == "" && !e.Drop && e.Truncate == 0 && e.Pad == 0 && len(e.Waive) == 0
}

func positiveDuration(s string) error {
	if s == "" {
		return nil
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return fmt.Errorf("%q is not a duration such as \"30s\"", s)
	}
	if d <= 0 {
		return fmt.Errorf("%q is not positive", s)
	}
	return nil
}

func (e *RedirectEdit) validate(p *problems) {
	switch e.Endpoint {
	case journal.Authorize, journal.EndSession:
	default:
		p.add("redirect.endpoint: %q; known: %q", e.Endpoint, []journal.Kind{journal.Authorize, journal.EndSession})
	}
	if len(e.Set)+len(e.Remove)+len(e.Append)+len(e.Duplicate) == 0 && e.Error == "" {
		p.add("redirect: no edits")
	}
	if e.Error != "" && e.Endpoint == journal.EndSession {
		p.add("redirect.error: the sign-out redirect has no errors")
	}
	for _, name := range e.Remove {
		for edit, values := range map[string]map[string]string{"set": e.Set, "append": e.Append, "duplicate": e.Duplicate} {
			if _, both := values[name]; both {
				p.add("redirect.remove: %q is in %s as well", name, edit)
			}
		}
	}
}

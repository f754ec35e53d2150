package console

import (
	"slices"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// story is a sign-in with everything that belongs to it, or a single exchange
// that belongs to none.
type story struct {
	entries []journal.Entry // oldest first, with their secrets
	signIn  bool
}

// first is the number of the first exchange, which names the story.
func (s *story) first() uint64 { return s.entries[0].Seq }

func (s *story) last() *journal.Entry { return &s.entries[len(s.entries)-1] }

// client and user are the first that are known.
func (s *story) client() string {
	for i := range s.entries {
		if c := clientOf(&s.entries[i]); c != "" {
			return c
		}
	}
	return ""
}

func (s *story) user() string {
	for i := range s.entries {
		if u := s.entries[i].User; u != "" {
			return u
		}
	}
	return ""
}

func (s *story) has(kind journal.Kind) bool {
	return slices.ContainsFunc(s.entries, func(e journal.Entry) bool { return e.Kind == kind })
}

// stories groups the entries of a journal, oldest first, into sign-ins. The
// newest story is in front.
func stories(entries []journal.Entry) []*story {
	var all []*story
	tied := make(map[string]*story)
	for _, e := range entries {
		s := belongs(&e, tied, all)
		if s == nil {
			s = &story{signIn: begins(e.Kind)}
			all = append(all, s)
		}
		s.entries = append(s.entries, e)
		if s.signIn {
			for _, t := range handed(&e) {
				tied[t] = s // of two that gave out the same the later one counts
			}
		}
	}
	slices.Reverse(all)
	return all
}

// begins reports whether an exchange that is tied to nothing begins a sign-in.
func begins(k journal.Kind) bool {
	return k == journal.Authorize || k == journal.PAR || k == journal.DeviceAuthorization
}

// belongs is the sign-in of an exchange, or nil.
func belongs(e *journal.Entry, tied map[string]*story, all []*story) *story {
	for _, t := range brought(e) {
		if s := tied[t]; s != nil {
			return s
		}
	}
	// The page of a request that the provider keeps note of itself gives out a
	// ticket, which the journal has not; and a fault may have spoilt the code.
	for _, s := range slices.Backward(all) {
		if s.signIn && s.client() == clientOf(e) && s.waitsFor(e) {
			return s
		}
	}
	return nil
}

// waitsFor reports whether an exchange is what comes next.
func (s *story) waitsFor(e *journal.Entry) bool {
	switch e.Kind {
	case journal.SignIn:
		return s.last().Page != ""
	case journal.Device:
		return s.has(journal.DeviceAuthorization) && !s.has(journal.Token)
	case journal.Token:
		return param(e, "grant_type") == "authorization_code" && s.answered() && !s.has(journal.Token)
	default:
		return false
	}
}

// answered reports whether the browser was sent back to the relying party.
func (s *story) answered() bool {
	return slices.ContainsFunc(s.entries, func(e journal.Entry) bool {
		return (e.Kind == journal.Authorize || e.Kind == journal.SignIn) && e.Location != "" && e.Error == ""
	})
}

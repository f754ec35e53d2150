package console

import (
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
)

// faultView is a fault that acted.
type faultView struct {
	ID    fault.ID
	Title string
	Refs  string
	// Duty is what a relying party has to do about it.
	Duty string
}

func newFaultView(id fault.ID, named map[fault.ID]fault.Spec) faultView {
	s, ok := named[id]
	if !ok {
		return faultView{ID: id, Title: "a fault that is not known any more"}
	}
	return faultView{ID: id, Title: s.Title, Refs: refs(s), Duty: duty(s)}
}

func refs(s fault.Spec) string {
	var all []string
	for _, r := range s.Refs {
		all = append(all, r.String())
	}
	return strings.Join(slices.Compact(all), "; ")
}

// must are the sections that leave a relying party no choice but to refuse.
var must = []string{
	"OpenID Connect Core 1.0, 3.1.3.7 (2)", "OpenID Connect Core 1.0, 3.1.3.7 (3)", "OpenID Connect Core 1.0, 3.1.3.7 (6)",
	"OpenID Connect Core 1.0, 3.1.3.7 (8)", "OpenID Connect Core 1.0, 3.1.3.7 (9)", "OpenID Connect Core 1.0, 3.1.3.7 (11)",
	"OpenID Connect Core 1.0, 5.3.2", "OpenID Connect Back-Channel Logout 1.0, 2.6", "RFC 6749, 10.12", "RFC 9207, 2.4",
}

// duty says what a relying party has to make of a fault.
func duty(s fault.Spec) string {
	switch {
	case strings.Contains(s.Title, "which is good"):
		return "This is allowed: a shop has to take it."
	case s.Response != nil && len(s.Response.Waive) > 0:
		return "The provider let pass what it should have refused."
	}
	for _, r := range s.Refs {
		if slices.Contains(must, r.String()) {
			return "A shop has to refuse it."
		}
	}
	return "The cited section says what a shop has to do then."
}

package endpoint

import (
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/profile"
)

// Site is where an issuer is reached. Browsers and relying parties may have to
// use different hosts for the one issuer.
type Site struct {
	Issuer string
	// Front is the URL that the paths of endpoints for browsers follow, Back
	// the one for those that relying parties call.
	Front, Back string
	// Profile is how the provider differs from the standard one.
	Profile profile.Profile
}

// standardPath is where an endpoint is below the address of the provider when
// no profile says so.
func standardPath(k journal.Kind) string {
	for _, p := range standardPaths() {
		if p.kind == k {
			return p.path
		}
	}
	return ""
}

// needed are the endpoints that serve the provider itself: they are there
// whether or not a profile has a path for them.
func needed(k journal.Kind) bool {
	switch k {
	case journal.SignIn, journal.Device, journal.Apps:
		return true
	}
	return false
}

// Path is where an endpoint is below the address of the provider, and "" if it
// is not served.
func (s Site) Path(k journal.Kind) string {
	own, has := s.Profile.Paths[k]
	switch {
	case has:
		return own
	case k == journal.Discovery:
		return strings.TrimSuffix(s.Profile.Issuer, "/") + DiscoveryPath
	case len(s.Profile.Paths) > 0 && !needed(k):
		return ""
	}
	return standardPath(k)
}

// front is the URL of an endpoint for browsers, and "" if it is not served.
func (s Site) front(k journal.Kind) string { return at(s.Front, s.Path(k)) }

// back is the URL of an endpoint for relying parties, and "" if it is not
// served.
func (s Site) back(k journal.Kind) string { return at(s.Back, s.Path(k)) }

func at(base, path string) string {
	if path == "" {
		return ""
	}
	return base + path
}

// words are what a profile calls the addresses of the provider.
func (s Site) words(word string) (any, bool) {
	switch word {
	case "issuer":
		return s.Issuer, true
	case "front":
		return s.Front, true
	case "back":
		return s.Back, true
	case "tenant":
		return s.Profile.Tenant, s.Profile.Tenant != ""
	}
	return nil, false
}

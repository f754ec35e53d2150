package report

import (
	"regexp"
	"strings"
)

// cite is a citation and, where one can be derived, the page it is on, or what
// it says.
type cite struct {
	Text string
	URL  string
	Says string
}

// citation links the specifications that an integrator is likely to be sent
// to. Rows of the requirements catalogue and all else stay text.
func citation(ref string) cite {
	if m := rfc.FindStringSubmatch(ref); m != nil {
		url := "https://www.rfc-editor.org/rfc/rfc" + m[1] + ".html"
		if s := section.FindStringSubmatch(m[2]); s != nil {
			return cite{Text: ref, URL: url + "#section-" + s[1]}
		}
		if a := appendix.FindStringSubmatch(m[2]); a != nil {
			return cite{Text: ref, URL: url + "#appendix-" + a[1]}
		}
		return cite{Text: ref, URL: url}
	}
	for _, spec := range specs() {
		rest, ok := cutSpec(ref, spec.names)
		if !ok {
			continue
		}
		url := "https://openid.net/specs/" + spec.page
		if s := section.FindStringSubmatch(rest); s != nil {
			return cite{Text: ref, URL: url + "#rfc.section." + s[1]}
		}
		return cite{Text: ref, URL: url}
	}
	return cite{Text: ref}
}

var (
	rfc      = regexp.MustCompile(`^RFC ?([0-9]{3,5})\b(.*)$`)
	section  = regexp.MustCompile(`^,? ?(?:section |sections |§ ?)?([0-9]+(?:\.[0-9]+)*)`)
	appendix = regexp.MustCompile(`^,? ?(?:[Aa]ppendix|App\.) ([A-Z](?:\.[0-9]+)*)`)
)

// cutSpec is what follows the name of a specification in a citation.
func cutSpec(ref string, names []string) (string, bool) {
	for _, name := range names {
		rest, ok := strings.CutPrefix(ref, name)
		if !ok {
			continue
		}
		rest = strings.TrimPrefix(rest, " 1.0")
		if rest == "" || rest[0] == ' ' || rest[0] == ',' {
			return rest, true
		}
	}
	return "", false
}

type spec struct {
	page  string
	names []string
}

func specs() []spec {
	return []spec{
		{"openid-connect-core-1_0.html", []string{"OpenID Connect Core", "OIDC Core", "Core"}},
		{"openid-connect-discovery-1_0.html", []string{"OpenID Connect Discovery", "OIDC Discovery", "Discovery"}},
		{"openid-connect-registration-1_0.html", []string{"OpenID Connect Dynamic Client Registration", "Registration"}},
		{"openid-connect-rpinitiated-1_0.html", []string{"OpenID Connect RP-Initiated Logout", "RP-Initiated Logout", "RPI"}},
		{"openid-connect-backchannel-1_0.html", []string{"OpenID Connect Back-Channel Logout", "Back-Channel Logout", "BCL"}},
		{"openid-connect-frontchannel-1_0.html", []string{"OpenID Connect Front-Channel Logout", "Front-Channel Logout", "FCL"}},
		{"openid-connect-session-1_0.html", []string{"OpenID Connect Session Management", "Session Management"}},
		{"oauth-v2-form-post-response-mode-1_0.html", []string{"OAuth 2.0 Form Post Response Mode", "Form Post Response Mode"}},
		{"oauth-v2-multiple-response-types-1_0.html", []string{"OAuth 2.0 Multiple Response Type Encoding Practices"}},
	}
}

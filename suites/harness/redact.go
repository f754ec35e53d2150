package harness

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// secretParams are URL parameters whose values would let a reader of a report
// act for somebody.
func secretParams() []string {
	return []string{"code", "id_token_hint", "id_token", "access_token", "refresh_token", "client_secret", "code_verifier", "password"}
}

// redactURL hides the secrets in the query of a URL.
func redactURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.RawQuery == "" {
		return raw
	}
	q := u.Query()
	for _, name := range secretParams() {
		for i, v := range q[name] {
			if strings.HasPrefix(v, "[redacted") {
				continue // of a text that is redacted already
			}
			q[name][i] = fmt.Sprintf("[redacted %d chars]", len(v))
		}
	}
	u.RawQuery, err = url.QueryUnescape(q.Encode())
	if err != nil {
		u.RawQuery = q.Encode()
	}
	return u.String()
}

var addresses = regexp.MustCompile(`https?://[^\s"'<>]+`)

// redactText hides the secrets in the addresses that a text speaks of.
func redactText(text string) string {
	return addresses.ReplaceAllStringFunc(text, func(found string) string {
		address := strings.TrimRight(found, ".,;:)")
		return redactURL(address) + found[len(address):]
	})
}

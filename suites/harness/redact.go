package harness

import (
	"fmt"
	"net/url"
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
			q[name][i] = fmt.Sprintf("[redacted %d chars]", len(v))
		}
	}
	u.RawQuery, err = url.QueryUnescape(q.Encode())
	if err != nil {
		u.RawQuery = q.Encode()
	}
	return u.String()
}

package judge

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// CookieRule decides one attribute of each cookie that opens an account by
// itself.
func CookieRule(cookies []attempt.Cookie, what string, keeps func(attempt.Cookie) check.Verdict) Finding {
	if len(cookies) == 0 {
		return Undecided("No cookie was found that opens the account by itself.")
	}
	for _, c := range cookies {
		switch keeps(c) {
		case check.Fail:
			return Fail("The session cookie %s is not %s.", c.Name, what)
		case check.Warn:
			return Warn("The session cookie %s does not say that it is %s, which not every browser takes for granted.", c.Name, what)
		}
	}
	return Pass("The session cookie %s is %s.", cookies[0].Name, what)
}

// PartsRule is [CookieRule] for the parts of one session: who lacks one of them
// has nothing, so one part that keeps the rule is enough.
func PartsRule(parts []attempt.Cookie, what string, keeps func(attempt.Cookie) check.Verdict) Finding {
	best := CookieRule(parts[:1], what, keeps)
	for _, c := range parts[1:] {
		if f := CookieRule([]attempt.Cookie{c}, what, keeps); f.Verdict == check.Pass || best.Verdict == check.Fail {
			best = f
		}
	}
	return best
}

// HTTPOnly is the first of three rules for session cookies (OWASP ASVS 5.0,
// V3.3).
func HTTPOnly(c attempt.Cookie) check.Verdict { return kept(c.HTTPOnly) }

// SameSite is kept by Lax and Strict. A cookie that says nothing is Lax to some
// browsers and None to others.
func SameSite(c attempt.Cookie) check.Verdict {
	if c.SameSite == "" {
		return check.Warn
	}
	return kept(c.SameSite == "Lax" || c.SameSite == "Strict")
}

// Secure is kept by the attribute alone.
func Secure(c attempt.Cookie) check.Verdict { return kept(c.Secure) }

func kept(rule bool) check.Verdict {
	if rule {
		return check.Pass
	}
	return check.Fail
}

// Ended decides whether a session was there before a point in time and gone
// after it.
func Ended(before, after attempt.Who, beforeAt, afterAt time.Duration) Finding {
	switch {
	case !before.SignedIn:
		return Fail("After %s the session had ended already.", beforeAt)
	case after.SignedIn:
		return Fail("After %s the session had not ended.", afterAt)
	}
	return Pass("After %s the session was there, after %s it had ended.", beforeAt, afterAt)
}

// UnpredictableIDs decides on the session cookies of several sign-ins.
func UnpredictableIDs(values []string) Finding {
	for i, v := range values {
		for _, other := range values[:i] {
			if v == other {
				return Fail("Two sessions have the same ID.")
			}
		}
		if estimatedBits(v) < minBits {
			return Fail("A session ID of %d characters has at most %.0f bits of randomness, less than %d.", len(v), estimatedBits(v), minBits)
		}
	}
	if len(values) < 2 {
		return Undecided("Only %d session IDs were seen; two are needed to compare.", len(values))
	}
	if fixed := commonPrefix(values); float64(len(values[0])-len(fixed))*bitsPerCharacter(values[0]) < minBits/2 {
		return Fail("The session IDs begin with the same %d characters and differ only in a few: they can be guessed.", len(fixed))
	}
	return Pass("%d session IDs differ and are long enough.", len(values))
}

// NoSecrets decides whether something that a browser holds contains a value
// that must stay on the server. Where names the places searched.
func NoSecrets(places map[string]string, secrets map[string]string) Finding {
	if len(secrets) == 0 {
		return Undecided("The provider issued nothing to search for.")
	}
	for name, secret := range secrets {
		for where, text := range places {
			if secret != "" && (strings.Contains(text, secret) || strings.Contains(text, quoted(secret))) {
				return Fail("The %s is found in %s.", name, where)
			}
		}
	}
	return Pass("Neither a token nor the client secret is found in what the browser holds.")
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return s
	}
	return strings.Trim(string(b), `"`)
}

// NotCached decides whether an answer keeps caches from using it for somebody
// else (RFC 9111, section 5.2.2). A redirect that says nothing of caching is
// not kept by any (RFC 9110, section 15.4).
func NotCached(what string, status int, header map[string]string) Finding {
	control := strings.ToLower(header["cache-control"])
	says := func(directive string) bool { return strings.Contains(control, directive) }
	quiet := control == "" && header["expires"] == ""
	switch {
	case says("no-store"), says("private") && (says("no-cache") || says("max-age=0")),
		quiet && (status == http.StatusFound || status == http.StatusSeeOther || status == http.StatusTemporaryRedirect):
		return Pass("%s forbids caching.", what)
	}
	return Fail("%s may be cached: its Cache-Control is %q.", what, header["cache-control"])
}

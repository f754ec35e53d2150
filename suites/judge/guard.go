package judge

import (
	"net/http"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// PendingCookieRule decides one attribute of each cookie of a sign-in under
// way.
func PendingCookieRule(cookies []attempt.Cookie, what string, keeps func(attempt.Cookie) check.Verdict) Finding {
	for _, c := range cookies {
		if keeps(c) != check.Pass {
			return Fail("The cookie %s of a sign-in under way is not %s.", c.Name, what)
		}
	}
	return Pass("All cookies of a sign-in under way (%d) are %s.", len(cookies), what)
}

// HostOnly decides whether cookies go to the host alone that set them (RFC
// 6265, section 4.1.2.3).
func HostOnly(set []*http.Cookie) Finding {
	if len(set) == 0 {
		return Undecided("The answer that begins the session sets no cookie.")
	}
	for _, c := range set {
		if c.Domain != "" {
			return Fail("The cookie %s is for the domain %s: each host of it gets the cookie too.", c.Name, c.Domain)
		}
	}
	return Pass("No cookie of the answer that begins the session names a domain.")
}

// Nobody decides whether a request that carries no valid session got nobody's,
// and no crash.
func Nobody(what string, who attempt.Who) Finding {
	switch {
	case who.SignedIn:
		return Fail("%s: the shop takes it for %q.", what, who.Subject)
	case who.Status >= 500:
		return Fail("%s: the shop answers with status %d.", what, who.Status)
	}
	return Pass("%s: nobody is signed in (status %d).", what, who.Status)
}

// Themself decides whether an answer is for this customer, or for nobody, and
// no crash.
func Themself(what string, who attempt.Who, subject string) Finding {
	switch {
	case who.Status >= 500:
		return Fail("%s: the shop answers with status %d.", what, who.Status)
	case !who.SignedIn:
		return Pass("%s: nobody is signed in (status %d).", what, who.Status)
	case who.Subject != subject:
		return Fail("%s: signed in is %q and not %q.", what, who.Subject, subject)
	}
	return Pass("%s: signed in is %q as before.", what, subject)
}

// SignedInAs decides whether an answer is for this customer and nobody else.
func SignedInAs(what string, who attempt.Who, subject string) Finding {
	if !who.SignedIn {
		return Fail("%s: %q is not signed in (status %d).", what, subject, who.Status)
	}
	return Themself(what, who, subject)
}

// Within decides whether an answer took no longer than it may.
func Within(what string, took, most time.Duration) Finding {
	if took > most {
		return Fail("%s: the answer takes %s.", what, took.Round(time.Millisecond))
	}
	return Pass("%s: the answer takes no effort.", what)
}

// AtShop decides whether a visit of the shop ended there.
func AtShop(a attempt.SignIn, p attempt.Page) Finding {
	if p.Origin() != a.ShopOrigin || p.Failed != "" {
		return Fail("%s: a later visit of the account ends at %s.", a.Title, p.URL)
	}
	return Pass("%s: a later visit of the account ends there.", a.Title)
}

// PageSeen is undecided unless a customer sees the page.
func PageSeen(status int) Finding {
	if status != http.StatusOK {
		return Undecided("The account page is not shown to a customer either: status %d.", status)
	}
	return Pass("The account page is shown to a customer.")
}

// HostNotUsed decides whether a foreign host from a request's headers got into
// an answer. A refusal may say what it refuses.
func HostNotUsed(header string, status int, host, answer string) Finding {
	switch {
	case status >= 400:
		return Pass("The shop refuses a request with a foreign %s (status %d).", header, status)
	case strings.Contains(answer, host):
		return Fail("With a foreign %s header, the answer has that host in it.", header)
	}
	return Pass("A foreign %s header does not get into the answer.", header)
}

// CookieNotCached decides whether an answer that sets a cookie keeps caches from
// handing it on.
func CookieNotCached(what string, status int, header http.Header) Finding {
	if header.Get("Set-Cookie") == "" {
		return Pass("%s sets no cookie.", what)
	}
	return NotCached(what, status, map[string]string{
		"cache-control": strings.Join(header.Values("Cache-Control"), ", "), "expires": header.Get("Expires"),
	})
}

// NotOf decides whether an answer out of a cache tells of another person, of
// whom the shop's own answer does not.
func NotOf(what, answer, direct string, of ...string) Finding {
	for _, name := range of {
		if strings.Contains(answer, name) && !strings.Contains(direct, name) {
			return Fail("%s has another customer's data in it: %q.", what, name)
		}
	}
	return Pass("%s has nothing of another customer in it.", what)
}

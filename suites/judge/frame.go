package judge

import (
	"net/url"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// Framed decides whether a sign-out at the provider whose page loaded a frame
// of the shop ended the session (OpenID Connect Front-Channel Logout 1.0,
// section 2).
func Framed(out attempt.SignIn, frame string) Finding {
	loaded := requested(out, frame)
	switch {
	case loaded == nil:
		return Undecided("The browser did not load the shop's frame.")
	case out.Who.SignedIn:
		return Fail("The browser loaded the frame with status %d, and the session goes on.", loaded.Status)
	}
	return Pass("The browser loaded the frame, and the session ended.")
}

// requested is the browser's request for an address, its query in any order.
func requested(a attempt.SignIn, address string) *attempt.Request {
	want, err := url.Parse(address)
	if err != nil {
		return nil
	}
	for i, q := range a.Record.Requests {
		u, err := url.Parse(q.URL)
		if err == nil && u.Host == want.Host && u.Path == want.Path && u.Query().Encode() == want.Query().Encode() {
			return &a.Record.Requests[i]
		}
	}
	return nil
}

// FrameEnded decides on a request for the frame.
func FrameEnded(a attempt.SignIn) Finding {
	switch {
	case a.Notice.Status == 0:
		return Fail("%s: the shop gave no answer: %s.", a.Title, a.Notice.Failed)
	case a.Who.SignedIn:
		return Fail("%s: the shop answered %s, and the session goes on.", a.Title, said(*a.Notice))
	}
	return Pass("%s: the session ended.", a.Title)
}

// FrameRefused decides on a request for the frame that must not end the
// session; its answer is nobody's business, but for a crash.
func FrameRefused(bad, good attempt.SignIn) Finding {
	switch {
	case bad.Notice.Status == 0:
		return Undecided("%s: the shop gave no answer: %s.", bad.Title, bad.Notice.Failed)
	case !bad.Who.SignedIn:
		return Fail("%s: the session ended.", bad.Title)
	}
	if f := FrameEnded(good); f.Verdict != check.Pass {
		return Undecided("The right frame does not end the session either, so nothing can be concluded: %s", f.Reason)
	}
	if bad.Notice.Status >= 500 {
		return Fail("%s: the session goes on, but the shop answered %s.", bad.Title, said(*bad.Notice))
	}
	return Pass("%s: the session goes on.", bad.Title)
}

// Frameable decides whether a page of an origin may frame an answer: all
// policies and the old header allow it (Content Security Policy Level 3,
// section 6.4.2; RFC 7034).
func Frameable(a attempt.SignIn, origin string) Finding {
	h := a.Notice.Header
	switch {
	case a.Notice.Status == 0:
		return Undecided("%s: the shop gave no answer: %s.", a.Title, a.Notice.Failed)
	case !succeeded(*a.Notice):
		return Fail("%s: the shop answered %s.", a.Title, said(*a.Notice))
	}
	ancestors := false
	for _, policy := range h.Values("Content-Security-Policy") {
		sources, found := frameAncestors(policy)
		ancestors = ancestors || found
		if found && !slices.ContainsFunc(sources, func(s string) bool { return allows(s, origin) }) {
			return Fail("%s: its Content-Security-Policy allows frames of %q only, and the provider is %s.", a.Title, strings.Join(sources, " "), origin)
		}
	}
	// frame-ancestors stands in place of the header where both are there.
	if old := h.Get("X-Frame-Options"); old != "" && !ancestors {
		return Fail("%s: its X-Frame-Options is %q.", a.Title, old)
	}
	return Pass("%s: the provider may frame it.", a.Title)
}

func succeeded(a attempt.Answer) bool { return a.Status >= 200 && a.Status < 300 }

// frameAncestors are the sources of that directive.
func frameAncestors(policy string) (sources []string, found bool) {
	for directive := range strings.SplitSeq(policy, ";") {
		words := strings.Fields(directive)
		if len(words) > 0 && strings.EqualFold(words[0], "frame-ancestors") {
			return words[1:], true
		}
	}
	return nil, false
}

// allows reads the sources that are in use: "*", a scheme, and an origin.
func allows(source, origin string) bool {
	u, err := url.Parse(origin)
	if err != nil {
		return false
	}
	return source == "*" || strings.EqualFold(source, u.Scheme+":") ||
		strings.EqualFold(strings.TrimSuffix(source, "/"), origin) || strings.EqualFold(source, u.Host)
}

// FrameAgain decides on a frame that is loaded a second time.
func FrameAgain(first, second attempt.SignIn) Finding {
	switch {
	case first.Notice.Status == 0 || second.Notice.Status == 0:
		return Undecided("The shop gave no answer to the frame: %s.", first.Notice.Failed+second.Notice.Failed)
	case second.Notice.Header.Get("Location") != "":
		return Fail("Once the session is over the frame leads to %s.", second.Notice.Header.Get("Location"))
	case !succeeded(*second.Notice):
		return Fail("Once the session is over the frame is answered with %s.", said(*second.Notice))
	}
	return Pass("Once the session is over the frame is still answered with %s.", said(*second.Notice))
}

// NotSignedOutBy decides on a page of another site that brought the browser to
// addresses of the shop.
func NotSignedOutBy(a attempt.SignIn, addresses ...string) Finding {
	for _, address := range addresses {
		if requested(a, address) == nil {
			return Undecided("%s: the browser did not ask for %s.", a.Title, address)
		}
	}
	if !a.Who.SignedIn {
		return Fail("%s: the customer was signed out.", a.Title)
	}
	return Pass("%s: the customer is still signed in.", a.Title)
}

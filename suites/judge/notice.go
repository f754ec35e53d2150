package judge

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// NoticeTaken decides whether a notice of a logout was answered as one that was
// carried out, and whether the session is over (OpenID Connect Back-Channel
// Logout 1.0, sections 2.7 and 2.8).
func NoticeTaken(a attempt.SignIn) Finding {
	if f := NoticeSent(a); f.Verdict != check.Pass {
		return f
	}
	switch {
	case !taken(*a.Notice):
		return Fail("%s: the shop answered %s instead of 200.", a.Title, said(*a.Notice))
	case a.Who.SignedIn:
		return Fail("%s: the shop answered %s, and the session goes on.", a.Title, said(*a.Notice))
	}
	return Pass("%s ended the session at once.", a.Title)
}

// NoticeSent is undecided unless the deviation of a notice took effect.
func NoticeSent(a attempt.SignIn) Finding {
	switch {
	case a.Notice == nil:
		return Undecided("%s was not sent.", a.Title)
	case a.Fault != nil && a.Fired == 0:
		return Undecided("%s: the deviation never took effect.", a.Title)
	}
	return Pass("%s was sent.", a.Title)
}

// NoticeRefused decides on a notice that a shop must not believe: it was sent
// and answered, the session in the browser goes on, the answer is 400 (OpenID
// Connect Back-Channel Logout 1.0, section 2.8), and the same notice without
// the deviation ends the session.
func NoticeRefused(bad, good attempt.SignIn) Finding {
	return noticeRefused(bad, good, http.StatusBadRequest)
}

// RequestRefused is NoticeRefused for a request that is not even one: several
// statuses say so.
func RequestRefused(bad, good attempt.SignIn) Finding {
	return noticeRefused(bad, good, http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusNotFound,
		http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
}

func noticeRefused(bad, good attempt.SignIn, statuses ...int) Finding {
	if f := NoticeSent(bad); f.Verdict != check.Pass {
		return f
	}
	if !bad.Who.SignedIn {
		return Fail("%s: the shop ended the session.", bad.Title)
	}
	if f := NoticeTaken(good); f.Verdict != check.Pass {
		return Undecided("The same notice without the deviation does not end the session either, so nothing can be concluded: %s", f.Reason)
	}
	switch status := bad.Notice.Status; {
	case status == 0 && late(*bad.Notice):
		return Undecided("%s: the shop gave no answer in time.", bad.Title)
	case status == 0:
		return Fail("%s: the session goes on, but the shop gave no answer: %s.", bad.Title, bad.Notice.Failed)
	case status >= http.StatusInternalServerError:
		return Fail("%s: the session goes on, but the shop answered %s.", bad.Title, said(*bad.Notice))
	case taken(*bad.Notice):
		return Fail("%s: the session goes on, but the shop answered %s, as if it had ended.", bad.Title, said(*bad.Notice))
	case !slices.Contains(statuses, status):
		return Warn("%s: the session goes on, but the shop answered %s instead of 400.", bad.Title, said(*bad.Notice))
	}
	return Pass("%s: the shop answered %s and the session goes on.", bad.Title, said(*bad.Notice))
}

// Untouched decides on a notice that is about somebody else: whatever the
// answer, the sessions in question are as they were.
func Untouched(a attempt.SignIn, before, after map[string]bool, mayEnd ...string) Finding {
	if f := NoticeSent(a); f.Verdict != check.Pass {
		return f
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		switch {
		case !before[name]:
			return Undecided("%s was not signed in before the notice.", name)
		case !after[name] && !slices.Contains(mayEnd, name):
			return Fail("%s: %s was signed out.", a.Title, name)
		}
	}
	return Pass("%s: nobody else was signed out.", a.Title)
}

// AllEnded decides on a notice that is about several sessions.
func AllEnded(a attempt.SignIn, before, after map[string]bool) Finding {
	if f := NoticeSent(a); f.Verdict != check.Pass {
		return f
	}
	if !taken(*a.Notice) {
		return Fail("%s: the shop answered %s instead of 200.", a.Title, said(*a.Notice))
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		switch {
		case !before[name]:
			return Undecided("%s was not signed in before the notice.", name)
		case after[name]:
			return Fail("%s: %s is still signed in.", a.Title, name)
		}
	}
	return Pass("%s: all %d sessions ended.", a.Title, len(before))
}

// NoticeGranted decides whether a notice about a session that is not there, or
// not any more, is answered like any other (OpenID Connect Back-Channel Logout
// 1.0, section 2.7).
func NoticeGranted(a attempt.SignIn) Finding {
	if f := NoticeSent(a); f.Verdict != check.Pass {
		return f
	}
	if !taken(*a.Notice) {
		return Fail("%s: the shop answered %s instead of 200.", a.Title, said(*a.Notice))
	}
	return Pass("%s: the shop answered %s.", a.Title, said(*a.Notice))
}

// Honest decides on a notice that the shop cannot verify at the moment: it must
// not say that a session ended that goes on (OpenID Connect Back-Channel Logout
// 1.0, section 2.8).
func Honest(a attempt.SignIn) Finding {
	switch {
	case a.Notice == nil:
		return Undecided("%s was not sent.", a.Title)
	case taken(*a.Notice) && a.Who.SignedIn:
		return Fail("%s: the shop answered %s, and the session goes on.", a.Title, said(*a.Notice))
	case taken(*a.Notice):
		return Pass("%s: the session ended all the same.", a.Title)
	}
	return Pass("%s: the shop answered %s, so that the provider can try again.", a.Title, said(*a.Notice))
}

// taken is true for 200, and for 204, which some frameworks make of it
// (section 2.8).
func taken(a attempt.Answer) bool {
	return a.Status == http.StatusOK || a.Status == http.StatusNoContent
}

// late is true of an answer that was not waited for any longer, which a busy
// machine explains as well.
func late(a attempt.Answer) bool {
	return strings.Contains(a.Failed, "deadline exceeded") || strings.Contains(a.Failed, "imeout")
}

func said(a attempt.Answer) string {
	if a.Status == 0 {
		return "nothing (" + a.Failed + ")"
	}
	return strconv.Itoa(a.Status)
}

// OversizeRefused is RequestRefused for a request that is too large: breaking
// the connection off is an answer too.
func OversizeRefused(bad, good attempt.SignIn) Finding {
	if bad.Who.SignedIn && bad.Notice.Status == 0 {
		if f := NoticeTaken(good); f.Verdict != check.Pass {
			return Undecided("The ordinary notice does not end the session either, so nothing can be concluded: %s", f.Reason)
		}
		return Pass("%s: the shop broke the connection off, and the session goes on.", bad.Title)
	}
	return RequestRefused(bad, good)
}

// NotStored decides whether an answer forbids that it is kept (RFC 9111, section
// 5.2.2.5).
func NotStored(a attempt.SignIn) Finding {
	if a.Notice.Status == 0 {
		return Undecided("%s: the shop gave no answer: %s.", a.Title, a.Notice.Failed)
	}
	control := strings.ToLower(a.Notice.Header.Get("Cache-Control"))
	if !strings.Contains(control, "no-store") {
		return Fail("%s: the answer has the Cache-Control %q, without no-store.", a.Title, control)
	}
	return Pass("%s: the answer must not be kept.", a.Title)
}

// NotBegun decides on a sign-in whose session ended at the provider meanwhile.
func NotBegun(bad, good attempt.SignIn) Finding {
	switch {
	case bad.Who.SignedIn:
		return Fail("%s: the session that is over at the provider begins at the shop.", bad.Title)
	case !good.Who.SignedIn:
		return Undecided("The same sign-in without a notice does not work either, so nothing can be concluded.")
	case crashed(bad):
		return Fail("%s: no session begins, but the shop %s.", bad.Title, broke(bad))
	}
	return Pass("%s: no session begins, and without the notice one does.", bad.Title)
}

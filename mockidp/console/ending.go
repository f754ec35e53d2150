package console

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// tone is how an ending looks, beside its words.
type tone string

const (
	good    tone = "pass"
	bad     tone = "fail"
	pending tone = "skip"
	spoilt  tone = "warn"
)

// ending is how a story ended so far.
type ending struct {
	Tone tone
	Text string
}

// end follows a story to its end.
func (s *story) end() ending {
	out := ending{pending, "nothing has come of it yet"}
	for i := range s.entries {
		if next, ok := out.after(&s.entries[i]); ok {
			out = next
		}
	}
	if out.Tone == good && s.spoilt() {
		out.Tone = spoilt
		out.Text = map[string]string{
			tokensIssued: "tokens issued, with the fault",
			userInfoRead: "the shop went on to UserInfo after the fault",
		}[out.Text]
		if out.Text == "" {
			out.Text = "it went on after the fault"
		}
	}
	return out
}

// The endings that a fault puts into question.
const (
	tokensIssued = "signed in, tokens issued"
	userInfoRead = "signed in, tokens issued, UserInfo read"
)

// spoilt reports whether a fault acted on any of the exchanges.
func (s *story) spoilt() bool {
	return slices.ContainsFunc(s.entries, func(e journal.Entry) bool { return len(e.Faults) > 0 })
}

// after is how things stand after one more exchange, if it changes that.
func (was ending) after(e *journal.Entry) (ending, bool) {
	switch e.Kind {
	case journal.Authorize, journal.SignIn, journal.Device:
		return afterPage(e), true
	case journal.PAR:
		if e.Error != "" {
			return ending{bad, "the pushed request was refused: " + reason(e)}, true
		}
		return ending{pending, "the browser has not come yet"}, true
	case journal.DeviceAuthorization:
		if e.Error != "" {
			return ending{bad, "the device was refused: " + reason(e)}, true
		}
		return ending{pending, "nobody has typed the user code yet"}, true
	case journal.Token:
		return was.afterTokens(e)
	case journal.UserInfo:
		switch {
		case was.Tone == bad:
			return was, false
		case e.Error != "" || e.Status >= http.StatusBadRequest || !e.Sent:
			return ending{bad, "tokens issued, then UserInfo failed: " + reason(e)}, true
		}
		return ending{good, userInfoRead}, true
	case journal.EndSession:
		if e.Error != "" {
			return ending{bad, "the sign-out was refused: " + reason(e)}, true
		}
		if e.Page == "signed-out" || e.Location != "" {
			return ending{good, "signed in, and out again"}, true
		}
	}
	return was, false
}

// afterPage is how things stand after an exchange with the browser.
func afterPage(e *journal.Entry) ending {
	to := response(e)
	switch {
	case e.Status == 0 || !e.Sent && e.Location == "":
		return ending{bad, "the answer to the browser was cut off"}
	case e.Error == "access_denied":
		return ending{bad, "cancelled: the shop was told access_denied"}
	case e.Error != "" && (e.Location != "" || e.Response != nil):
		return ending{bad, "the shop was told the error " + e.Error}
	case e.Error != "":
		return ending{bad, "refused: " + reason(e)}
	case to.Get("error") != "":
		return ending{bad, "the shop was told the error " + to.Get("error")}
	case len(e.Tokens) > 0 && to.Get("code") == "":
		return ending{good, "signed in, tokens sent by the browser"}
	case e.Location != "" || e.Response != nil:
		return ending{pending, "the shop has not fetched tokens"}
	case e.Status == http.StatusUnauthorized && e.Page == "second-factor":
		return ending{bad, "wrong code of the second factor"}
	case e.Status == http.StatusUnauthorized:
		return ending{bad, "wrong password"}
	case e.Status >= http.StatusBadRequest:
		return ending{bad, fmt.Sprintf("the browser got status %d", e.Status)}
	}
	return ending{pending, "the browser is at the page " + strings.ReplaceAll(e.Page, "-", " ")}
}

func (was ending) afterTokens(e *journal.Entry) (ending, bool) {
	kinds := 0
	for _, t := range e.Tokens {
		if t.Kind == "id_token" || t.Kind == "access_token" {
			kinds++
		}
	}
	switch {
	case e.Error == "authorization_pending" || e.Error == "slow_down":
		return was, false
	case e.Error != "":
		return ending{bad, "the token request was refused: " + reason(e)}, true
	case !e.Sent:
		return ending{bad, "the answer with the tokens was cut off"}, true
	case e.Status != http.StatusOK:
		return ending{bad, fmt.Sprintf("the token endpoint answered with status %d", e.Status)}, true
	case kinds == 0:
		return ending{bad, "no tokens were in the answer"}, true
	case param(e, "grant_type") == "refresh_token":
		return ending{good, "signed in, tokens refreshed"}, true
	}
	return ending{good, tokensIssued}, true
}

// reason is why an exchange failed.
func reason(e *journal.Entry) string {
	switch {
	case e.ErrorDescription != "":
		return e.ErrorDescription
	case e.Error != "":
		return e.Error
	case !e.Sent:
		return "the answer was cut off"
	default:
		return fmt.Sprintf("status %d", e.Status)
	}
}

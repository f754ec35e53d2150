package judge

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// UserInfoUnused decides whether nothing of UserInfo was used that must not
// be: the marker is in its name and e-mail address.
func UserInfoUnused(bad, good attempt.SignIn, marker string) Finding {
	switch f := Reached(bad); {
	case f.Verdict != check.Pass:
		return f
	case bytes.Contains(bad.Who.Body, []byte(marker)):
		return Fail("%s: the shop used it.", bad.Title)
	case bad.Who.SignedIn && bad.Who.Subject != bad.Subject:
		return Fail("%s ended signed in as %q.", bad.Title, bad.Who.Subject)
	case crashed(bad):
		return Fail("%s: the shop %s.", bad.Title, broke(bad))
	}
	return First(Control(good), Pass("%s: nothing of it is found in what the shop kept.", bad.Title))
}

// Unharmed decides whether an answer that cannot be used did no harm: the shop
// did not crash, and signed nobody else in. Refusing the sign-in, with a status
// that blames the provider, is as good as going on without the answer.
func Unharmed(bad, good attempt.SignIn) Finding {
	switch f := Reached(bad); {
	case f.Verdict != check.Pass:
		return f
	case crashed(bad):
		return Fail("%s: the shop %s.", bad.Title, broke(bad))
	case bad.Who.SignedIn && bad.Who.Subject != bad.Subject:
		return Fail("%s ended signed in as %q.", bad.Title, bad.Who.Subject)
	}
	return First(Control(good), Pass("%s did no harm.", bad.Title))
}

// NotStaff decides by the status of a page that is for staff only.
func NotStaff(a attempt.SignIn, status int) Finding {
	switch {
	case a.Who.SignedIn && status == http.StatusOK:
		return Fail("%s opened the page for staff.", a.Title)
	case status >= http.StatusInternalServerError:
		return Fail("After %s the page for staff answered with status %d.", a.Title, status)
	}
	return First(NotCrashed(a), Pass("%s did not open the page for staff.", a.Title))
}

// StaffControl is undecided unless the page opens for one of the staff.
func StaffControl(a attempt.SignIn, status int) Finding {
	if status != http.StatusOK {
		return Undecided("The page for staff answers one of the staff with status %d, so nothing can be concluded.", status)
	}
	return Pass("%s opens the page for staff.", a.Title)
}

// MarkupEscaped decides on a page on which every claim was markup. Elements are
// the claims that made one.
func MarkupEscaped(path string, page attempt.Page, elements []string) Finding {
	switch {
	case strings.Contains(page.Title, "countersign-ran"):
		return Fail("A script in a claim ran on the page %s.", path)
	case len(elements) > 0:
		return Fail("Markup in %s became part of the page %s.", strings.Join(elements, ", "), path)
	case strings.Contains(page.Text, "countersign-49"), strings.Contains(page.Text, "}}-49"):
		return Fail("A template expression in a claim was computed on the page %s.", path)
	case page.Status >= http.StatusInternalServerError:
		return Fail("The page %s answered with status %d.", path, page.Status)
	}
	return Pass("Markup is shown as text, or not at all, on the page %s.", path)
}

// LinkHarmless decides whether an address that runs a script is in an
// attribute of a page's element; "" is none.
func LinkHarmless(address, attribute string) Finding {
	if attribute != "" {
		return Fail("The address %q is the %s of an element of the account page.", address, attribute)
	}
	return Pass("The address %q is not linked.", address)
}

// HeadersIntact decides whether no answer of the shop has a header or a cookie
// that a claim brought, which all have the marker in their name.
func HeadersIntact(a attempt.SignIn, marker string) Finding {
	for _, q := range a.Record.Requests {
		if attempt.Origin(q.URL) != a.ShopOrigin {
			continue
		}
		for name, value := range q.Header {
			switch {
			case strings.Contains(name, marker):
				return Fail("%s: an answer of the shop has the header %s.", a.Title, name)
			case name == "set-cookie" && strings.Contains(value, marker+"="):
				return Fail("%s: an answer of the shop sets a cookie with the claim in it: %s.", a.Title, value)
			}
		}
	}
	for _, c := range a.Cookies {
		if strings.Contains(c.Name, marker) {
			return Fail("%s: the browser has a cookie %s.", a.Title, c.Name)
		}
	}
	return Pass("%s added no header and no cookie.", a.Title)
}

// NotCalled decides whether the shop itself called a host that a claim named.
func NotCalled(what string, calls []string) Finding {
	if len(calls) > 0 {
		return Fail("The shop called the address in %s: %s.", what, calls[0])
	}
	return Pass("The shop did not call the address in %s.", what)
}

// NothingOf decides whether a page has no mark of another customer.
func NothingOf(path, text string, marks []string) Finding {
	for _, m := range marks {
		if strings.Contains(text, m) {
			return Fail("The page %s shows %q, which is of the customer before.", path, m)
		}
	}
	return Pass("The page %s shows nothing of the customer before.", path)
}

// Absent fails with a reason where something was found.
func Absent(found bool, reason string) Finding {
	if found {
		return Fail("%s", reason)
	}
	return Pass("It is not there.")
}

// FormToken decides whether a form with the token of an earlier session is
// refused, and one with its own is not.
func FormToken(bad, good attempt.Page, same bool) Finding {
	switch {
	case good.Status >= http.StatusBadRequest:
		return Undecided("The form with its own token is refused too, with status %d.", good.Status)
	case bad.Status < http.StatusBadRequest:
		how := "it is another one than the form's"
		if same {
			how = "it is still the form's own"
		}
		return Fail("The token from before the sign-in is taken (%s): status %d.", how, bad.Status)
	}
	return Pass("The token from before the sign-in is refused with status %d.", bad.Status)
}

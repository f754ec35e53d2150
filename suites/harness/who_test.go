package harness

import (
	"context"
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/runner/target"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// shownPage is a visitor to whom a shop shows one page.
type shownPage struct {
	Visitor
	page  attempt.Page
	text  string
	found bool
}

func (v shownPage) Navigate(context.Context, string) (attempt.Page, error) { return v.page, nil }
func (v shownPage) Text(context.Context, string) (string, bool, error)     { return v.text, v.found, nil }

// TestWhoIsToldByAPage holds that an element without text is that of somebody
// without a subject, but where visitors see it, too.
func TestWhoIsToldByAPage(t *testing.T) {
	t.Parallel()
	const shop = "http://shop.test"
	d := target.Description{BaseURL: shop}
	d.WhoAmI.Page, d.WhoAmI.Subject = "/account", "#sub"
	account := attempt.Page{URL: shop + "/account", Status: 200}
	elsewhere := attempt.Page{URL: "http://idp.test/authorize", Status: 200}
	empty := shownPage{page: account, found: true}
	for name, row := range map[string]struct {
		visitor, customer shownPage
		toldApart         check.Verdict
		want              attempt.Who
	}{
		"a customer":               {shownPage{page: elsewhere}, shownPage{page: account, text: "ada", found: true}, check.Pass, attempt.Who{Status: 200, SignedIn: true, Subject: "ada"}},
		"nobody":                   {shownPage{page: account}, shownPage{page: account}, check.Pass, attempt.Who{Status: 200}},
		"at the provider":          {shownPage{page: elsewhere}, shownPage{page: elsewhere, text: "ada", found: true}, check.Pass, attempt.Who{Status: 200}},
		"without a subject":        {shownPage{page: account}, empty, check.Pass, attempt.Who{Status: 200, SignedIn: true}},
		"an element for everybody": {empty, empty, check.Pass, attempt.Who{Status: 200}},
		"a visitor with a subject": {shownPage{page: account, text: "guest", found: true}, shownPage{page: account}, check.Error, attempt.Who{Status: 200}},
		"a page that is not there": {shownPage{page: account}, shownPage{page: attempt.Page{URL: shop, Status: 404}, text: "x", found: true}, check.Pass, attempt.Who{Status: 404}},
	} {
		s := &Spec{Lane: &environ.Lane{Shop: d}, harness: &Harness{}}
		if f, err := s.toldApart(t.Context(), row.visitor); err != nil || f.Verdict != row.toldApart {
			t.Errorf("%s: %v %v", name, f, err)
		}
		if w, err := s.Who(t.Context(), row.customer); err != nil || w.SignedIn != row.want.SignedIn || w.Subject != row.want.Subject || w.Status != row.want.Status {
			t.Errorf("%s: %+v %v", name, w, err)
		}
	}
}

// TestFetchedPageTellsWho holds that a page which is fetched is read like one in
// a browser: a visitor may get it with status 200, too.
func TestFetchedPageTellsWho(t *testing.T) {
	t.Parallel()
	d := target.Description{}
	d.WhoAmI.Page, d.WhoAmI.Subject = "/account", "#sub"
	for name, row := range map[string]struct {
		answer Answer
		toAll  bool
		want   attempt.Who
	}{
		"a customer":               {Answer{Status: 200, Body: []byte(`<p>Hello <b id=sub> ada </b>`)}, false, attempt.Who{Status: 200, SignedIn: true, Subject: "ada"}},
		"a visitor":                {Answer{Status: 200, Body: []byte(`<p>Please <a href=/sign-in>sign in</a>`)}, false, attempt.Who{Status: 200}},
		"without a subject":        {Answer{Status: 200, Body: []byte(`<b id=sub></b>`)}, false, attempt.Who{Status: 200, SignedIn: true}},
		"an element for everybody": {Answer{Status: 200, Body: []byte(`<b id=sub></b>`)}, true, attempt.Who{Status: 200}},
		"an error page":            {Answer{Status: 403, Body: []byte(`<b id=sub>ada</b>`)}, false, attempt.Who{Status: 403}},
		"a redirect":               {Answer{Status: 302}, false, attempt.Who{Status: 302}},
	} {
		s := &Spec{Lane: &environ.Lane{Shop: d}, harness: &Harness{shownToAll: row.toAll}}
		if w := s.Says(row.answer); w.SignedIn != row.want.SignedIn || w.Subject != row.want.Subject || w.Status != row.want.Status {
			t.Errorf("%s: %+v", name, w)
		}
	}
}

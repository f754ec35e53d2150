package harness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/runner/target"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// recording is a visitor of whom nothing but the record is known.
type recording struct {
	Visitor
	requests []attempt.Request
}

func (r recording) Record() attempt.Record { return attempt.Record{Requests: r.requests} }

func TestShopsThatDoNotAnswerAreObserved(t *testing.T) {
	t.Parallel()
	const shop = "http://shop.test"
	late := fmt.Errorf("submit the form: %w", attempt.UnansweredError{Waited: 40 * time.Second})
	waiting := attempt.Request{URL: shop + "/api/sf?code=c", Document: true}
	for name, row := range map[string]struct {
		err  error
		last attempt.Request
		want bool
	}{
		"waits for the shop":     {late, waiting, true},
		"waits for the provider": {late, attempt.Request{URL: "http://idp.test/authorize", Document: true}, false},
		"waits for a script":     {late, attempt.Request{URL: shop + "/app.js"}, false},
		"was answered":           {late, attempt.Request{URL: shop + "/", Document: true, Status: 200}, false},
		"was cut off":            {late, attempt.Request{URL: shop + "/", Document: true, Failed: "net::ERR_EMPTY_RESPONSE"}, false},
		"another error":          {errors.New("no field"), waiting, false},
	} {
		page, got := waitsForShop(&attempt.SignIn{ShopOrigin: shop}, recording{requests: []attempt.Request{{URL: shop + "/"}, row.last}}, row.err)
		if got != row.want || got && (page.URL != row.last.URL || page.Failed != "no page within 40s") {
			t.Errorf("%s: %t, %+v", name, got, page)
		}
	}
	if _, got := waitsForShop(&attempt.SignIn{ShopOrigin: shop}, recording{}, late); got {
		t.Error("a browser that asked for nothing waits for nobody")
	}
}

// clicker is a visitor who is led on by the addresses of redirects.
type clicker struct {
	Visitor
	redirects map[string]string
	clicked   []string
}

func (c *clicker) Navigate(_ context.Context, address string) (attempt.Page, error) {
	return attempt.Page{URL: cmp.Or(c.redirects[address], address)}, nil
}

func (c *clicker) Click(_ context.Context, selector string) (attempt.Page, error) {
	c.clicked = append(c.clicked, selector)
	return attempt.Page{URL: "http://idp.test/authorize"}, nil
}

// TestSettingOut holds that the button of the shop's sign-in page is pressed
// where a way leads there, and nowhere else.
func TestSettingOut(t *testing.T) {
	t.Parallel()
	const shop = "http://shop.test"
	d := target.Description{BaseURL: shop}
	d.SignIn.Visit = "/sign-in"
	for name, row := range map[string]struct {
		click, path, leads string
		want               bool
	}{
		"the sign-in page":               {"#go", "", "", true},
		"a shop without a button":        {"", "", "", false},
		"a page that leads there":        {"#go", "/account?a=b", "/sign-in?to=%2Faccount", true},
		"a page that leads elsewhere":    {"#go", "/account", "/", false},
		"a page for a signed-in one":     {"#go", "/account", "", false},
		"the sign-in page, as a page":    {"#go", "/sign-in?to=x", "", false},
		"a page that leads there itself": {"", "/account", "/sign-in", false},
	} {
		d := d
		d.SignIn.Click = row.click
		c := &clicker{redirects: map[string]string{}}
		if row.leads != "" {
			c.redirects[shop+row.path] = shop + row.leads
		}
		s := &Spec{Lane: &environ.Lane{Shop: d}}
		if _, err := s.setOut(t.Context(), c, row.path); err != nil {
			t.Fatal(err)
		}
		if got := len(c.clicked) == 1; got != row.want {
			t.Errorf("%s: clicked %q", name, c.clicked)
		}
	}
}

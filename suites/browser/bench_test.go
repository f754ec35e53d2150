package browser_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/countersign-oidc/countersign/fixtures/users"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/browser"
)

func openLane(b *testing.B) *environ.Lane {
	b.Helper()
	env, err := environ.Start(b.Context(), environ.Options{})
	if err != nil {
		b.Fatal(err)
	}
	lane, err := env.Open(b.Context(), environ.Setup{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		ctx := context.WithoutCancel(b.Context())
		if err := lane.Close(ctx); err != nil {
			b.Error(err)
		}
		if err := env.Close(ctx); err != nil {
			b.Error(err)
		}
	})
	if err := lane.Provider.PutUser(users.Ada()); err != nil {
		b.Fatal(err)
	}
	return lane
}

func startChrome(b *testing.B) *browser.Chrome {
	b.Helper()
	path, err := browser.Find("")
	if err != nil {
		b.Skip(err)
	}
	c, err := browser.Start(b.Context(), browser.Options{Exec: path, Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := c.Close(context.WithoutCancel(b.Context())); err != nil {
			b.Error(err)
		}
	})
	return c
}

// BenchmarkBareSignIn is the measure of the others.
func BenchmarkBareSignIn(b *testing.B) {
	lane, chrome := openLane(b), startChrome(b)
	for b.Loop() {
		bareSignIn(b, chrome, lane)
	}
}

// bareSignIn is a new browser context, a sign-in at the embedded pair and the
// end of the context, by chromedp alone, in the quickest way that is known:
// events in place of polling, and text inserted in place of keys.
func bareSignIn(b *testing.B, chrome *browser.Chrome, lane *environ.Lane) {
	b.Helper()
	ada := users.Ada()
	ctx, cancel := chromedp.NewContext(chrome.Context(), chromedp.WithNewBrowserContext())
	defer cancel()
	open := chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.Navigate, page.NavigateParams{URL: lane.Shop.URL("/account")})
		return err
	})
	if _, err := chromedp.Run(ctx, chromedp.WaitEvent(page.DomContentEventFired, nil, open)); err != nil {
		b.Fatal(err)
	}
	submit := chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for selector, text := range map[string]string{"#username": ada.Username, "#password": ada.Password} {
			if _, err := chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.querySelector(%q).focus()", selector))(ctx, t); err != nil {
				return err
			}
			if _, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text}); err != nil {
				return err
			}
		}
		_, err := chromedp.Evaluate[chromedp.Void](`document.querySelector("#sign-in").click()`)(ctx, t)
		return err
	})
	if _, err := chromedp.Run(ctx, chromedp.WaitEvent(page.DomContentEventFired, nil, submit)); err != nil {
		b.Fatal(err)
	}
	subject, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("#subject").textContent`))
	if err != nil || subject != ada.Subject {
		b.Fatalf("signed in as %q, %v", subject, err)
	}
	if err := chromedp.Cancel(ctx); err != nil {
		b.Fatal(err)
	}
}

// ordinarySignIn is the same with the actions that chromedp's own examples use.
func ordinarySignIn(b *testing.B, chrome *browser.Chrome, lane *environ.Lane) {
	b.Helper()
	ada := users.Ada()
	ctx, cancel := chromedp.NewContext(chrome.Context(), chromedp.WithNewBrowserContext())
	defer cancel()
	err := chromedp.Do(ctx,
		chromedp.Navigate(lane.Shop.URL("/account")),
		chromedp.SendKeys(chromedp.ID("username"), ada.Username),
		chromedp.SendKeys(chromedp.ID("password"), ada.Password),
		chromedp.Click(chromedp.ID("sign-in")),
		chromedp.WaitVisible(chromedp.ID("subject")),
	)
	if err != nil {
		b.Fatal(err)
	}
	if subject, err := chromedp.Run(ctx, chromedp.Text(chromedp.ID("subject"))); err != nil || subject != ada.Subject {
		b.Fatalf("signed in as %q, %v", subject, err)
	}
	if err := chromedp.Cancel(ctx); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkOrdinarySignIn is what a bare sign-in costs as it is usually
// written.
func BenchmarkOrdinarySignIn(b *testing.B) {
	lane, chrome := openLane(b), startChrome(b)
	for b.Loop() {
		ordinarySignIn(b, chrome, lane)
	}
}

package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"

	"github.com/countersign-oidc/countersign/suites/attempt"
)

// pageTimeout bounds the wait for one page. A shop that waits for a provider
// that does not answer may take half a minute.
const pageTimeout = 40 * time.Second

// Navigate opens a URL and waits until the page that it leads to rests.
func (s *Session) Navigate(ctx context.Context, target string) (attempt.Page, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, pageTimeout, attempt.UnansweredError{Waited: pageTimeout})
	defer cancel()
	arrived := s.rec.next()
	res, err := cdp.Call(ctx, s.target, page.Navigate, page.NavigateParams{URL: target})
	if err != nil {
		return attempt.Page{}, s.explain(ctx, "open "+target, err)
	}
	// Without a loader the URL led to a fragment of the page that is shown.
	return s.settle(ctx, "open "+target, func(r *recorder) bool {
		return res.LoaderID == "" || arrived(r)
	})
}

// Field is a form field and what to type into it.
type Field struct {
	// Selector is a CSS selector.
	Selector string
	Text     string
}

// Submit types into the fields of a form, presses Enter in the last one and
// waits until the page that it leads to rests.
func (s *Session) Submit(ctx context.Context, fields ...Field) (attempt.Page, error) {
	for _, f := range fields {
		var found bool
		if err := s.Eval(ctx, fmt.Sprintf(focusScript, quote(f.Selector)), &found); err != nil {
			return attempt.Page{}, err
		}
		if !found {
			return attempt.Page{}, fmt.Errorf("no field %q on %s", f.Selector, s.where(ctx))
		}
		if _, err := cdp.Call(ctx, s.target, input.InsertText, input.InsertTextParams{Text: f.Text}); err != nil {
			return attempt.Page{}, fmt.Errorf("type into %q: %w", f.Selector, err)
		}
	}
	return s.await(ctx, "submit the form", func(ctx context.Context) error {
		for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
			params := input.DispatchKeyEventParams{Type: kind, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13}
			if kind == input.DispatchKeyEventTypeKeyDown {
				params.Text = "\r"
			}
			if _, err := cdp.Call(ctx, s.target, input.DispatchKeyEvent, params); err != nil {
				return err
			}
		}
		return nil
	})
}

// Click presses an element and waits until the page that it leads to rests.
func (s *Session) Click(ctx context.Context, selector string) (attempt.Page, error) {
	return s.await(ctx, "click "+selector, func(ctx context.Context) error {
		var found bool
		if err := s.Eval(ctx, fmt.Sprintf(clickScript, quote(selector)), &found); leftBehind(err) {
			return nil // by the click
		} else if err != nil {
			return err
		}
		if !found {
			return fmt.Errorf("no element %q on %s", selector, s.where(ctx))
		}
		return nil
	})
}

// Run evaluates a script that navigates and waits until the page that it leads
// to rests.
func (s *Session) Run(ctx context.Context, script string) (attempt.Page, error) {
	return s.await(ctx, "run a script", func(ctx context.Context) error {
		if err := s.Eval(ctx, script, nil); !leftBehind(err) {
			return err
		}
		return nil
	})
}

// leftBehind is true where the page went before it could say what a script came
// to: Chrome may be quicker with a page that it has kept than with the answer.
func leftBehind(err error) bool {
	return err != nil && strings.Contains(err.Error(), "Inspected target navigated or closed")
}

const (
	focusScript = `(() => { const e = document.querySelector(%s); if (!e) return false; e.value = ""; e.focus(); return true; })()`
	clickScript = `(() => { const e = document.querySelector(%s); if (!e) return false; e.click(); return true; })()`
	textScript  = `(() => { const e = document.querySelector(%s); return e ? e.textContent.trim() : null; })()`
	readScript  = `({url: location.href, title: document.title, password: !!document.querySelector("input[type=password]"),
		text: (document.body ? document.body.textContent : "").replace(/\s+/g, " ").trim().slice(0, 4000),
		source: (document.documentElement ? document.documentElement.outerHTML : "").slice(0, 65536),
		scripted: !!document.querySelector("script, [onload]")})`
)

// Eval evaluates a script in the page and decodes its value into out, which
// may be nil. A promise is awaited.
func (s *Session) Eval(ctx context.Context, script string, out any) error {
	res, err := cdp.Call(ctx, s.target, runtime.Evaluate, runtime.EvaluateParams{
		Expression: script, ReturnByValue: ptr(true), AwaitPromise: ptr(true), UserGesture: ptr(true),
	})
	if err != nil {
		return fmt.Errorf("evaluate in the page: %w", err)
	}
	if res.ExceptionDetails != nil {
		return fmt.Errorf("evaluate in the page: %s", exceptionText(res.ExceptionDetails))
	}
	if out == nil || len(res.Result.Value) == 0 {
		return nil
	}
	if err := json.Unmarshal(res.Result.Value, out); err != nil {
		return fmt.Errorf("value of the script: %w", err)
	}
	return nil
}

// Text is the text of the first element that a CSS selector matches, without
// outer white space. found is false where there is none.
func (s *Session) Text(ctx context.Context, selector string) (text string, found bool, err error) {
	var got *string
	if err := s.Eval(ctx, fmt.Sprintf(textScript, quote(selector)), &got); err != nil || got == nil {
		return "", false, err
	}
	return *got, true, nil
}

// HTML is the source of the page as it stands.
func (s *Session) HTML(ctx context.Context) (string, error) {
	var html string
	err := s.Eval(ctx, `document.documentElement ? document.documentElement.outerHTML : ""`, &html)
	return html, err
}

// The size of the window in CSS pixels.
const (
	windowWidth  = 1024
	windowHeight = 768
)

// Screenshot is a JPEG of the window, at half its size.
func (s *Session) Screenshot(ctx context.Context) ([]byte, error) {
	res, err := cdp.Call(ctx, s.target, page.CaptureScreenshot, page.CaptureScreenshotParams{
		Format: page.CaptureScreenshotFormatJpeg, Quality: ptr(int64(45)), OptimizeForSpeed: ptr(true),
	})
	if err != nil {
		return nil, fmt.Errorf("screenshot: %w", err)
	}
	return res.Data, nil
}

func (s *Session) where(ctx context.Context) string {
	var at string
	if err := s.Eval(ctx, `location.href`, &at); err != nil {
		return "a page that does not answer"
	}
	return at
}

func exceptionText(e *runtime.ExceptionDetails) string {
	if e.Exception != nil && e.Exception.Description != "" {
		return e.Exception.Description
	}
	return e.Text
}

func ptr[T any](v T) *T { return &v }

func quote(s string) string {
	b, _ := json.Marshal(s) // a string always marshals
	return string(b)
}

package harness

import (
	"context"
	"fmt"

	"github.com/countersign-oidc/countersign/suites/attempt"
)

// wholeScript waits until everything that a page loads has come or failed, and
// lists it.
const wholeScript = `new Promise(done => {
	const list = () => done(performance.getEntriesByType("resource").map(e => e.name));
	document.readyState === "complete" ? list() : addEventListener("load", list);
})`

// OpenWhole is Open for a page whose frames and pictures count: it waits for
// them. Frames of other sites are recorded without their answers. It needs
// scripts.
func (s *Spec) OpenWhole(ctx context.Context, address string, t Try) (*attempt.SignIn, error) {
	return s.openThen(ctx, t, func(a *attempt.SignIn) error {
		var err error
		if a.Page, err = s.Browser.Navigate(ctx, address); err != nil {
			return err
		}
		var loaded []string
		if err := s.Browser.Eval(ctx, wholeScript, &loaded); err != nil {
			return err
		}
		for _, address := range loaded {
			a.Record.Requests = append(a.Record.Requests, attempt.Request{Method: "GET", URL: address})
		}
		return nil
	})
}

// OpenByClick is Open with a press of an element of the page.
func (s *Spec) OpenByClick(ctx context.Context, address, selector string, t Try) (*attempt.SignIn, error) {
	return s.openThen(ctx, t, func(a *attempt.SignIn) error {
		var err error
		if a.Page, err = s.Browser.Navigate(ctx, address); err == nil {
			a.Page, err = s.Browser.Click(ctx, selector)
		}
		return err
	})
}

func (s *Spec) openThen(ctx context.Context, t Try, open func(*attempt.SignIn) error) (*attempt.SignIn, error) {
	a := s.begin(t)
	since := s.now(s.Browser)
	if err := open(a); err != nil {
		return nil, fmt.Errorf("%s: %w", t.Title, err)
	}
	extra := a.Record.Requests
	s.collect(a, s.Browser, since)
	a.Record.Requests = append(a.Record.Requests, extra...)
	return a, s.observe(ctx, s.Browser, a, t)
}

// embedScript loads an address in ways that nobody sees, and ends when all have
// an answer.
const embedScript = `((address) => {
	const settled = (e) => new Promise(done => { e.onload = e.onerror = done; document.body.append(e); });
	const image = document.createElement("img"), frame = document.createElement("iframe");
	image.src = address; frame.src = address; frame.hidden = true;
	return Promise.all([settled(image), settled(frame),
		fetch(address, {mode: "no-cors", credentials: "include"}).catch(() => null)]).then(() => true);
})(%q)`

// Embed has a page of another site load an address in ways that nobody sees, and
// waits until all have an answer. It needs scripts.
func (s *Spec) Embed(ctx context.Context, site *Site, address string) error {
	site.Page("/embed", "<h1>Look at this</h1>")
	if _, err := s.Browser.Navigate(ctx, site.URL("/embed")); err != nil {
		return err
	}
	return s.Browser.Eval(ctx, fmt.Sprintf(embedScript, address), nil)
}

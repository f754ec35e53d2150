package browser

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/cdp"

	"github.com/countersign-oidc/countersign/suites/attempt"
)

// await does something that navigates and waits for the page it leads to.
func (s *Session) await(ctx context.Context, what string, act func(context.Context) error) (attempt.Page, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, pageTimeout, attempt.UnansweredError{Waited: pageTimeout})
	defer cancel()
	arrived := s.rec.next()
	if err := act(ctx); err != nil {
		return attempt.Page{}, s.explain(ctx, what, err)
	}
	return s.settle(ctx, what, arrived)
}

// settle waits until the tab shows a document that arrived accepts and that
// did not start another navigation while it was read.
func (s *Session) settle(ctx context.Context, what string, arrived func(*recorder) bool) (attempt.Page, error) {
	for {
		loader, err := s.waitDocument(ctx, arrived)
		if err != nil {
			return attempt.Page{}, s.explain(ctx, what, err)
		}
		var p struct {
			attempt.Page
			Scripted bool
		}
		readErr := s.Eval(ctx, readScript, &p)
		if readErr == nil && p.Scripted {
			s.rec.ran(p.Origin())
			s.scriptsRest(ctx, loader)
			readErr = s.Eval(ctx, readScript, &p)
		}
		// The evaluation came back after every event of the page so far: a
		// script or a refresh that leads elsewhere has announced itself by now.
		s.rec.mu.Lock()
		rests := !s.rec.pending && s.rec.document == loader
		s.rec.mu.Unlock()
		if !rests {
			continue
		}
		if readErr != nil {
			return attempt.Page{}, s.explain(ctx, what, readErr)
		}
		s.describe(&p.Page, loader)
		return p.Page, nil
	}
}

func (s *Session) waitDocument(ctx context.Context, arrived func(*recorder) bool) (cdp.LoaderID, error) {
	for {
		s.rec.mu.Lock()
		ready, loader, changed := !s.rec.pending && arrived(s.rec), s.rec.document, s.rec.changed
		s.rec.mu.Unlock()
		if ready {
			return loader, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}

// describe adds what the network said of the document: its request carries
// the loader's ID.
func (s *Session) describe(p *attempt.Page, loader cdp.LoaderID) {
	s.rec.mu.Lock()
	defer s.rec.mu.Unlock()
	for i := len(s.rec.record.Requests) - 1; i >= 0; i-- {
		q := s.rec.record.Requests[i]
		if s.rec.navigating != loader && q.Document && string(s.rec.ids[i]) == string(s.rec.navigating) {
			if q.Status != 0 && q.Failed != "" { // it broke off before its first byte
				*p = attempt.Page{URL: q.URL, Status: q.Status, Header: q.Header}
			}
			p.Failed = cmp.Or(q.Failed, fmt.Sprintf("status %d without a page", q.Status))
			return
		}
		if q.Document && string(s.rec.ids[i]) == string(loader) {
			p.Status, p.Header, p.Failed = q.Status, q.Header, q.Failed
			if strings.HasPrefix(p.URL, "chrome-error:") {
				p.URL = q.URL
			}
			return
		}
	}
}

// explain says what was waited for and what was seen instead.
func (s *Session) explain(ctx context.Context, what string, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	seen := "no request"
	if rec := s.rec.snapshot(); len(rec.Requests) > 0 {
		last := rec.Requests[len(rec.Requests)-1]
		seen = fmt.Sprintf("last request %s %s, status %d %s", last.Method, last.URL, last.Status, last.Failed)
	}
	return fmt.Errorf("%s: %w (%s)", what, err, strings.TrimSpace(seen))
}

// origins are those of the origins that the session asked for something since it
// was new which want picks. It is told whether pages of them have scripts.
func (s *Session) origins(want func(origin string, scripted bool) bool) []string {
	s.rec.mu.Lock()
	defer s.rec.mu.Unlock()
	var picked []string
	for origin, scripted := range s.rec.origins {
		if want(origin, scripted) {
			picked = append(picked, origin)
		}
	}
	return picked
}

package browser

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
)

// ErrWorn is why a profile is not made as good as new: what it did may have
// left something behind that cannot be found, or it has served long enough.
var ErrWorn = errors.New("a browser profile that is not to be used again")

const (
	// maxUses bounds how often a profile is used: the renderer keeps growing.
	maxUses = 20
	// renewTimeout is when a new profile is the better one.
	renewTimeout = 5 * time.Second
	blank        = "about:blank"
)

// Renew makes the profile as good as new for another user: an empty tab without
// a past, and nothing of the old cookies, storage and pages. A new profile
// costs half a sign-in, a renewed one next to nothing. A session that had
// frames, workers or other windows is worn: they have origins and a life that
// its record does not show.
func (s *Session) Renew() error {
	ctx, cancel := context.WithTimeoutCause(s.ctx, renewTimeout, fmt.Errorf("not clean within %s", renewTimeout))
	defer cancel()
	s.uses++
	if s.uses >= maxUses || s.rec.framed() {
		return ErrWorn
	}
	alone, err := s.alone(ctx)
	if err != nil {
		return err
	}
	if !alone {
		return ErrWorn
	}
	if _, err := s.Navigate(ctx, blank); err != nil {
		return fmt.Errorf("leave the last page: %w", err)
	}
	if err := s.Clear(ctx); err != nil {
		return err
	}
	if err := s.Eval(ctx, `window.name = ""`, nil); err != nil {
		return err
	}
	if _, err := cdp.Call(ctx, s.target, page.ResetNavigationHistory, cdp.Empty{}); err != nil {
		return fmt.Errorf("forget the history: %w", err)
	}
	left, err := s.Cookies(ctx)
	if err != nil {
		return err
	}
	if len(left) > 0 {
		return ErrWorn
	}
	s.rec.mu.Lock()
	defer s.rec.mu.Unlock()
	clear(s.rec.origins) // nothing of them lives any more
	return nil
}

// alone reports whether the profile has its one tab and nothing else.
func (s *Session) alone(ctx context.Context) (bool, error) {
	all, err := cdp.Call(ctx, s.browser, target.GetTargets, target.GetTargetsParams{})
	if err != nil {
		return false, fmt.Errorf("list the windows: %w", err)
	}
	n := 0
	for _, t := range all.TargetInfos {
		if t.BrowserContextID == s.id {
			n++
		}
	}
	return n == 1, nil
}

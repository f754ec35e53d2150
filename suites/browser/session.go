package browser

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"

	"github.com/countersign-oidc/countersign/suites/attempt"
)

// Session is a clean browser profile with one tab: cookies and storage of
// their own, shared with no other session.
type Session struct {
	ctx     context.Context
	id      cdp.BrowserContextID
	browser *chromedp.Browser
	target  *chromedp.Target
	rec     *recorder
	uses    int
	// patience bounds the wait for a page's scripts.
	patience time.Duration
}

// NewSession opens a clean profile with an empty tab.
func (c *Chrome) NewSession(ctx context.Context) (*Session, error) {
	tab, cancel := chromedp.NewContext(c.ctx, chromedp.WithNewBrowserContext())
	stop := context.AfterFunc(ctx, cancel)
	err := chromedp.Do(tab)
	if !stop() {
		err = errors.Join(err, context.Cause(ctx))
	}
	if err != nil {
		cancel()
		return nil, fmt.Errorf("new browser profile: %w", err)
	}
	at := chromedp.FromContext(tab)
	s := &Session{ctx: tab, id: at.BrowserContextID, browser: at.Browser, target: at.Target, patience: scriptsTimeout}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Session) prepare(ctx context.Context) error {
	tree, err := cdp.Call(ctx, s.target, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return fmt.Errorf("frame of the new tab: %w", err)
	}
	s.rec = newRecorder(tree.FrameTree.Frame.ID)
	s.rec.dialog = func() {
		// A dialog stalls its page; refusing it is what a cautious person does.
		_, _ = cdp.Call(s.ctx, s.target, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{})
	}
	if err := chromedp.Listen(s.ctx, s.rec.see); err != nil {
		return fmt.Errorf("events of the new tab: %w", err)
	}
	// chromedp mirrors the document of each page, which nothing here reads.
	if _, err := cdp.Call(ctx, s.target, css.Disable, cdp.Empty{}); err != nil {
		return fmt.Errorf("styles of the new tab: %w", err)
	}
	if _, err := cdp.Call(ctx, s.target, dom.Disable, cdp.Empty{}); err != nil {
		return fmt.Errorf("document of the new tab: %w", err)
	}
	_, err = cdp.Call(ctx, s.target, emulation.SetFocusEmulationEnabled,
		emulation.SetFocusEmulationEnabledParams{Enabled: true})
	if err != nil {
		return fmt.Errorf("focus of the new tab: %w", err)
	}
	return nil
}

// Close closes the tab and forgets the profile.
func (s *Session) Close() error {
	if err := chromedp.Cancel(s.ctx); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("close browser profile: %w", err)
	}
	return nil
}

// Alive reports whether the browser of the session still answers.
func (s *Session) Alive() bool { return alive(s.browser) }

// Clear makes the profile as good as new: no cookies, no storage, no record.
func (s *Session) Clear(ctx context.Context) error {
	_, err := cdp.Call(ctx, s.browser, storage.ClearCookies, storage.ClearCookiesParams{BrowserContextID: s.id})
	if err != nil {
		return fmt.Errorf("clear cookies: %w", err)
	}
	for _, origin := range s.origins(func(string, bool) bool { return true }) {
		if err := s.forgetStorage(ctx, origin); err != nil {
			return err
		}
	}
	if err := s.forgetPages(ctx); err != nil {
		return err
	}
	s.rec.reset()
	return nil
}

// forgetStorage drops what pages of an origin have stored.
func (s *Session) forgetStorage(ctx context.Context, origin string) error {
	_, err := cdp.Call(ctx, s.target, storage.ClearDataForOrigin,
		storage.ClearDataForOriginParams{Origin: origin, StorageTypes: "local_storage,session_storage,indexeddb,service_workers,cache_storage"})
	if err != nil {
		return fmt.Errorf("clear storage of %s: %w", origin, err)
	}
	return nil
}

// forgetPages drops what the profile has cached. Without it a shop that lets
// its pages be cached would not be asked for them again.
func (s *Session) forgetPages(ctx context.Context) error {
	if !s.rec.cacheable() {
		return nil
	}
	if _, err := cdp.Call(ctx, s.target, network.ClearBrowserCache, cdp.Empty{}); err != nil {
		return fmt.Errorf("clear the cache: %w", err)
	}
	return nil
}

// Forget removes the cookies of one host from the profile, what scripts of its
// pages stored, and all cached pages.
func (s *Session) Forget(ctx context.Context, host string) error {
	cookies, err := s.Cookies(ctx)
	if err != nil {
		return err
	}
	for _, c := range cookies {
		if c.Domain != host && c.Domain != "."+host {
			continue
		}
		_, err := cdp.Call(ctx, s.target, network.DeleteCookies,
			network.DeleteCookiesParams{Name: c.Name, Domain: c.Domain, Path: c.Path})
		if err != nil {
			return fmt.Errorf("delete cookie %s of %s: %w", c.Name, host, err)
		}
	}
	for _, origin := range s.origins(func(origin string, scripted bool) bool {
		u, err := url.Parse(origin)
		return scripted && err == nil && u.Hostname() == host
	}) {
		if err := s.forgetStorage(ctx, origin); err != nil {
			return err
		}
	}
	return s.forgetPages(ctx)
}

// Cookies are all cookies of the profile.
func (s *Session) Cookies(ctx context.Context) ([]attempt.Cookie, error) {
	res, err := cdp.Call(ctx, s.browser, storage.GetCookies, storage.GetCookiesParams{BrowserContextID: s.id})
	if err != nil {
		return nil, fmt.Errorf("read cookies: %w", err)
	}
	cookies := make([]attempt.Cookie, 0, len(res.Cookies))
	for _, c := range res.Cookies {
		cookie := attempt.Cookie{
			Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path,
			HTTPOnly: c.HTTPOnly, Secure: c.Secure, SameSite: string(c.SameSite),
		}
		if !c.Session {
			cookie.Expires = time.UnixMilli(int64(c.Expires * 1000))
		}
		cookies = append(cookies, cookie)
	}
	return cookies, nil
}

// SetCookies plants cookies, as an attacker or a replay would.
func (s *Session) SetCookies(ctx context.Context, cookies []attempt.Cookie) error {
	params := make([]*network.CookieParam, 0, len(cookies))
	for _, c := range cookies {
		params = append(params, &network.CookieParam{
			Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path,
			HTTPOnly: c.HTTPOnly, Secure: c.Secure, SameSite: network.CookieSameSite(c.SameSite),
		})
	}
	_, err := cdp.Call(ctx, s.browser, storage.SetCookies,
		storage.SetCookiesParams{Cookies: params, BrowserContextID: s.id})
	if err != nil {
		return fmt.Errorf("set cookies: %w", err)
	}
	return nil
}

// Record is what the browser said since the session began or was cleared.
func (s *Session) Record() attempt.Record { return s.rec.snapshot() }

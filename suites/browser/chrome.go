// Package browser drives headless Chrome event by event: navigate, wait for
// the document, type as a person would, read everything in one evaluation. It
// never polls and never sleeps, and it is the only importer of chromedp.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// ForeignHost is a host name that the browser finds on loopback: another site
// than the shop's and the provider's. No such host exists (RFC 6761, section
// 6.2).
const ForeignHost = "attacker.test"

const (
	startTimeout = 30 * time.Second
	closeTimeout = 10 * time.Second
)

// Options say how to start a Chrome.
type Options struct {
	// Exec is the path of the browser, from Find.
	Exec string
	// Dir is where the profile is kept, in a new folder; empty is the
	// system's folder for temporary files.
	Dir string
	// Debug, when set, is told what the browser itself complains about.
	Debug func(format string, args ...any)
}

// Chrome is a running browser process.
type Chrome struct {
	// Version is what the browser calls itself, for example "HeadlessChrome/156".
	Version string

	ctx     context.Context
	stop    context.CancelFunc
	profile string
	closed  bool
}

// Start starts a browser with a fresh profile. Its name resolution knows
// nothing but loopback, so that no page can reach another host. Close ends it
// and removes the profile.
func Start(ctx context.Context, o Options) (_ *Chrome, err error) {
	profile, err := os.MkdirTemp(o.Dir, "chrome-profile-")
	if err != nil {
		return nil, fmt.Errorf("profile folder of the browser: %w", err)
	}
	// The browser must outlive the context of whoever starts it first:
	// chromedp binds it to the context of its first call.
	base := context.WithoutCancel(ctx)
	opts := append(flags(), chromedp.ExecPath(o.Exec), chromedp.UserDataDir(profile),
		// Chrome keeps some of its settings in the home folder otherwise.
		chromedp.Env("XDG_CONFIG_HOME="+profile, "XDG_CACHE_HOME="+profile))
	alloc, stopAlloc := chromedp.NewExecAllocator(base, opts...)
	debug := o.Debug
	if debug == nil {
		debug = func(string, ...any) {}
	}
	root, stopRoot := chromedp.NewContext(alloc, chromedp.WithErrorf(debug), chromedp.WithLogf(debug))
	c := &Chrome{ctx: root, profile: profile, stop: func() { stopRoot(); stopAlloc() }}

	started := make(chan error, 1)
	go func() { started <- chromedp.Do(root) }()
	timeout := time.NewTimer(startTimeout)
	defer timeout.Stop()
	select {
	case err = <-started:
	case <-timeout.C:
		err = fmt.Errorf("no answer within %s", startTimeout)
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	if err != nil {
		c.stop()
		return nil, errors.Join(fmt.Errorf("start %s: %w", o.Exec, err), os.RemoveAll(profile))
	}
	asking, cancel := context.WithTimeoutCause(ctx, startTimeout, fmt.Errorf("no answer within %s", startTimeout))
	defer cancel()
	v, err := cdp.Call(asking, chromedp.FromContext(root).Browser, browser.GetVersion, cdp.Empty{})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("version of the browser: %w", err), c.Close(ctx))
	}
	c.Version = v.Product
	return c, nil
}

// Close ends the browser and removes its profile. A second time it does
// nothing.
func (c *Chrome) Close(ctx context.Context) error {
	if c.closed {
		return nil
	}
	c.closed = true
	done := make(chan error, 1)
	go func() { done <- chromedp.Cancel(c.ctx) }()
	timeout := time.NewTimer(closeTimeout)
	defer timeout.Stop()
	var err error
	select {
	case err = <-done:
	case <-timeout.C:
		err = fmt.Errorf("browser did not end within %s", closeTimeout)
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	c.stop()
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return errors.Join(err, os.RemoveAll(c.profile))
}

// disabledFeatures are Chrome features that cost time in every context or talk
// to the network by themselves.
var disabledFeatures = []string{
	"SpareRendererForSitePerProcess", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
	"WebUIOmniboxFullPopup", "OmniboxAimPopup", "PreloadTopChromeWebUI", "PaintHolding",
	"Translate", "OptimizationHints", "MediaRouter", "DialMediaRouteProvider",
	// A new frame for each document of a site costs a fifth of a page.
	"RenderDocument",
}

func flags() []chromedp.ExecAllocatorOption {
	opts := []chromedp.ExecAllocatorOption{
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Headless, chromedp.DisableGPU,
		chromedp.WindowSize(windowWidth, windowHeight),
		chromedp.Flag("disable-features", strings.Join(disabledFeatures, ",")),
		// With the network and the drawing in the browser's own process a
		// sign-in costs a tenth less.
		chromedp.Flag("enable-features", "NetworkServiceInProcess2"), chromedp.Flag("in-process-gpu", true),
		// One renderer for all pages of a profile, whatever their sites: a new one
		// costs as much as two pages. Cookies and origins are as far apart as ever.
		chromedp.Flag("renderer-process-limit", "1"),
		// Pictures come out at half the size without being scaled.
		chromedp.Flag("force-device-scale-factor", "0.5"),
		// localhost is mapped to one address so that no attempt is lost on ::1.
		chromedp.Flag("host-resolver-rules", "MAP localhost 127.0.0.1, MAP "+ForeignHost+" 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE [::1]"),
	}
	for _, name := range []string{
		"disable-site-isolation-trials",
		"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync",
		"allow-pre-commit-input", // without it Chrome drops keys sent before the first frame
		"disable-extensions", "disable-default-apps", "disable-breakpad", "mute-audio",
		"disable-dev-shm-usage", "metrics-recording-only", "disable-background-timer-throttling",
		"disable-renderer-backgrounding", "disable-backgrounding-occluded-windows",
		"disable-client-side-phishing-detection", "disable-popup-blocking", "disable-prompt-on-repost",
	} {
		opts = append(opts, chromedp.Flag(name, true))
	}
	opts = append(opts, chromedp.Flag("password-store", "basic"), chromedp.Flag("use-mock-keychain", true))
	if os.Geteuid() == 0 {
		// Chrome refuses to sandbox itself as root.
		opts = append(opts, chromedp.NoSandbox)
	}
	return opts
}

// Alive reports whether the browser still answers: it may have crashed.
func (c *Chrome) Alive() bool { return alive(chromedp.FromContext(c.ctx).Browser) }

func alive(b *chromedp.Browser) bool {
	select {
	case <-b.LostConnection:
		return false
	default:
		return true
	}
}

// Crash makes the browser crash and waits until the connection to it is lost.
// Close is still needed.
func (c *Chrome) Crash(ctx context.Context) error {
	b := chromedp.FromContext(c.ctx).Browser
	_, _ = cdp.Call(ctx, b, browser.Crash, cdp.Empty{}) // nobody is left to answer
	select {
	case <-b.LostConnection:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("crash the browser: %w", context.Cause(ctx))
	}
}

// Context is the browser for code that drives it with chromedp itself.
func (c *Chrome) Context() context.Context { return c.ctx }

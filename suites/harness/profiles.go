package harness

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/countersign-oidc/countersign/suites/browser"
)

// profiles hands out profiles of one Chrome. It opens the next one and closes
// used ones while a check waits for something else: both cost half a sign-in.
// A Chrome that has died is replaced by a new one.
type profiles struct {
	options browser.Options
	next    chan opened
	opening sync.WaitGroup
	closing sync.WaitGroup
	ended   chan struct{}

	mu     sync.Mutex
	chrome *browser.Chrome
	err    error
}

// errEnded is why no profile is opened any more, and no new Chrome started.
var errEnded = errors.New("the run is over")

// openTimeout bounds the opening of one profile, and of a new Chrome with it.
const openTimeout = 30 * time.Second

type opened struct {
	session *browser.Session
	err     error
}

func newProfiles(ctx context.Context, o browser.Options) (*profiles, error) {
	chrome, err := browser.Start(ctx, o)
	if err != nil {
		return nil, err
	}
	p := &profiles{options: o, chrome: chrome, next: make(chan opened, 1), ended: make(chan struct{})}
	p.open(ctx)
	return p, nil
}

// open opens the next profile. It outlives the check that asks for it.
func (p *profiles) open(ctx context.Context) {
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), openTimeout, fmt.Errorf("no empty page within %s", openTimeout))
	p.opening.Go(func() {
		defer cancel()
		s, err := p.session(ctx)
		select {
		case p.next <- opened{s, err}:
		case <-p.ended:
		}
	})
}

// session is a profile of the Chrome that runs, or of a new one in its place.
func (p *profiles) session(ctx context.Context) (*browser.Session, error) {
	chrome, err := p.running(ctx)
	if err != nil {
		return nil, err
	}
	s, err := chrome.NewSession(ctx)
	if err == nil || chrome.Alive() {
		return s, err
	}
	if chrome, err = p.running(ctx); err != nil {
		return nil, err
	}
	return chrome.NewSession(ctx)
}

func (p *profiles) running(ctx context.Context) (*browser.Chrome, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.ended:
		return nil, errEnded
	default:
	}
	if p.chrome.Alive() {
		return p.chrome, nil
	}
	closeErr := p.chrome.Close(ctx) // its profile folder is still there
	chrome, err := browser.Start(ctx, p.options)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("a new browser in place of one that died: %w", err), closeErr)
	}
	p.chrome = chrome
	return chrome, nil
}

// take is a clean profile; another one is opened for the next check. One that
// was opened before its Chrome died is not handed out.
func (p *profiles) take(ctx context.Context) (Visitor, error) {
	for {
		o, err := p.ready(ctx)
		if err != nil {
			return nil, err
		}
		if ctx.Err() == nil {
			p.open(ctx)
		}
		if o.err != nil {
			return nil, o.err
		}
		if o.session.Alive() {
			return o.session, nil
		}
		p.put(o.session)
	}
}

func (p *profiles) ready(ctx context.Context) (opened, error) {
	select {
	case o := <-p.next:
		return o, nil
	case <-ctx.Done():
		return opened{}, context.Cause(ctx)
	}
}

// put closes a used profile. That of a dead Chrome is gone already.
func (p *profiles) put(v Visitor) {
	p.closing.Go(func() {
		if s, ok := v.(*browser.Session); ok && !s.Alive() {
			_ = s.Close() // ends what is left of it on this side
			return
		}
		p.note(v.Close())
	})
}

func (p *profiles) note(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = errors.Join(p.err, err)
}

// close waits for the profiles that are being closed, tells of those that did
// not close, and ends Chrome. The profile that is ready, or on its way, goes
// with it: whoever opens it finds its Chrome dead and must not start another.
func (p *profiles) close(ctx context.Context) error {
	p.closing.Wait()
	p.mu.Lock()
	close(p.ended)
	err := errors.Join(p.err, p.chrome.Close(ctx))
	p.mu.Unlock()
	p.opening.Wait()
	return err
}

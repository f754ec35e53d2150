package harness

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/countersign-oidc/countersign/suites/browser"
)

// profiles hands out clean profiles of one Chrome: used ones that are as good
// as new, and new ones where there are none. The next one is made ready while a
// check waits for something else. A Chrome that has died is replaced by a new
// one.
type profiles struct {
	options browser.Options
	ready   chan opened
	work    sync.WaitGroup // openings and renewals
	ended   chan struct{}

	mu     sync.Mutex
	coming int // how many are ready or on their way
	chrome *browser.Chrome
	err    error
}

// spare is how many profiles wait at most.
const spare = 3

// errEnded is why no profile is opened any more, and no new Chrome started.
var errEnded = errors.New("the run is over")

// openTimeout bounds the opening of one profile, and of a new Chrome with it.
const openTimeout = 30 * time.Second

// opened is a clean profile, or why there is none; without either, a used one
// was not to be made clean.
type opened struct {
	session *browser.Session
	err     error
}

func newProfiles(ctx context.Context, o browser.Options) (*profiles, error) {
	chrome, err := browser.Start(ctx, o)
	if err != nil {
		return nil, err
	}
	p := &profiles{options: o, chrome: chrome, ready: make(chan opened, spare), ended: make(chan struct{})}
	p.ahead(ctx)
	return p, nil
}

// ahead opens a profile where none is ready or on its way. It outlives the
// check that asks for it.
func (p *profiles) ahead(ctx context.Context) {
	if !p.reserve(1) {
		return
	}
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), openTimeout, fmt.Errorf("no empty page within %s", openTimeout))
	p.work.Go(func() {
		defer cancel()
		s, err := p.session(ctx)
		p.ready <- opened{s, err}
	})
}

// reserve claims a place among those that are ready, or says that there are
// n of them already.
func (p *profiles) reserve(n int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.coming >= n {
		return false
	}
	p.coming++
	return true
}

func (p *profiles) free() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.coming--
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

// take is a clean profile; another one is made ready for the next check. One of
// a Chrome that died is not handed out.
func (p *profiles) take(ctx context.Context) (Visitor, error) {
	for {
		p.ahead(ctx)
		var o opened
		select {
		case o = <-p.ready:
			p.free()
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		if ctx.Err() == nil {
			p.ahead(ctx)
		}
		if o.err != nil {
			return nil, o.err
		}
		if o.session == nil { // it could not be made clean
			continue
		}
		if o.session.Alive() {
			return o.session, nil
		}
		_ = o.session.Close() // ends what is left of it on this side
	}
}

// put takes a used profile back: to be used again where it can be made as good
// as new, else to be closed, and a new one is to take its place.
func (p *profiles) put(v Visitor) {
	s, ok := v.(*browser.Session)
	if !ok {
		return
	}
	p.work.Go(func() {
		kept := s.Alive() && p.reserve(spare)
		if kept {
			if s.Renew() == nil {
				p.ready <- opened{session: s}
				return
			}
			defer func() { p.ready <- opened{} }()
		}
		if err := s.Close(); s.Alive() {
			p.note(err)
		}
	})
}

func (p *profiles) note(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = errors.Join(p.err, err)
}

// close waits for the profiles that are on their way, tells of those that did
// not close, and ends Chrome with all that are left.
func (p *profiles) close(ctx context.Context) error {
	p.mu.Lock()
	close(p.ended)
	p.mu.Unlock()
	p.work.Wait()
	return errors.Join(p.err, p.chrome.Close(ctx))
}

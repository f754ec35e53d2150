package harness

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/countersign-oidc/countersign/suites/browser"
)

// profiles hands out browser profiles. It opens the next one and closes used
// ones while a check waits for something else: both cost half a sign-in.
type profiles struct {
	chrome  *browser.Chrome
	next    chan opened
	closing sync.WaitGroup

	mu  sync.Mutex
	err error
}

// openTimeout bounds the opening of one profile.
const openTimeout = 20 * time.Second

type opened struct {
	session *browser.Session
	err     error
}

func newProfiles(ctx context.Context, chrome *browser.Chrome) *profiles {
	p := &profiles{chrome: chrome, next: make(chan opened, 1)}
	p.open(ctx)
	return p
}

// open opens the next profile. It outlives the check that asks for it.
func (p *profiles) open(ctx context.Context) {
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), openTimeout, fmt.Errorf("no empty page within %s", openTimeout))
	go func() {
		defer cancel()
		s, err := p.chrome.NewSession(ctx)
		p.next <- opened{s, err}
	}()
}

// take is a clean profile; another one is opened for the next check.
func (p *profiles) take(ctx context.Context) (*browser.Session, error) {
	s, err := p.ready(ctx)
	if ctx.Err() == nil {
		p.open(ctx)
	}
	return s, err
}

func (p *profiles) ready(ctx context.Context) (*browser.Session, error) {
	select {
	case o := <-p.next:
		return o.session, o.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// put closes a used profile.
func (p *profiles) put(s *browser.Session) {
	p.closing.Go(func() { p.note(s.Close()) })
}

func (p *profiles) note(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = errors.Join(p.err, err)
}

// close waits for the profiles that are being closed and tells of those that
// did not close. The one that is ready goes with the browser.
func (p *profiles) close() error {
	p.closing.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

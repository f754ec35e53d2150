package harness

import (
	"context"

	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/browser"
	"github.com/countersign-oidc/countersign/suites/plain"
)

// Visitor is a clean profile that visits the shop: a tab of Chrome, or a plain
// visitor that runs no scripts. What a plain one cannot do ends with
// plain.ErrScripts, and the check is skipped.
type Visitor interface {
	Navigate(ctx context.Context, target string) (attempt.Page, error)
	Submit(ctx context.Context, fields ...browser.Field) (attempt.Page, error)
	Click(ctx context.Context, selector string) (attempt.Page, error)
	Fetch(ctx context.Context, address string) (status int, body []byte, err error)
	Text(ctx context.Context, selector string) (text string, found bool, err error)
	HTML(ctx context.Context) (string, error)
	// Eval and Run need scripts; see browser.Session.
	Eval(ctx context.Context, script string, out any) error
	Run(ctx context.Context, script string) (attempt.Page, error)
	Screenshot(ctx context.Context) ([]byte, error)
	Cookies(ctx context.Context) ([]attempt.Cookie, error)
	SetCookies(ctx context.Context, cookies []attempt.Cookie) error
	Forget(ctx context.Context, host string) error
	Clear(ctx context.Context) error
	Record() attempt.Record
	Close() error
}

// visitors hands out clean visitors and takes used ones back.
type visitors interface {
	take(ctx context.Context) (Visitor, error)
	put(v Visitor)
	close(ctx context.Context) error
}

// plainVisitors cost nothing to make.
type plainVisitors struct{}

func (plainVisitors) take(context.Context) (Visitor, error) { return plain.New(), nil }
func (plainVisitors) put(Visitor)                           {}
func (plainVisitors) close(context.Context) error           { return nil }

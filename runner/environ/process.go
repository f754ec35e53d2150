package environ

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/internal/group"
	"github.com/countersign-oidc/countersign/runner/internal/tail"
	"github.com/countersign-oidc/countersign/runner/target"
)

// How long a shop may take to start, and to stop once it is asked to.
const (
	startTimeout = 30 * time.Second
	stopTimeout  = 5 * time.Second
	pollEvery    = 20 * time.Millisecond
)

var errEnded = errors.New("exit status 0")

// process is a shop that is started for one lane, as a program.
type process struct {
	described
	environment []string
	marks       string // folder of the marks of process groups
	values      values
	command     *exec.Cmd
	output      tail.Tail
	ended       chan struct{} // closed when the program has ended
	status      error         // of the program, once ended is closed
}

func (e *Environment) reserveProcess(ctx context.Context) (*process, error) {
	port, err := reservePort(ctx, e.options.Dir)
	if err != nil {
		return nil, err
	}
	v := values{"port": port}
	base := strings.TrimSuffix(v.fill(e.options.Shop.BaseURL), "/")
	v["base_url"] = base
	return &process{
		described:   described{config: e.options.Shop, base: base, fill: v.fill},
		environment: e.options.Environment, marks: e.options.Dir, values: v,
	}, nil
}

func (s *process) client(setup Setup) (identity.Client, error) {
	if err := s.accepts(setup); err != nil {
		return identity.Client{}, err
	}
	c, err := s.registration(setup)
	if err != nil {
		return identity.Client{}, err
	}
	if c.ID == "" {
		c.ID = "shop-" + rand.Text()[:8]
	}
	c.AuthMethod = cmp.Or(setup.method(), c.AuthMethod)
	switch {
	case setup.Public:
		c.Secret = ""
	case setup.Secret != "":
		c.Secret = setup.Secret
	case c.Secret == "" && c.AuthMethod != identity.AuthNone:
		c.Secret = rand.Text()
	}
	if setup.ClientID != "" {
		c.ID = setup.ClientID
	}
	c.UserInfoAlg, c.IDTokenAlg = setup.userInfoAlg(), setup.IDTokenAlg
	key, err := assert(&c, setup.Assertion)
	s.values["client_key"] = key
	return c, err
}

// accepts reports what a check wants to set and the program cannot be told.
func (s *process) accepts(setup Setup) error {
	if setup.Discover && !slices.Contains(s.config.Capabilities, check.Discovery) {
		return MissingError{Capability: check.Discovery}
	}
	if setup.several() {
		return MissingError{Capability: check.SeveralProviders}
	}
	if setup.asks() {
		return MissingError{Capability: check.Settings, Detail: "max_age, acr_values, encryption and refresh cannot be set from outside"}
	}
	if need := setup.response(); need != "" {
		return MissingError{Capability: need}
	}
	if setup.Assertion != "" && !(s.told("client_auth_method") && (setup.Assertion == identity.AuthSecretJWT || s.told("client_key"))) {
		return MissingError{Capability: check.ClientAssertion, Detail: "its command has no {{client_auth_method}} and {{client_key}}"}
	}
	if setup.Gates == GatesTLS {
		return MissingError{Capability: check.TLSProvider, Detail: "its command cannot be told whom to trust"}
	}
	for _, want := range []struct {
		set         bool
		placeholder string
	}{
		{setup.Secret != "", "client_secret"},
		{setup.ClientID != "", "client_id"},
		{setup.method() != "" && setup.method() != s.method(), "client_auth_method"},
		{setup.AuthorizeQuery != "", "authorization_endpoint"},
		{len(setup.Accounts) > 0, "accounts"},
		{setup.LinkByEmail, "link_by_email"},
		{setup.SignedUserInfo, "userinfo_alg"},
		{setup.IDTokenAlg != "", "id_token_alg"},
	} {
		if want.set && !s.told(want.placeholder) {
			return MissingError{Capability: check.Settings, Detail: "its command has no {{" + want.placeholder + "}}"}
		}
	}
	if setup.Identifier != "" || len(setup.Claims) > 0 || setup.SessionLength > 0 {
		return MissingError{Capability: check.Settings, Detail: "claims and session length cannot be set from outside"}
	}
	if setup.ResponseIssuer {
		return MissingError{Capability: check.Settings, Detail: "what the provider promises cannot be set from outside"}
	}
	return nil
}

func (s *process) told(placeholder string) bool {
	in := func(text string) bool { return strings.Contains(text, "{{"+placeholder+"}}") }
	if slices.ContainsFunc(s.config.Process.Command, in) {
		return true
	}
	for _, value := range s.config.Process.Env {
		if in(value) {
			return true
		}
	}
	return false
}

func (s *process) start(ctx context.Context, l *Lane, setup Setup) error {
	v := s.values.of(l.Provider, l.Client, setup)
	var words []string
	for _, w := range s.config.Process.Command {
		words = append(words, v.fill(w))
	}
	// The program outlives the context of its start; close ends it.
	s.command = exec.CommandContext(context.WithoutCancel(ctx), words[0], words[1:]...)
	s.command.Dir = s.config.Process.Dir
	s.command.Env = slices.Clone(s.environment)
	for name, value := range s.config.Process.Env {
		s.command.Env = append(s.command.Env, name+"="+v.fill(value))
	}
	s.command.Stdout, s.command.Stderr = &s.output, &s.output
	s.command.WaitDelay = stopTimeout
	group.Own(s.command)
	if err := s.command.Start(); err != nil {
		return fmt.Errorf("start the shop: %w", err)
	}
	forget, err := group.Note(s.marks, s.command)
	if err != nil {
		group.Kill(s.command)
		return errors.Join(err, s.command.Wait())
	}
	s.ended = make(chan struct{})
	go func() {
		s.status = errors.Join(s.command.Wait(), forget())
		if s.status == nil {
			s.status = errEnded
		}
		close(s.ended)
	}()
	err = s.awaitReady(ctx)
	if ended, ok := errors.AsType[endedError](err); ok && setup.special() {
		return MissingError{Capability: check.Settings, Detail: "its program does not start with those that the check needs: " + ended.printed}
	}
	return err
}

// endedError is about a program that ended before it was ready.
type endedError struct {
	status  error
	printed string
}

func (e endedError) Error() string {
	return fmt.Sprintf("the shop's program ended before it was ready (%v); it printed: %s", e.status, e.printed)
}

func (e endedError) Unwrap() error { return e.status }

// Ending is that of a program which ended although nobody asked it to.
type Ending struct {
	// Status is how it ended, and Printed its last words.
	Status  error
	Printed string
}

// ending is that of a shop which does not answer any more. A program may also
// start the shop, and end.
func (s *process) ending(ctx context.Context) (Ending, bool) {
	if s.ended == nil {
		return Ending{}, false
	}
	select {
	case <-s.ended:
	default:
		return Ending{}, false
	}
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	if s.ready(ctx) == nil {
		return Ending{}, false
	}
	return Ending{s.status, s.output.String()}, true
}

// awaitReady waits until the shop answers. Its error says what the program
// printed, for that is where the reason is.
func (s *process) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		last := s.ready(ctx)
		if last == nil {
			return nil
		}
		select {
		case <-s.ended:
			return endedError{s.status, s.output.String()}
		case <-ctx.Done():
			return fmt.Errorf("the shop was not ready after %s: %w; it printed: %s", startTimeout, last, s.output.String())
		case <-tick.C:
		}
	}
}

func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// ready is nil once the configured path answers, or else the port is open.
func (s *process) ready(ctx context.Context) error {
	if s.config.Process.Ready == "" {
		u, err := url.Parse(s.base)
		if err != nil {
			return fmt.Errorf("base_url: %w", err)
		}
		var d net.Dialer
		conn, err := d.DialContext(ctx, "tcp", u.Host)
		if err != nil {
			return fmt.Errorf("its port is closed: %w", err)
		}
		return conn.Close()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.absolute(s.config.Process.Ready), http.NoBody)
	if err != nil {
		return fmt.Errorf("ready: %w", err)
	}
	resp, err := (&http.Client{CheckRedirect: stay}).Do(req)
	if err != nil {
		return fmt.Errorf("its ready path does not answer: %w", err)
	}
	defer func() { _ = resp.Body.Close() }() // nothing is read from it
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return errors.New("its ready path answers " + strconv.Itoa(resp.StatusCode))
	}
	return nil
}

func (s *process) describe(Setup) target.Description {
	name := "process " + s.config.Process.Command[0]
	always := []check.Capability{check.FreshInstance}
	if s.told("client_secret") || s.told("client_auth_method") || s.told("authorization_endpoint") {
		always = append(always, check.Settings)
	}
	return s.described.describe(name, always...)
}

func (s *process) advance() func(time.Duration) { return nil }

// close ends the program and everything that it started.
func (s *process) close(context.Context) error {
	if s.ended == nil {
		return nil
	}
	group.Terminate(s.command)
	timer := time.NewTimer(stopTimeout)
	defer timer.Stop()
	select {
	case <-s.ended:
	case <-timer.C:
	}
	group.Kill(s.command)
	<-s.ended // after WaitDelay at the latest
	return nil
}

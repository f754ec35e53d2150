package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/countersign-oidc/countersign/cmd/internal/idp"
	"github.com/countersign-oidc/countersign/fixtures/users"
	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/engine"
	"github.com/countersign-oidc/countersign/runner/report"
	"github.com/countersign-oidc/countersign/runner/strict"
)

// strictFlags are the flags of strict.
type strictFlags struct {
	target   strict.Target
	checks   []string
	list     bool
	asJSON   bool
	out      string
	warnings bool
}

func (p program) newStrict() *cobra.Command {
	var f strictFlags
	c := &cobra.Command{
		Use: "strict", Short: "Judge a provider: does it refuse what it must, and answer as it must?", Args: cobra.NoArgs,
		Long: `Judge a provider as a careful relying party and its browser see it, over HTTP.
Without --issuer the embedded mock provider is judged.

It signs in with a test account, sends requests that a provider must refuse,
and proves each refusal by the same request done right. Wrong secrets and a
wrong password are among them, which may lock the account or the client, so a
provider that is not on loopback needs --i-may-test-this-provider. The redirect
URI is never contacted.

The client secrets and the password may come from the environment instead:
COUNTERSIGN_CLIENT_SECRET, COUNTERSIGN_SECOND_CLIENT_SECRET,
COUNTERSIGN_PASSWORD.

Exit codes: 0 nothing failed; 1 the provider failed a check; 2 usage; 3 a check
could not be decided.`,
		RunE: func(c *cobra.Command, _ []string) error { return p.strict(c.Context(), f) },
	}
	fs := c.Flags()
	fs.StringVar(&f.target.Issuer, "issuer", "", "issuer to judge (default: the embedded mock provider)")
	fs.StringVar(&f.target.Client.ID, "client-id", "", "a confidential client")
	fs.StringVar(&f.target.Client.Secret, "client-secret", "", "its secret")
	fs.StringVar(&f.target.Client.Method, "client-auth", strict.Basic, "how it authenticates: client_secret_basic or client_secret_post")
	fs.StringVar(&f.target.Client.RedirectURI, "redirect-uri", "", "redirect URI of all clients; never contacted")
	fs.StringVar(&f.target.Second.ID, "second-client-id", "", "another confidential client")
	fs.StringVar(&f.target.Second.Secret, "second-client-secret", "", "its secret")
	fs.StringVar(&f.target.Second.Method, "second-client-auth", strict.Basic, "how it authenticates")
	fs.StringVar(&f.target.Public.ID, "public-client-id", "", "a client without a secret")
	fs.StringVar(&f.target.PostLogoutRedirectURI, "post-logout-redirect-uri", "", "registered for the client; never contacted")
	fs.StringVar(&f.target.Username, "username", "", "user name of a test account")
	fs.StringVar(&f.target.Password, "password", "", "its password")
	fs.StringVar(&f.target.UsernameField, "username-field", "", "name of the input for the user name, where it cannot be guessed")
	fs.StringVar(&f.target.PasswordField, "password-field", "", "name of the input for the password, where it cannot be guessed")
	fs.StringVar(&f.target.Scope, "scope", "openid", "scope of honest requests")
	fs.StringSliceVar(&f.target.Hosts, "host", nil, "further hosts, with port, that the provider's sign-in leads to")
	fs.BoolVar(&f.target.Consent, "i-may-test-this-provider", false, "whoever runs the provider agrees; needed off loopback")
	fs.StringSliceVar(&f.checks, "check", nil, "only these checks; * stands for anything")
	fs.BoolVar(&f.list, "list", false, "list the checks and do nothing else")
	fs.BoolVar(&f.asJSON, "json", false, "write the report, or the list, to standard output as JSON, and nothing else")
	fs.StringVar(&f.out, "out", defaultOut, "folder of the report")
	fs.BoolVar(&f.warnings, "strict", false, "a warning is a failure")
	return c
}

func (p program) strict(ctx context.Context, f strictFlags) error {
	selected, err := strictSelection(f.checks)
	if err != nil {
		return err
	}
	if f.list {
		return p.listStrict(selected, f.asJSON)
	}
	name := f.target.Issuer
	if name == "" {
		name = "embedded mock provider"
		target, done, err := embeddedTarget(ctx)
		if err != nil {
			return err
		}
		defer done()
		f.target = target
	} else {
		f.target = f.complete()
	}
	if err := errors.Join(f.target.Validate(), writable(f.out)); err != nil {
		return err
	}
	ids := make([]check.ID, 0, len(selected))
	for _, c := range selected {
		ids = append(ids, c.ID)
	}
	began, show := time.Now(), newProgress(p.stdout, len(selected), f.asJSON)
	results, err := strict.Run(ctx, f.target, strict.Options{Checks: ids, Decided: func(r check.Result) {
		show.decided(engine.Progress{ID: r.ID, Verdict: r.Verdict, Reason: r.Reason})
	}})
	if err != nil {
		return err
	}
	show.end()
	r := report.New(report.Run{
		Tool: "countersign", Version: version, Started: began, DurationMS: time.Since(began).Milliseconds(),
		Provider: name, Interrupted: ctx.Err() != nil, Selection: selection{checks: f.checks}.String(), Command: "countersign strict",
	}, results)
	return p.conclude(r, f.out, f.asJSON, f.warnings)
}

// complete takes secrets that the flags do not have from the environment.
func (f strictFlags) complete() strict.Target {
	t := f.target
	for name, into := range map[string]*string{
		"COUNTERSIGN_CLIENT_SECRET": &t.Client.Secret, "COUNTERSIGN_SECOND_CLIENT_SECRET": &t.Second.Secret, "COUNTERSIGN_PASSWORD": &t.Password,
	} {
		if *into == "" {
			*into = os.Getenv(name)
		}
	}
	t.Second.RedirectURI, t.Public.RedirectURI = t.Client.RedirectURI, t.Client.RedirectURI
	return t
}

func strictSelection(patterns []string) ([]check.Check, error) {
	if len(patterns) == 0 {
		return strict.Checks(), nil
	}
	var selected []check.Check
	matched := make([]bool, len(patterns))
	for _, c := range strict.Checks() {
		keep := false
		for i, pattern := range patterns {
			if ok, err := path.Match(pattern, string(c.ID)); err == nil && ok {
				keep, matched[i] = true, true
			}
		}
		if keep {
			selected = append(selected, c)
		}
	}
	var problems []error
	for i, pattern := range patterns {
		if !matched[i] {
			problems = append(problems, fmt.Errorf("unknown check %q; countersign strict --list shows all", pattern))
		}
	}
	return selected, errors.Join(problems...)
}

func (p program) listStrict(checks []check.Check, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(p.stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(checks)
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, c := range checks {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", c.ID, c.Level, c.Title, strings.Join(c.Refs, "; "))
	}
	fmt.Fprintf(w, "\t\t%d checks\n", len(checks))
	return w.Flush()
}

// embeddedTarget starts a mock provider with all that the checks can use.
func embeddedTarget(ctx context.Context) (_ strict.Target, done func(), err error) {
	server, err := mockidp.Start(ctx, mockidp.Options{})
	if err != nil {
		return strict.Target{}, nil, err
	}
	// The run is over then; what a late end would cut off is of no interest.
	done = func() { _ = idp.Close(ctx, server.Close) }
	const redirect, leave = "https://rp.example/callback", "https://rp.example/signed-out"
	client := identity.Client{
		ID: "strict", Secret: "a secret + 100%", RedirectURIs: []string{redirect}, PostLogoutRedirectURIs: []string{leave},
		GrantTypes: []identity.GrantType{identity.GrantCode, identity.GrantRefresh},
	}
	second, public := client, client
	second.ID, second.AuthMethod = "second", identity.AuthPost
	public.ID, public.Secret = "public", ""
	ada := users.Ada()
	provider, err := server.NewProvider(mockidp.Config{
		Users: []identity.User{ada}, Clients: []identity.Client{client, second, public},
	})
	if err != nil {
		done()
		return strict.Target{}, nil, err
	}
	return strict.Target{
		Issuer: provider.Issuer(), Username: ada.Username, Password: ada.Password, PostLogoutRedirectURI: leave, Scope: "openid",
		Client: strict.Client{ID: client.ID, Secret: client.Secret, RedirectURI: redirect},
		Second: strict.Client{ID: second.ID, Secret: second.Secret, Method: strict.Post, RedirectURI: redirect},
		Public: strict.Client{ID: public.ID, RedirectURI: redirect},
	}, done, nil
}

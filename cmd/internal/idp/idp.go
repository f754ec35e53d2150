// Package idp is the command that serves the mock provider: wiring for the
// program and for the image, which has nothing else.
package idp

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/countersign-oidc/countersign/fixtures/users"
	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/control"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/settings"
	"github.com/countersign-oidc/countersign/mockidp/vendor"
)

// program is where the command writes.
type program struct {
	stdout, stderr *os.File
	version        string
}

// closeTimeout bounds the end of a server.
const closeTimeout = 5 * time.Second

// idpFlags are the flags of idp.
type idpFlags struct {
	config       string
	vendor       string
	server       settings.Server
	client       identity.Client
	method       string
	noSecret     bool
	logoutReturn []string
	faults       []string
	faultFiles   []string
	evil         []string
	control      controlFlags
	observe      observeFlags

	listFaults, asJSON, schema bool
	// given are the names of the flags on the command line.
	given map[string]bool
}

// Command is "idp". It writes to those files, and says of itself that it is of
// that version.
func Command(stdout, stderr *os.File, version string) *cobra.Command {
	p := program{stdout: stdout, stderr: stderr, version: version}
	var f idpFlags
	c := &cobra.Command{
		Use: "idp", Short: "Serve the mock provider", Args: cobra.NoArgs,
		Long: `Serve the mock provider until interrupted, and print the settings to type into a
shop's provider form. Without --config it has one issuer, one client and five
people. A flag that the configuration knows too wins.`,
		Example: `  countersign idp --redirect-uri http://127.0.0.1:3000/callback
  countersign idp --fault id_token.aud.other@adax1
  countersign idp --vendor okta --redirect-uri http://127.0.0.1:3000/callback
  countersign idp --config idp.yaml --tls --ca-file ca.pem`,
		RunE: func(c *cobra.Command, _ []string) error {
			f.given = make(map[string]bool)
			for _, name := range slices.Concat(serverFlags, clientFlags, []string{"control"}) {
				f.given[name] = c.Flags().Changed(name)
			}
			return p.idp(c.Context(), f)
		},
	}
	fs := c.Flags()
	fs.StringVar(&f.config, "config", "", "configuration file, YAML or JSON; --schema prints what it may hold")
	fs.StringVar(&f.vendor, "vendor", "", "imitate a vendor's provider: "+strings.Join(vendor.Names(), ", "))
	fs.StringVar(&f.server.Addr, "addr", "127.0.0.1:9400", "address to listen on")
	fs.StringVar(&f.server.Host, "host", "localhost", "host name in the issuer")
	fs.StringVar(&f.server.URL, "url", "", "origin that browsers use and issuers start with, where a proxy or a container maps ports")
	fs.StringVar(&f.server.BackChannelURL, "back-channel-url", "", "origin that relying parties call, if it is another one")
	fs.BoolVar(&f.server.TLS, "tls", false, "serve HTTPS with a certificate of a CA made at the start")
	fs.StringVar(&f.server.CAFile, "ca-file", "", "write the certificate of that CA to this file, for relying parties to trust")
	fs.StringVar(&f.server.Cert, "cert", "", "serve HTTPS with the certificate in this PEM file")
	fs.StringVar(&f.server.Key, "key", "", "PEM file of its key")
	fs.StringVar(&f.client.ID, "client-id", "shop", "client ID of the shop")
	fs.StringVar(&f.client.Secret, "client-secret", "", "client secret of the shop (default: a generated one)")
	fs.BoolVar(&f.noSecret, "public", false, "the shop has no client secret")
	fs.StringVar(&f.method, "token-endpoint-type", "basic", "how the shop authenticates: basic or post")
	fs.StringSliceVar(&f.client.RedirectURIs, "redirect-uri", []string{"http://127.0.0.1:9500/api/sf"}, "sign-in redirect of the shop")
	fs.StringSliceVar(&f.logoutReturn, "post-logout-redirect-uri", []string{"http://127.0.0.1:9500/api/sf/logout"}, "sign-out redirect of the shop")
	fs.StringArrayVar(&f.faults, "fault", nil, "fault to arm, as ID, ID@user, IDxN or ID@userxN; N is for how many exchanges (repeatable)")
	fs.StringArrayVar(&f.faultFiles, "faults", nil, "file with faults of your own, to arm by their IDs (repeatable)")
	fs.StringSliceVar(&f.evil, "evil", nil, fmt.Sprintf("serve an evil issuer at /evil that mixes this with the first issuer (repeatable): one of %q", mockidp.Mixes()))
	fs.BoolVar(&f.listFaults, "list-faults", false, "list every fault and exit")
	fs.BoolVar(&f.asJSON, "json", false, "with --list-faults: as JSON")
	fs.BoolVar(&f.schema, "schema", false, "print the JSON Schema of the configuration file and exit")
	f.control.register(fs)
	f.observe.register(fs)
	c.AddCommand(p.newImportUser())
	return c
}

var (
	serverFlags = []string{"addr", "host", "url", "back-channel-url", "tls", "ca-file", "cert", "key"}
	clientFlags = []string{"client-id", "client-secret", "public", "token-endpoint-type", "redirect-uri", "post-logout-redirect-uri"}
)

func (p program) idp(ctx context.Context, f idpFlags) error {
	own, err := f.ownFaults()
	switch {
	case f.asJSON && !f.listFaults:
		return errors.New("--json goes with --list-faults")
	case f.schema:
		_, err := p.stdout.Write(settings.Schema())
		return err
	case f.listFaults && err == nil:
		return listFaults(p.stdout, append(fault.All(), own...), f.asJSON)
	}
	file, options, problems := f.settings(own)
	manage, controlErr := f.control.options(file.Server.Addr, f.given["control"])
	observed, observeErr := f.observe.start(ctx, p, manage != nil)
	if err := errors.Join(append([]error{err, controlErr, observeErr}, problems...)...); err != nil {
		return err
	}
	options.Observe, options.Logger = observed.observe, observed.logger
	if manage != nil {
		manage.Metrics, manage.Logger = observed.metrics, observed.logger
	}
	return errors.Join(p.serveIDP(ctx, idpPlan{file, options, own, manage}), observed.close(ctx))
}

// settings are those of the file with the flags on top, or of the flags alone.
func (f idpFlags) settings(own []fault.Spec) (*settings.File, mockidp.Options, []error) {
	var problems []error
	file := &settings.File{Server: settings.Server{Addr: f.server.Addr, Host: f.server.Host}}
	if f.config == "" {
		client, err := f.build()
		problems = append(problems, err)
		file.Issuers = []settings.Issuer{{Path: "/", Clients: []identity.Client{client}, Users: users.All()}}
	} else {
		for _, name := range clientFlags {
			if f.given[name] {
				problems = append(problems, fmt.Errorf("--%s has no effect with --config: clients are those of the file", name))
			}
		}
		loaded, err := settings.Load(f.config)
		if err != nil {
			return file, mockidp.Options{}, append(problems, err)
		}
		file = loaded
		if file.Server.Addr == "" {
			file.Server.Addr = f.server.Addr
		}
		if file.Server.Host == "" {
			file.Server.Host = f.server.Host
		}
	}
	f.override(&file.Server)
	f.imitate(file)
	options, err := file.Server.Options()
	problems = append(problems, err, f.arm(file.Issuers, append(own, file.Own()...)), f.addEvil(file))
	return file, options, problems
}

// imitate has the issuers that say nothing of a vendor imitate the one of the
// command line. The people of a run without a configuration get subjects in the
// vendor's form.
func (f idpFlags) imitate(file *settings.File) {
	p, err := vendor.ByName(f.vendor)
	if err != nil { // ownFaults says so of one that is given
		return
	}
	for i := range file.Issuers {
		issuer := &file.Issuers[i]
		issuer.Vendor = cmp.Or(issuer.Vendor, f.vendor)
		for n := range issuer.Users {
			if f.config == "" {
				issuer.Users[n].Subject = p.SubjectOf(issuer.Users[n].Sub())
			}
		}
	}
}

// override puts the flags that were given over the settings of a server.
func (f idpFlags) override(s *settings.Server) {
	for _, v := range []struct {
		name string
		set  func()
	}{
		{"addr", func() { s.Addr = f.server.Addr }},
		{"host", func() { s.Host = f.server.Host }},
		{"url", func() { s.URL = f.server.URL }},
		{"back-channel-url", func() { s.BackChannelURL = f.server.BackChannelURL }},
		{"tls", func() { s.TLS = f.server.TLS }},
		{"ca-file", func() { s.CAFile = f.server.CAFile }},
		{"cert", func() { s.Cert = f.server.Cert }},
		{"key", func() { s.Key = f.server.Key }},
	} {
		if f.given[v.name] {
			v.set()
		}
	}
	if s.URL != "" && !f.given["host"] {
		s.Host = "" // the URL has one
	}
}

// addEvil adds the evil issuer of the command line.
func (f idpFlags) addEvil(file *settings.File) error {
	if len(f.evil) == 0 {
		return nil
	}
	evil := &settings.Evil{Honest: file.Issuers[0].Path}
	var problems []error
	if evil.Honest == "" {
		problems = append(problems, errors.New("--evil needs an honest issuer: give the first one of the configuration a path"))
	}
	for _, name := range f.evil {
		if !slices.Contains(mockidp.Mixes(), mockidp.Mix(name)) {
			problems = append(problems, fmt.Errorf("--evil %s; known: %q", name, mockidp.Mixes()))
		}
		evil.Mixes = append(evil.Mixes, mockidp.Mix(name))
	}
	file.Issuers = append(file.Issuers, settings.Issuer{Path: "/evil", Evil: evil})
	return errors.Join(problems...)
}

// build makes the client, or says all that is wrong with it.
func (f idpFlags) build() (identity.Client, error) {
	c := f.client
	c.PostLogoutRedirectURIs = f.logoutReturn
	var problems []error
	switch {
	case f.vendor != "" && !f.given["token-endpoint-type"]:
		// The vendor has a method of its own.
	case f.method == "basic":
		c.AuthMethod = identity.AuthBasic
	case f.method == "post":
		c.AuthMethod = identity.AuthPost
	default:
		problems = append(problems, fmt.Errorf("--token-endpoint-type %q: basic or post", f.method))
	}
	switch {
	case f.noSecret && c.Secret != "":
		problems = append(problems, errors.New("--public and --client-secret exclude each other"))
		c.Secret = ""
	case c.Secret == "" && !f.noSecret:
		c.Secret = rand.Text()
	}
	if f.noSecret {
		c.AuthMethod = identity.AuthNone
	}
	problems = append(problems, c.Validate())
	return c, errors.Join(problems...)
}

// idpGC is the garbage collector's percentage for a server that runs for long.
// Half of its memory would be garbage with Go's own, which saves some CPU time
// that nobody needs here. GOGC overrules it.
const idpGC = 25

// idpPlan is what serveIDP serves.
type idpPlan struct {
	file    *settings.File
	options mockidp.Options
	own     []fault.Spec // of the command line
	control *managed     // nil without a management API
}

func (p program) serveIDP(ctx context.Context, plan idpPlan) (err error) {
	file, o := plan.file, plan.options
	if os.Getenv("GOGC") == "" {
		defer debug.SetGCPercent(debug.SetGCPercent(idpGC))
	}
	server, err := mockidp.Start(ctx, o)
	if err != nil {
		return ListenError(o.Addr, err)
	}
	defer func() { err = errors.Join(err, Close(ctx, server.Close)) }()
	providers, err := file.Add(server)
	if err != nil {
		return err
	}
	if file.Server.CAFile != "" {
		if err := os.WriteFile(file.Server.CAFile, server.CA(), 0o644); err != nil {
			return fmt.Errorf("certificate of the CA: %w; name another file with --ca-file", err)
		}
	}
	if reachable(server.Addr()) {
		fmt.Fprintf(p.stderr, "Warning: other machines can reach %s. This provider has no security: its passwords and keys are for tests.\n", server.Addr())
	}
	var manager *control.Server
	if plan.control != nil {
		local := &control.Local{Server: server, Own: append(plan.own, file.Own()...)}
		if manager, err = plan.control.start(ctx, local); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, Close(ctx, manager.Close)) }()
	}
	sheets(p.stdout, file, providers, server)
	p.controlSheet(manager, plan.control)
	<-ctx.Done()
	return nil
}

// reachable reports whether other machines can reach an address.
func reachable(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && !tcp.IP.IsLoopback()
}

// Close ends a server in good time, also when the context has ended.
func Close(ctx context.Context, end func(context.Context) error) error {
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	return end(closing)
}

// ListenError says what to do about an address that cannot be had.
func ListenError(addr string, err error) error {
	return fmt.Errorf("listen on %s: %w; choose another address with --addr, for example 127.0.0.1:0 for a free port", addr, err)
}

// providerName is what the provider form calls so: the host name of the shop.
func providerName(c identity.Client) string {
	for _, uri := range c.RedirectURIs {
		if u, err := url.Parse(uri); err == nil && u.Hostname() != "" {
			return u.Hostname()
		}
	}
	return ""
}

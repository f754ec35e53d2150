package idp

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/countersign-oidc/countersign/mockidp/console"
	"github.com/countersign-oidc/countersign/mockidp/control"
)

// controlFlags are the flags of idp about its management API.
type controlFlags struct {
	addr, tokenFile string
	names           []string
}

func (f *controlFlags) register(fs *pflag.FlagSet) {
	fs.StringVar(&f.addr, "control", "", `address of the management API, "" for none (default 127.0.0.1, one port above --addr)`)
	fs.StringVar(&f.tokenFile, "control-token-file", "", "read the token of the management API from this file, or write the generated one to it")
	fs.StringSliceVar(&f.names, "control-name", nil, "host name under which the management API may be called, beside localhost (repeatable)")
}

// managed is a management API to serve.
type managed struct {
	control.Options

	tokenFile string
	write     bool // the file is not there yet
	console   *console.Console
}

// options are those of the API beside a provider at an address, or nil.
func (f controlFlags) options(provider string, given bool) (*managed, error) {
	m := &managed{Options: control.Options{Addr: f.addr, Names: f.names}, tokenFile: f.tokenFile}
	switch {
	case given && f.addr == "" && (f.tokenFile != "" || len(f.names) > 0):
		return nil, errors.New("--control-token-file and --control-name have no effect without a management API")
	case given && f.addr == "":
		return nil, nil
	case !given:
		m.Addr = besides(provider)
	}
	if f.tokenFile == "" {
		return m, nil
	}
	text, err := os.ReadFile(f.tokenFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		m.write = true
	case err != nil:
		return m, fmt.Errorf("--control-token-file: %w", err)
	default:
		if m.Token = strings.TrimSpace(string(text)); m.Token == "" {
			return m, fmt.Errorf("--control-token-file: %s is empty; remove it, and a token is written to it", f.tokenFile)
		}
	}
	return m, nil
}

// besides is the next port, on loopback: any free one beside any free one.
func besides(provider string) string {
	port := 0
	if _, text, err := net.SplitHostPort(provider); err == nil {
		if n, err := strconv.Atoi(text); err == nil && n > 0 && n < 1<<16-1 {
			port = n + 1
		}
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

func (m *managed) start(ctx context.Context, host *control.Local) (*control.Server, error) {
	if err := m.withConsole(host); err != nil {
		return nil, err
	}
	s, err := control.Start(ctx, host, m.Options)
	if err != nil {
		return nil, fmt.Errorf(`%w; choose another address with --control, or none with --control ""`, err)
	}
	if m.write {
		if err := os.WriteFile(m.tokenFile, []byte(s.Token()+"\n"), 0o600); err != nil {
			return nil, errors.Join(fmt.Errorf("--control-token-file: %w", err), Close(ctx, s.Close))
		}
	}
	return s, nil
}

// controlSheet prints how to call the management API.
func (p program) controlSheet(s *control.Server, m *managed) {
	if s == nil {
		return
	}
	token := s.Token()
	if m.tokenFile != "" {
		token = "in " + m.tokenFile
	}
	fmt.Fprintf(p.stdout, "\nConsole, a link that lets one browser in:\n  %s%s\n", s.URL(), m.console.LoginPath())
	fmt.Fprintf(p.stdout, "\nManagement API http://%s\n  Token  %s\n", s.Addr(), token)
	if reachable(s.Addr()) {
		fmt.Fprintf(p.stderr, "Warning: other machines can reach the management API at %s, and its token is sent in the clear.\n", s.Addr())
	}
}

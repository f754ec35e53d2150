package idp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/countersign-oidc/countersign/fixtures/users"
	"github.com/countersign-oidc/countersign/mockidp/control"
	"github.com/countersign-oidc/countersign/mockidp/idtoken"
)

// importTimeout bounds what a running provider may take.
const importTimeout = 30 * time.Second

// importFlags are the flags of idp import-user.
type importFlags struct {
	username, password string
	keep               []string
	dryRun             bool

	control, tokenFile, issuer string
}

func (p program) newImportUser() *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use: "import-user FILE", Short: "Make a user of the claims of a real ID token", Args: cobra.ExactArgs(1),
		Long: `Make a user of the claims of a real ID token, in a file or, with -, from the
standard input. Claims keep their JSON types. What belongs to the token and what
looks like a secret is dropped; --dry-run says which and why. The token is not
verified, printed or kept.

The user is printed for the users of a configuration file, or with --control
added to a provider that runs.`,
		Example: `  countersign idp import-user token.jwt --dry-run
  countersign idp import-user token.jwt > users.yaml
  countersign idp import-user token.jwt --control http://127.0.0.1:9401 --token-file token`,
		RunE: func(c *cobra.Command, args []string) error { return p.importUser(c.Context(), f, args[0]) },
	}
	fs := c.Flags()
	fs.StringVar(&f.username, "username", "", "for the sign-in page (default: the preferred_username, email or sub)")
	fs.StringVar(&f.password, "password", users.Password, "for the sign-in page")
	fs.StringSliceVar(&f.keep, "keep", nil, "claim to keep although it looks like a secret (repeatable)")
	fs.BoolVar(&f.dryRun, "dry-run", false, "say which claims are kept and which are dropped, and do nothing else")
	fs.StringVar(&f.control, "control", "", "management API of a running provider to add the user to")
	fs.StringVar(&f.tokenFile, "token-file", "", "file with the token of the management API")
	fs.StringVar(&f.issuer, "issuer", "", "ID of the issuer there (default: the only one)")
	return c
}

func (p program) importUser(ctx context.Context, f importFlags, path string) error {
	client, problem := f.client()
	token, err := readToken(path)
	if err := errors.Join(problem, err); err != nil {
		return err
	}
	person, err := idtoken.Read(token, f.keep...)
	if err != nil {
		return err
	}
	u := person.User
	u.Username, u.Password = cmp.Or(f.username, u.Username), f.password
	if err := u.Validate(); err != nil {
		return err
	}
	switch {
	case f.dryRun:
		return listClaims(p.stdout, person.Claims)
	case client == nil:
		fmt.Fprintln(p.stdout, "users:")
		return idtoken.WriteYAML(p.stdout, u)
	}
	ctx, cancel := context.WithTimeout(ctx, importTimeout)
	defer cancel()
	issuer, info, err := only(ctx, client, f.issuer)
	if err != nil {
		return err
	}
	if err := issuer.PutUser(ctx, u); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%s can sign in at %s\n", u.Username, info.Issuer)
	return err
}

// client is that of the provider to add the user to, or nil.
func (f importFlags) client() (*control.Client, error) {
	switch {
	case f.control == "" && (f.tokenFile != "" || f.issuer != ""):
		return nil, errors.New("--token-file and --issuer go with --control")
	case f.control == "":
		return nil, nil
	case f.tokenFile == "":
		return nil, errors.New("--control needs --token-file; countersign idp --control-token-file writes one")
	}
	text, err := os.ReadFile(f.tokenFile)
	if err != nil {
		return nil, fmt.Errorf("--token-file: %w", err)
	}
	return &control.Client{URL: f.control, Token: strings.TrimSpace(string(text))}, nil
}

// readToken reads a file, or the standard input.
func readToken(path string) ([]byte, error) {
	in := io.Reader(os.Stdin)
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("ID token: %w", err)
		}
		defer func() { _ = f.Close() }() // opened for reading only
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, idtoken.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("ID token: %w", err)
	}
	return text, nil
}

// only is the issuer of an ID, or the only one.
func only(ctx context.Context, host control.Host, id string) (control.Handle, control.Info, error) {
	if id == "" {
		all, err := host.Issuers(ctx)
		if err != nil {
			return nil, control.Info{}, err
		}
		var ids []string
		for _, i := range all {
			ids = append(ids, i.ID)
		}
		if len(ids) != 1 {
			return nil, control.Info{}, fmt.Errorf("there are %d issuers: choose one of %q with --issuer", len(ids), ids)
		}
		id = ids[0]
	}
	h, err := host.Issuer(ctx, id)
	if err != nil {
		return nil, control.Info{}, err
	}
	info, err := h.Info(ctx)
	return h, info, err
}

func listClaims(out io.Writer, claims []idtoken.Claim) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, c := range claims {
		if c.Dropped == "" {
			fmt.Fprintf(w, "kept\t%q\t%s\n", c.Name, c.Type)
		} else {
			fmt.Fprintf(w, "dropped\t%q\t%s: %s\n", c.Name, c.Type, c.Dropped)
		}
	}
	return w.Flush()
}

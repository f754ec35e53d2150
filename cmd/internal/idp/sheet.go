package idp

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

// sheets prints what people need to know of each issuer: the settings of its
// clients, who can sign in, and which faults are armed.
func sheets(out io.Writer, file *settings.File, providers []*mockidp.Provider, server *mockidp.Server) {
	for i, issuer := range file.Issuers {
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "Mock provider %s\n", providers[i].Issuer())
		if title := providers[i].Profile().Title; title != "" {
			fmt.Fprintf(out, "  It imitates %s; docs/vendors.md says how far.\n", title)
		}
		if e := issuer.Evil; e != nil {
			fmt.Fprintf(out, "  An evil issuer beside %s: it mixes %q and takes any code and secret.\n", e.Honest, e.Mixes)
		}
		for _, c := range issuer.Clients {
			fmt.Fprintf(out, "\nType this into the provider form of %s:\n", c.DisplayName())
			settingsSheet(out, providers[i], c)
		}
		people(out, issuer.Users)
		if len(issuer.Faults) > 0 {
			fmt.Fprintln(out, "\nArmed faults:")
			for _, a := range issuer.Faults {
				fmt.Fprintf(out, "  %s\n", a)
			}
		}
	}
	switch {
	case file.Server.CAFile != "":
		fmt.Fprintf(out, "\nThe certificate of its CA is in %s. Shops and browsers have to trust it.\n", file.Server.CAFile)
	case strings.HasPrefix(server.URL(), "https:") && file.Server.TLS:
		fmt.Fprintln(out, "\nShops and browsers have to trust its CA. --ca-file FILE writes the certificate.")
	}
}

func people(out io.Writer, all []identity.User) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(out, "\nSign in as one of these:")
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, u := range all {
		fmt.Fprintf(w, "  %s\tpassword %s\tsub %s", u.Username, u.Password, u.Sub())
		if u.SecondFactor != "" {
			fmt.Fprintf(w, "\tcode %s", u.SecondFactor)
		}
		fmt.Fprintln(w)
	}
	_ = w.Flush() // the terminal is gone: nobody is left to tell
}

// settingsSheet prints a provider form, field by field.
func settingsSheet(out io.Writer, provider *mockidp.Provider, c identity.Client) {
	rows, err := formRows(provider, c)
	if err != nil { // not for a client of the configuration
		fmt.Fprintln(out, err)
		return
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintf(w, "  %s\t%s\n", row[0], row[1])
	}
	_ = w.Flush() // the terminal is gone: nobody is left to tell
}

// secretRow is the field of the client secret.
const secretRow = "Client Secret"

// formRows are the fields of a provider form with their values, without those
// that there is nothing to type into.
func formRows(provider *mockidp.Provider, c identity.Client) ([][2]string, error) {
	sheet, err := provider.Sheet(c.ID)
	if err != nil {
		return nil, err
	}
	secret, leave := c.Secret, ""
	if secret == "" {
		secret = "(leave empty: the client is public)"
	}
	if provider.Profile().Name != "" {
		leave = "(leave empty: " + provider.Profile().Title + " has none)"
	}
	return slices.DeleteFunc([][2]string{
		{"Provider Name", providerName(c)},
		{"Issuer Name", sheet.Issuer},
		{"Client ID", c.ID},
		{secretRow, secret},
		{"JWKS URI", sheet.JWKSURI},
		{"Authorization Endpoint", sheet.AuthorizationEndpoint},
		{"Logout Endpoint", cmp.Or(sheet.LogoutEndpoint, leave)},
		{"Token Endpoint", sheet.TokenEndpoint},
		{"Token Endpoint Type", sheet.TokenEndpointType},
		{"User Info Endpoint", cmp.Or(sheet.UserInfoEndpoint, leave)},
		{"Scope", sheet.Scope},
		{"Sign-in redirect", strings.Join(c.RedirectURIs, ", ")},
		{"Sign-out redirect", strings.Join(c.PostLogoutRedirectURIs, ", ")},
	}, func(row [2]string) bool { return row[1] == "" }), nil
}

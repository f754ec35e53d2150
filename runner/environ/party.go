package environ

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/config"
	"github.com/countersign-oidc/countersign/runner/target"
)

// party is the shop of one lane. Its address is known before it starts: the
// provider must know its redirect URIs and it must know the issuer.
type party interface {
	// client is how the provider knows the shop. It reports a MissingError
	// where the shop cannot be set up as a check wants it.
	client(s Setup) (identity.Client, error)
	// start tells the shop of the providers of its lane.
	start(ctx context.Context, l *Lane, s Setup) error
	describe(s Setup) target.Description
	// advance moves the shop's clock; it is nil where nobody can.
	advance() func(time.Duration)
	close(ctx context.Context) error
}

// restarter is a party that can be started anew within its lane.
type restarter interface {
	restart(ctx context.Context) error
}

// described is what a configuration says of a shop, with its addresses filled
// in: for all shops but the embedded one.
type described struct {
	config config.Shop
	base   string
	fill   func(string) string
}

func (d described) path(address string) string {
	return strings.TrimPrefix(d.fill(address), d.base)
}

// absolute is a configured address as a URL.
func (d described) absolute(address string) string {
	filled := d.fill(address)
	if strings.HasPrefix(filled, "/") {
		return d.base + filled
	}
	return filled
}

func (d described) all(addresses []string) []string {
	out := make([]string, len(addresses))
	for i, a := range addresses {
		out[i] = d.absolute(a)
	}
	return out
}

func (d described) registration(s Setup) (identity.Client, error) {
	c := identity.Client{
		ID: d.config.Client.ID, Secret: d.config.Client.Secret,
		AuthMethod:   identity.AuthMethod(d.config.Client.AuthMethod),
		RedirectURIs: d.all(d.config.RedirectURIs), PostLogoutRedirectURIs: d.all(d.config.PostLogoutRedirectURIs),
	}
	if d.config.InitiateLoginURI != "" {
		c.InitiateLoginURI = d.absolute(d.config.InitiateLoginURI)
	}
	if s.BackChannel {
		if d.config.BackChannelLogoutURI == "" {
			return identity.Client{}, MissingError{Capability: check.BackChannelLogout}
		}
		c.BackChannelLogoutURI, c.BackChannelLogoutSession = d.absolute(d.config.BackChannelLogoutURI), true
	}
	if s.FrontChannel {
		if d.config.FrontChannelLogoutURI == "" {
			return identity.Client{}, MissingError{Capability: check.FrontChannelLogout}
		}
		c.FrontChannelLogoutURI, c.FrontChannelLogoutSession = d.absolute(d.config.FrontChannelLogoutURI), true
	}
	return c, nil
}

// method is how the shop authenticates by itself.
func (d described) method() identity.AuthMethod {
	return cmp.Or(identity.AuthMethod(d.config.Client.AuthMethod), identity.AuthBasic)
}

func (d described) describe(name string, always ...check.Capability) target.Description {
	s := d.config
	out := target.Description{
		Name: name, BaseURL: d.base, Redirect: pathOf(d.absolute(s.RedirectURIs[0])),
		SignIn: target.Action{Visit: d.path(s.SignIn.Visit), Click: d.fill(s.SignIn.Click)},
		WhoAmI: target.WhoAmI{
			JSON: d.path(s.WhoAmI.JSON), Page: d.path(s.WhoAmI.Page), Subject: d.fill(s.WhoAmI.Subject), Claims: d.fill(s.WhoAmI.Claims),
			Identity: d.fill(s.WhoAmI.Identity), UserInfo: d.fill(s.WhoAmI.UserInfo), Name: d.fill(s.WhoAmI.Name), Email: d.fill(s.WhoAmI.Email),
		},
		Public: d.path(s.Pages.Public), Account: d.path(s.Pages.Account), Deep: d.path(s.Pages.Deep),
		SessionLength: s.Session.Length, ProviderTimeout: usualProviderTimeout,
		Policies: s.Policies.Choices, Leeway: s.Policies.Leeway,
	}
	if len(s.PostLogoutRedirectURIs) > 0 {
		out.PostLogoutRedirect = pathOf(d.absolute(s.PostLogoutRedirectURIs[0]))
	}
	if out.Public == "" {
		out.Public = "/"
	}
	if out.Account == "" {
		out.Account = out.WhoAmI.JSON + out.WhoAmI.Page
	}
	out.Customers = d.customers()
	has := slices.Concat(s.Capabilities, always, out.Customers.Capabilities(), check.OfProvider())
	if s.SignOut != nil {
		out.SignOut = target.Action{Visit: d.path(s.SignOut.Visit), Click: d.fill(s.SignOut.Click)}
		has = append(has, check.SignOut)
	}
	if out.Scopes = s.Scopes; len(out.Scopes) > 0 {
		has = append(has, check.Scopes)
	}
	if s.BackChannelLogoutURI != "" {
		out.BackChannelLogout = pathOf(d.absolute(s.BackChannelLogoutURI))
		has = append(has, check.BackChannelLogout)
	}
	if s.FrontChannelLogoutURI != "" {
		out.FrontChannelLogout = pathOf(d.absolute(s.FrontChannelLogoutURI))
		has = append(has, check.FrontChannelLogout)
	}
	if out.Deep != "" {
		has = append(has, check.DeepLink)
	}
	if out.WhoAmI.JSON != "" && out.WhoAmI.Claims != "" {
		has = append(has, check.WhoAmIJSON)
	}
	if out.WhoAmI.Name != "" && out.WhoAmI.Email != "" {
		has = append(has, check.ShownProfile)
	}
	if out.WhoAmI.Identity != "" {
		has = append(has, check.Identity)
	}
	if s.InitiateLoginURI != "" {
		out.InitiateLogin = pathOf(d.absolute(s.InitiateLoginURI))
		has = append(has, check.InitiateLogin)
	}
	slices.Sort(has)
	out.Capabilities = slices.Compact(has)
	return out
}

// usualProviderTimeout is what a shop is given that does not say how long a
// visitor waits at most for a provider that does not answer.
const usualProviderTimeout = 30 * time.Second

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.RequestURI()
}

package strict

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
)

// The ways in which a client can authenticate here (OpenID Connect Core 1.0,
// section 9).
const (
	Basic = "client_secret_basic"
	Post  = "client_secret_post"
	None  = "none"
)

// Client is a relying party that is registered with the provider.
type Client struct {
	ID, Secret string
	// Method is Basic (also when empty and there is a secret), Post or None.
	Method string
	// RedirectURI is registered for the client. It is never contacted.
	RedirectURI string
}

func (c Client) method() string {
	switch {
	case c.Method != "":
		return c.Method
	case c.Secret == "":
		return None
	default:
		return Basic
	}
}

// Target is the provider to judge and what is registered there.
type Target struct {
	Issuer string
	// Client is confidential. Second is another confidential client, Public
	// one without a secret; without them some checks are skipped.
	Client, Second, Public Client
	// PostLogoutRedirectURI is registered for Client, or empty.
	PostLogoutRedirectURI string
	// Username and Password are those of a test account.
	Username, Password string
	// UsernameField and PasswordField name the inputs of the sign-in form
	// where they cannot be guessed.
	UsernameField, PasswordField string
	// Scope is what an honest request asks for; empty means "openid".
	Scope string
	// Hosts are further hosts, with port, to which the provider sends the
	// browser during sign-in.
	Hosts []string
	// Consent says that whoever runs the provider agrees. Without it nothing
	// but loopback is contacted.
	Consent bool
}

// Validate lists everything that is wrong with the target.
func (t Target) Validate() error {
	var errs []error
	issuer, err := absolute(t.Issuer)
	if err != nil {
		errs = append(errs, fmt.Errorf("issuer: %w", err))
	} else if !t.Consent && !loopback(issuer) {
		errs = append(errs, fmt.Errorf("issuer %s is not on loopback: wrong secrets and a wrong password are sent, which may lock the account; consent is needed", t.Issuer))
	}
	for _, c := range []struct {
		name string
		Client
		needed, secret bool
	}{{"client", t.Client, true, true}, {"second client", t.Second, false, true}, {"public client", t.Public, false, false}} {
		if c.ID == "" && !c.needed {
			continue
		}
		errs = append(errs, checkClient(c.name, c.Client, c.secret, issuer)...)
	}
	if t.Username == "" || t.Password == "" {
		errs = append(errs, errors.New("a user name and a password are needed, those of a test account"))
	}
	if t.PostLogoutRedirectURI != "" {
		if _, err := absolute(t.PostLogoutRedirectURI); err != nil {
			errs = append(errs, fmt.Errorf("post_logout_redirect_uri: %w", err))
		}
	}
	return errors.Join(errs...)
}

func checkClient(name string, c Client, confidential bool, issuer *url.URL) []error {
	var errs []error
	add := func(format string, args ...any) { errs = append(errs, fmt.Errorf(name+": "+format, args...)) }
	if c.ID == "" {
		add("no client_id")
	}
	switch {
	case !slices.Contains([]string{Basic, Post, None}, c.method()):
		add("authentication method %q; known: %s, %s, %s", c.Method, Basic, Post, None)
	case confidential && (c.Secret == "" || c.method() == None):
		add("no client secret; a confidential client is needed")
	case !confidential && c.method() != None:
		add("a public client has no secret")
	}
	back, err := absolute(c.RedirectURI)
	switch {
	case err != nil:
		add("redirect URI: %w", err)
	case issuer != nil && back.Scheme == issuer.Scheme && back.Host == issuer.Host:
		add("redirect URI %s is at the issuer's own origin; register one elsewhere, it is never contacted", c.RedirectURI)
	}
	return errs
}

func absolute(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return nil, errors.New("not a URL")
	case u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return nil, fmt.Errorf("%q is not an http or https URL", raw)
	case u.Fragment != "" || u.User != nil:
		return nil, fmt.Errorf("%s has a fragment or a password", u.Redacted())
	}
	return u, nil
}

// loopback reports whether a URL cannot lead off this machine.
func loopback(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

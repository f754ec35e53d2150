// Package target says how a shop is reached: what a harness cannot guess about
// it, and nothing else.
package target

import (
	"net/url"
	"slices"
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
)

// Action is something a customer does: open a path and, if there is one, press
// an element.
type Action struct {
	Visit string `json:"visit"`
	// Click is a CSS selector.
	Click string `json:"click,omitempty"`
}

// WhoAmI is how a shop tells who is signed in: a JSON document that is 200
// with a subject when somebody is, or a page with the subject in an element.
type WhoAmI struct {
	JSON string `json:"json,omitempty"`
	Page string `json:"page,omitempty"`
	// Subject is a JSON pointer (RFC 6901) or, for a page, a CSS selector.
	Subject string `json:"subject"`
	// Claims, Mapped and Identity are JSON pointers to the ID token's content,
	// the mapped claims and the shop's own identifier of the customer.
	Claims   string `json:"claims,omitempty"`
	Mapped   string `json:"mapped,omitempty"`
	Identity string `json:"identity,omitempty"`
	// UserInfo is one to what the shop kept of UserInfo.
	UserInfo string `json:"userinfo,omitempty"`
	// Name and Email are JSON pointers to what the shop shows as such.
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
}

// Description is a shop as a customer and its provider meet it. Paths are
// below BaseURL.
type Description struct {
	Name    string `json:"name"`
	BaseURL string `json:"base_url"`
	// Redirect and PostLogoutRedirect are the paths registered at the provider.
	Redirect           string `json:"redirect"`
	PostLogoutRedirect string `json:"post_logout_redirect,omitempty"`
	// BackChannelLogout is where the provider posts logout tokens, and
	// FrontChannelLogout what its sign-out page loads in a frame.
	BackChannelLogout  string `json:"back_channel_logout,omitempty"`
	FrontChannelLogout string `json:"front_channel_logout,omitempty"`

	Customers Customers `json:"customers,omitzero"`

	SignIn  Action `json:"sign_in"`
	SignOut Action `json:"sign_out"`
	WhoAmI  WhoAmI `json:"who_am_i"`
	// Public is a page for everybody, Account one for signed-in customers that
	// shows their data.
	Public  string `json:"public"`
	Account string `json:"account"`
	// Deep is a page for signed-in customers with a query of its own.
	Deep string `json:"deep"`
	// StartWithReturn is the start of a sign-in; the page to return to is
	// appended, escaped. ReturnAfterSignOut is the same for a sign-out.
	StartWithReturn    string `json:"start_with_return,omitempty"`
	ReturnAfterSignOut string `json:"return_after_sign_out,omitempty"`
	// InitiateLogin is where third parties start a sign-in; empty where they
	// cannot.
	InitiateLogin string `json:"initiate_login,omitempty"`
	// StartWithProvider is the start of a sign-in at a provider of the shop's;
	// its name is appended, escaped. SecondName is that of the second one, and
	// SecondRedirect the path registered there.
	StartWithProvider string `json:"start_with_provider,omitempty"`
	SecondName        string `json:"second_name,omitempty"`
	SecondRedirect    string `json:"second_redirect,omitempty"`

	// Scopes are those that the shop documents to ask for.
	Scopes []string `json:"scopes,omitempty"`

	// ProviderTimeout is how long a visitor waits at most for a provider that
	// does not answer.
	ProviderTimeout time.Duration  `json:"-"`
	SessionLength   time.Duration  `json:"-"`
	Policies        check.Policies `json:"policies,omitempty"`
	// Leeway is how far the clocks of provider and shop may be apart, as the
	// shop documents it; nil where it does not.
	Leeway       *time.Duration     `json:"-"`
	Capabilities []check.Capability `json:"capabilities"`
	// Lacks says of a capability why it is not there, where more is to be said.
	Lacks map[check.Capability]string `json:"lacks,omitempty"`
}

// Has reports whether the shop has a capability.
func (d Description) Has(c check.Capability) bool { return slices.Contains(d.Capabilities, c) }

// SignInAgain is the path that starts a sign-in also while somebody is signed
// in; "", which stands for the ordinary way, where there is none.
func (d Description) SignInAgain() string {
	if d.StartWithReturn == "" {
		return ""
	}
	return d.StartWithReturn + url.QueryEscape(d.Account)
}

// URL is a path of the shop as a URL.
func (d Description) URL(path string) string { return d.BaseURL + path }

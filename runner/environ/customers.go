package environ

import (
	"encoding/json"

	"github.com/countersign-oidc/countersign/fixtures/shop"
	"github.com/countersign-oidc/countersign/runner/target"
)

// Account is a customer whom the shop knows before anybody comes by the
// provider.
type Account = shop.LocalAccount

// wantsCustomers reports whether a check wants the shop to know customers, or
// what to do with them.
func (s Setup) wantsCustomers() bool { return len(s.Accounts) > 0 || s.LinkByEmail }

// accountsText is how a program is told of its accounts.
func (s Setup) accountsText() string {
	if len(s.Accounts) == 0 {
		return "[]"
	}
	text, _ := json.Marshal(s.Accounts) // strings and a boolean always marshal
	return string(text)
}

// What makes somebody one of the embedded shop's staff.
const staffClaim, staffValue = "groups", "shop-staff"

// userInfoAlg is what the client is registered for.
func (s Setup) userInfoAlg() string {
	if s.SignedUserInfo {
		return "RS256"
	}
	return ""
}

// customers is what the embedded shop does for its customers.
func customers(s Setup) target.Customers {
	c := target.Customers{
		Staff: target.Staff{Page: "/staff", Claim: staffClaim, Value: staffValue},
		Cart:  target.Cart{Fill: "/offers/grain", Show: "/checkout", Item: "input[name=offer][value=grain]", Orders: "/account", Ordered: "#subscriptions li"},
	}
	if len(s.Accounts) > 0 {
		c.Local = target.Local{Visit: "/sign-in/local", Email: "#local-email", Password: "#local-password"}
		c.Link = target.Link{Visit: "/account/link", Start: "/account/link/start", Password: "#link-password", Token: "main input[name=csrf]"}
		c.Order = target.Order{Visit: "/checkout?offer=grain", Guest: "/sign-in/local", Token: "main input[name=csrf]"}
	}
	return c
}

// customers is what a configuration says of a shop's customers, with its
// addresses filled in.
func (d described) customers() target.Customers {
	c := d.config.Customers
	for _, page := range []*string{
		&c.Local.Visit, &c.Link.Visit, &c.Link.Start, &c.Staff.Page, &c.Cart.Fill, &c.Cart.Show, &c.Cart.Orders, &c.Order.Visit, &c.Order.Guest,
	} {
		*page = d.path(*page)
	}
	for _, text := range []*string{
		&c.Local.Email, &c.Local.Password, &c.Link.Password, &c.Link.Token, &c.Staff.Claim, &c.Staff.Value, &c.Cart.Item, &c.Cart.Ordered, &c.Order.Token,
	} {
		*text = d.fill(*text)
	}
	return c
}

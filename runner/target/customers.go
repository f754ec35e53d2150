package target

import "github.com/countersign-oidc/countersign/runner/check"

// Customers is what a shop does for its customers beyond signing them in at a
// provider. A member whose page is empty is something that it does not do.
type Customers struct {
	Local Local `json:"local,omitzero"`
	Link  Link  `json:"link,omitzero"`
	Staff Staff `json:"staff,omitzero"`
	Cart  Cart  `json:"cart,omitzero"`
	Order Order `json:"order,omitzero"`
}

// Local is the page on which customers with a password of the shop's own sign
// in. Email and Password are CSS selectors of its fields.
type Local struct {
	Visit    string `json:"visit"`
	Email    string `json:"email"`
	Password string `json:"password"`
}

// Link is the page on which a customer who signed in with a password links
// their account to a person at the provider. Password and Token are CSS
// selectors: of the field for the password that the shop asks for again, and
// of the hidden field with the form's CSRF token.
type Link struct {
	Visit    string `json:"visit"`
	Password string `json:"password"`
	Token    string `json:"token"`
	// Start is where the form is sent to.
	Start string `json:"start"`
}

// Staff is a page for those whose list of Claim has Value in it. All others
// get no status 200 there.
type Staff struct {
	Page  string `json:"page"`
	Claim string `json:"claim"`
	Value string `json:"value"`
}

// Cart is what a visitor has picked. To open Fill puts something there, Show
// shows it by an element that the CSS selector Item matches, and Orders shows
// what was ordered by one that Ordered matches.
type Cart struct {
	Fill    string `json:"fill"`
	Show    string `json:"show"`
	Item    string `json:"item"`
	Orders  string `json:"orders"`
	Ordered string `json:"ordered"`
}

// Order is a page with a form for signed-in customers, with its CSRF token in
// the hidden field Token, a CSS selector. Guest is a page with a form for
// everybody, with a field of the same selector.
type Order struct {
	Visit string `json:"visit"`
	Guest string `json:"guest"`
	Token string `json:"token"`
}

// Capabilities are those that follow from what the shop does.
func (c Customers) Capabilities() []check.Capability {
	var has []check.Capability
	for capability, page := range map[check.Capability]string{
		check.LocalAccounts: c.Local.Visit, check.AccountLinking: c.Link.Visit, check.StaffPage: c.Staff.Page,
		check.GuestCart: c.Cart.Fill, check.OrderForm: c.Order.Visit,
	} {
		if page != "" {
			has = append(has, capability)
		}
	}
	return has
}

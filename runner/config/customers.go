package config

import (
	"go.yaml.in/yaml/v4"

	"github.com/countersign-oidc/countersign/runner/target"
)

// customers reads what a shop does for its customers. Each part needs all of
// its members.
func (r *reader) customers(n *yaml.Node) target.Customers {
	var c target.Customers
	page := func(name string, to *string) field {
		return field{name, func(n *yaml.Node) { *to = r.address(n) }}
	}
	text := func(name string, to *string) field {
		return field{name, func(n *yaml.Node) { *to = r.shopText(n) }}
	}
	part := func(name string, fields ...field) field {
		return field{name, func(n *yaml.Node) {
			seen := r.mapping(n, `"`+name+`"`, fields...)
			for _, f := range fields {
				if n.Kind == yaml.MappingNode && seen[f.key] == nil {
					r.fail(n, "%q lacks %q", name, f.key)
				}
			}
		}}
	}
	r.mapping(n, `"customers"`,
		part("local", page("visit", &c.Local.Visit), text("email", &c.Local.Email), text("password", &c.Local.Password)),
		part("link", page("visit", &c.Link.Visit), text("password", &c.Link.Password), text("token", &c.Link.Token), page("start", &c.Link.Start)),
		part("staff", page("page", &c.Staff.Page), text("claim", &c.Staff.Claim), text("value", &c.Staff.Value)),
		part("cart", page("fill", &c.Cart.Fill), page("show", &c.Cart.Show), page("orders", &c.Cart.Orders), text("item", &c.Cart.Item), text("ordered", &c.Cart.Ordered)),
		part("order", page("visit", &c.Order.Visit), page("guest", &c.Order.Guest), text("token", &c.Order.Token)),
	)
	return c
}

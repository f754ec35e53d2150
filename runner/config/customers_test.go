package config

import (
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/runner/target"
)

const withCustomers = `shop:
  process: {command: [./start.sh], env: {ACCOUNTS: "{{accounts}}", LINK: "{{link_by_email}}", UI: "{{userinfo_alg}}"}}
  base_url: http://127.0.0.1:{{port}}
  redirect_uris: [/callback]
  sign_in: {visit: /}
  who_am_i: {json: /me, subject: /sub, identity: /id, userinfo: /ui, name: /name, email: /email}
  customers:
    local: {visit: /login, email: "#email", password: "#password"}
    link: {visit: /link, start: /link/start, password: "#password", token: "[name=csrf]"}
    staff: {page: /staff, claim: groups, value: staff}
    cart: {fill: /add/1, show: /cart, item: "#item", orders: /orders, ordered: .order}
    order: {visit: /checkout, guest: /login, token: "[name=csrf]"}
`

func TestCustomers(t *testing.T) {
	in := strings.ReplaceAll(withCustomers, "http://127.0.0.1:{{port}}", `"http://127.0.0.1:{{port}}"`)
	got, err := Parse("countersign.yaml", []byte(in))
	if err != nil {
		t.Fatal(err)
	}
	want := target.Customers{
		Local: target.Local{Visit: "/login", Email: "#email", Password: "#password"},
		Link:  target.Link{Visit: "/link", Start: "/link/start", Password: "#password", Token: "[name=csrf]"},
		Staff: target.Staff{Page: "/staff", Claim: "groups", Value: "staff"},
		Cart:  target.Cart{Fill: "/add/1", Show: "/cart", Item: "#item", Orders: "/orders", Ordered: ".order"},
		Order: target.Order{Visit: "/checkout", Guest: "/login", Token: "[name=csrf]"},
	}
	if got.Shop.Customers != want {
		t.Errorf("got %+v", got.Shop.Customers)
	}
	if w := got.Shop.WhoAmI; w.UserInfo != "/ui" || w.Name != "/name" || w.Email != "/email" {
		t.Errorf("who_am_i: %+v", w)
	}
	if n := len(want.Capabilities()); n != 5 || len(target.Customers{}.Capabilities()) != 0 {
		t.Errorf("%d capabilities", n)
	}
	for from, problem := range map[string]string{
		`, password: "#password"}` + "\n    link": `"local" lacks "password"`,
		"staff: {page: /staff,":                   `"staff" lacks "page"`,
	} {
		to := "}\n    link"
		if strings.HasPrefix(from, "staff") {
			to = "staff: {"
		}
		if _, err := Parse("countersign.yaml", []byte(strings.Replace(in, from, to, 1))); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("want %s, got %v", problem, err)
		}
	}
}

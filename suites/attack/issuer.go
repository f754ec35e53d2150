package attack

import (
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// foreign is an issuer that the shop does not know.
const foreign = "https://op.evil.example"

func issuerSpecs(h *harness.Harness) {
	wrong := []change{
		{"of a foreign issuer", set("iss", foreign)},
		{"whose issuer has one slash more", spelled("iss", func(v string) string { return v + "/" })},
		{"whose issuer lacks its last character", spelled("iss", func(v string) string { return v[:max(0, len(v)-1)] })},
		{"whose issuer is in upper case", spelled("iss", strings.ToUpper)},
		{"whose issuer has a query", spelled("iss", func(v string) string { return v + "?x=1" })},
		{"whose issuer is the honest one at a foreign host", spelled("iss", func(v string) string { return v + "@op.evil.example" })},
		{"with the issuer and a foreign one", func(q url.Values) { q.Add("iss", foreign) }},
		{"with a foreign issuer and the right one", func(q url.Values) { q["iss"] = []string{foreign, q.Get("iss")} }},
		{"that is an error of a foreign issuer beside the code", func(q url.Values) {
			q.Set("error", "access_denied")
			q.Set("iss", foreign)
		}},
		{"that is an error of a foreign issuer", func(q url.Values) {
			q.Set("error", "access_denied")
			q.Set("iss", foreign)
			q.Del("code")
		}},
	}
	missing := []change{
		{"without an issuer", func(q url.Values) { q.Del("iss") }},
		{"whose issuer is empty", set("iss", "")},
		{"whose issuer is called issuer", renamed("iss", "issuer")},
		{"that is an error without an issuer", func(q url.Values) {
			q.Set("error", "access_denied")
			q.Del("iss")
			q.Del("code")
		}},
	}
	h.CheckWith(catalog.AttackIssuerPromised, environ.Setup{ResponseIssuer: true}, altered(judge.Rejected, append(missing, wrong...)...))
	h.Check(catalog.AttackIssuerUnpromised, altered(judge.Rejected, wrong...))
}

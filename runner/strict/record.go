package strict

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
)

// maxShown is how many characters of a value a report shows.
const maxShown = 300

// record notes an exchange for the report.
func (p *probe) record(began time.Time, req *http.Request, form url.Values, a *answer) {
	x := check.Exchange{
		AtMS: began.Sub(p.began).Milliseconds(), Endpoint: p.run.endpoint(req.URL),
		Request: req.Method + " " + req.URL.EscapedPath(), Status: a.status,
	}
	x.Params = append(facts(req.URL.Query(), x.Endpoint), facts(form, x.Endpoint)...)
	if scheme, _, ok := strings.Cut(req.Header.Get("Authorization"), " "); ok {
		x.Params = append(x.Params, check.Fact{Name: "Authorization", Value: scheme + " [redacted]"})
	}
	for _, name := range []string{"Content-Type", "Cache-Control", "WWW-Authenticate"} {
		if v := a.header.Get(name); v != "" {
			x.Answer = append(x.Answer, check.Fact{Name: name, Value: shown(v)})
		}
	}
	if a.redirects() {
		if to, err := a.location(); err == nil {
			x.Answer = append(x.Answer, check.Fact{Name: "Location", Value: shown(place(to))})
			x.Answer = append(x.Answer, facts(to.Query(), "")...)
		}
	}
	x.Answer = append(x.Answer, members(a)...)
	p.exchanges = append(p.exchanges, x)
}

// facts are parameters in alphabetical order. What a form of the provider's
// pages carries is the provider's affair: only names are shown.
func facts(values url.Values, endpoint string) []check.Fact {
	var out []check.Fact
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, v := range values[name] {
			if endpoint == pageEndpoint {
				v = fmt.Sprintf("[%d characters]", len(v))
			}
			out = append(out, check.Fact{Name: name, Value: shown(redacted(name, v))})
		}
	}
	return out
}

// members are the members of a JSON answer that are no tokens or keys.
func members(a *answer) []check.Fact {
	object, ok := a.object()
	if !ok {
		return nil
	}
	var out []check.Fact
	for _, name := range []string{"error", "error_description", "token_type", "expires_in", "scope", "issuer", "sub"} {
		if raw, ok := object[name]; ok {
			out = append(out, check.Fact{Name: name, Value: shown(string(raw))})
		}
	}
	for _, name := range []string{"access_token", "refresh_token", "id_token"} {
		if raw, ok := object[name]; ok {
			out = append(out, check.Fact{Name: name, Value: redacted(name, string(raw))})
		}
	}
	return out
}

func shown(s string) string {
	if len(s) > maxShown {
		return strings.ToValidUTF8(s[:maxShown], "") + "..."
	}
	return s
}

// pageEndpoint stands for the pages that a browser meets.
const pageEndpoint = "page"

// endpoint is what the discovery document calls an address.
func (r *run) endpoint(u *url.URL) string {
	at := place(u)
	for name, address := range r.meta.addresses() {
		known, err := url.Parse(address)
		if err == nil && place(known) == at {
			return name
		}
	}
	if strings.HasSuffix(u.Path, wellKnown) {
		return "discovery"
	}
	return pageEndpoint
}

// scrub takes the secrets of the target out of a result, wherever a provider
// may have echoed them.
func (t Target) scrub(res *check.Result) {
	var pairs []string
	for _, secret := range []string{t.Client.Secret, t.Second.Secret, t.Password} {
		// Less than that is no secret, and would tear words apart.
		if len(secret) < 4 {
			continue
		}
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret)} {
			pairs = append(pairs, form, "[redacted]")
		}
	}
	clean := strings.NewReplacer(pairs...).Replace
	res.Reason = clean(res.Reason)
	each := func(list []check.Fact) {
		for i := range list {
			list[i].Value = clean(list[i].Value)
		}
	}
	for i := range res.Evidence {
		each(res.Evidence[i].Facts)
		for j := range res.Evidence[i].Exchanges {
			x := &res.Evidence[i].Exchanges[j]
			each(x.Params)
			each(x.Answer)
		}
	}
}

package logout

import (
	"context"
	"fmt"
	"html"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// more registers the checks of signing out at the shop beyond the ordinary.
func more(h *harness.Harness) {
	h.Check(catalog.LogoutHintAddress, signedOut(func(s *harness.Spec, in, out observed) judge.Finding {
		return judge.HintAddress(in, out, s.Lane.Provider.Metadata().EndSessionEndpoint)
	}))
	h.CheckWith(catalog.LogoutWithoutEndpoint, environ.Setup{NoLogoutEndpoint: true},
		signedOut(func(_ *harness.Spec, _, out observed) judge.Finding {
			return judge.First(judge.Anonymous(out), judge.ShowsPage(out))
		}))
	h.Check(catalog.LogoutProviderGone, providerGone)
	h.Check(catalog.LogoutStateHostile, stateHostile)
	h.Check(catalog.LogoutCrossSite, crossSite)
	h.Check(catalog.LogoutCookiesCleared, cookiesCleared)
	h.Check(catalog.LogoutTwice, twice)
	h.Check(catalog.LogoutOtherPerson, otherPerson)
	h.Check(catalog.LogoutBackButton, backButton)
	h.Check(catalog.LogoutStorage, storageCleared)
}

func providerGone(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	stays := &fault.Spec{
		ID: "end_session.status.200", Title: "The provider shows a page of its own and does not return the browser",
		Response: &fault.ResponseEdit{Endpoint: journal.EndSession, Status: 200, Header: map[string]string{"Location": ""}},
	}
	var findings []judge.Finding
	for _, t := range []harness.Try{
		{Title: "The provider drops the connection", Fault: "end_session.connection.dropped"},
		{Title: "The provider resets the connection", Fault: "end_session.connection.reset"},
		{Title: "The provider answers no HTTP", Fault: "end_session.connection.not_http"},
		{Title: "The provider does not return the browser", Written: stays},
	} {
		in, f, err := s.SignedIn(ctx, harness.Try{User: u})
		if err != nil || f.Verdict != check.Pass {
			return f, err
		}
		t.User, t.NoPicture = u, true
		out, err := s.SignOut(ctx, in, t)
		if err != nil {
			return judge.Finding{}, err
		}
		f = judge.Anonymous(*out)
		if t.Fault != "" { // a provider that does not return by itself needs no fault
			f = judge.First(f, judge.Fired(*out))
		}
		findings = append(findings, s.Case(out, f))
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	return judge.Worst(findings...), nil
}

// stateHostile returns from sign-outs with what an attacker would put there.
func stateHostile(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	var findings []judge.Finding
	for _, id := range []fault.ID{"end_session.state.duplicate", "end_session.state.script", "end_session.params.extra"} {
		in, f, err := s.SignedIn(ctx, harness.Try{User: u})
		if err != nil || f.Verdict != check.Pass {
			return f, err
		}
		out, err := s.SignOut(ctx, in, harness.Try{Title: "A sign-out with the fault " + string(id), User: u, Fault: id, NoPicture: true})
		if err != nil {
			return judge.Finding{}, err
		}
		if out.Page.Origin() != out.ShopOrigin || id != "end_session.params.extra" && !sentState(out) {
			continue // nothing came back
		}
		findings = append(findings, s.Case(out, judge.First(judge.ShowsPage(*out), judge.Fired(*out))))
	}
	names := []string{"state", "error", "error_description", "return_to", "url", "logout", "post_logout_redirect_uri"}
	for _, value := range []string{harness.Breakout, "x\r\n" + harness.Injected + ": 1\r\n\r\n" + harness.Breakout} {
		params := url.Values{}
		for _, name := range names {
			params.Set(name, value)
		}
		link := s.Lane.Shop.URL(withQuery(s.Lane.Shop.PostLogoutRedirect, params))
		a, err := s.Open(ctx, link, harness.Try{Title: "The sign-out redirect with scripts and line breaks", User: u, NoPicture: true, KeepPage: true})
		if err != nil {
			return judge.Finding{}, err
		}
		f, err := s.NotReflected(ctx, a)
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, f)
	}
	return judge.Worst(findings...), nil
}

// exit is how the shop's own page signs out.
type exit struct {
	Address string `json:"address"`
	Method  string `json:"method"`
}

const exitScript = `(() => {
	const e = document.querySelector(%s);
	const form = e && e.closest("form");
	return form ? {address: form.action, method: form.method} : {address: e && e.href || "", method: "get"};
})()`

// exits are the addresses that sign out, as far as somebody else can know them.
func exits(ctx context.Context, s *harness.Spec, in *attempt.SignIn) ([]string, exit, error) {
	addresses := []string{}
	if s.Lane.Shop.PostLogoutRedirect != "" {
		addresses = append(addresses, s.Lane.Shop.URL(s.Lane.Shop.PostLogoutRedirect))
	}
	how := s.Lane.Shop.SignOut
	if how.Click == "" {
		return append(addresses, s.Lane.Shop.URL(how.Visit)), exit{}, nil
	}
	if _, err := s.Visit(ctx, in, how.Visit); err != nil {
		return nil, exit{}, err
	}
	var own exit
	if err := s.Browser.Eval(ctx, fmt.Sprintf(exitScript, quoted(how.Click)), &own); err != nil {
		return nil, exit{}, err
	}
	return append(addresses, own.Address), own, nil
}

func quoted(s string) string {
	return `"` + strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), `"`, `\"`) + `"`
}

func crossSite(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	in, f, err := s.SignedIn(ctx, harness.Try{})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	addresses, own, err := exits(ctx, s, in)
	if err != nil {
		return judge.Finding{}, err
	}
	site, err := s.ForeignSite(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	var body strings.Builder
	for _, address := range addresses {
		safe := html.EscapeString(address)
		fmt.Fprintf(&body, `<img src="%s" alt=""><iframe src="%s"></iframe><script src="%s"></script><link rel="stylesheet" href="%s">`, safe, safe, safe, safe)
	}
	site.Page("/embedding", body.String())
	a, err := s.OpenWhole(ctx, site.URL("/embedding"), harness.Try{Title: "A page of another site loads the sign-out addresses", User: person(in)})
	if err != nil {
		return judge.Finding{}, err
	}
	findings := []judge.Finding{s.Case(a, judge.NotSignedOutBy(*a, addresses...))}
	for _, address := range addresses {
		site.Page("/leading", fmt.Sprintf(`<a id="go" href="%s">A prize</a>`, html.EscapeString(address)))
		a, err := s.OpenByClick(ctx, site.URL("/leading"), "#go", harness.Try{Title: "A link of another site to a sign-out address", User: person(in)})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.NotSignedOutBy(*a, address)))
	}
	if strings.EqualFold(own.Method, "post") {
		site.Page("/posting", fmt.Sprintf(`<form method="post" action="%s"><button id="go">A prize</button></form>`, html.EscapeString(own.Address)))
		a, err := s.OpenByClick(ctx, site.URL("/posting"), "#go", harness.Try{Title: "A form of another site that signs out", User: person(in)})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.NotSignedOutBy(*a, own.Address)))
	}
	return judge.Worst(findings...), nil
}

func cookiesCleared(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	if err := s.InCookies(); err != nil {
		return judge.Finding{}, err
	}
	in, f, err := s.SignedIn(ctx, harness.Try{})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	var keys []attempt.Cookie
	for _, c := range s.ShopCookies(in.Cookies) {
		who, err := s.Replay(ctx, attempt.Without(s.ShopCookies(in.Cookies), c))
		if err != nil {
			return judge.Finding{}, err
		}
		if !who.SignedIn { // the account does not open without it
			keys = append(keys, c)
		}
	}
	out, err := s.SignOut(ctx, in, harness.Try{})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.CookiesCleared(keys, s.ShopCookies(out.Cookies)), nil
}

// twice ends the session in another tab of the same cookies first.
func twice(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	in, f, err := s.SignedIn(ctx, harness.Try{})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	how := s.Lane.Shop.SignOut
	if how.Click != "" {
		if _, err := s.Visit(ctx, in, how.Visit); err != nil {
			return judge.Finding{}, err
		}
	}
	tab, err := s.Stranger(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	defer s.Release(tab)
	if err := tab.SetCookies(ctx, s.ShopCookies(in.Cookies)); err != nil {
		return judge.Finding{}, err
	}
	if _, err = tab.Navigate(ctx, s.Lane.Shop.URL(how.Visit)); err == nil && how.Click != "" {
		_, err = tab.Click(ctx, how.Click)
	}
	if err != nil {
		return judge.Finding{}, fmt.Errorf("sign out in another tab: %w", err)
	}
	over, err := s.Replay(ctx, s.ShopCookies(in.Cookies))
	if err != nil {
		return judge.Finding{}, err
	}
	s.Note("Signed in after the other tab signed out", "%t", over.SignedIn)
	out, err := s.SignOut(ctx, in, harness.Try{Title: "The sign-out of a session that is over", KeepPage: true})
	if err != nil {
		return judge.Finding{}, err
	}
	findings := []judge.Finding{s.Case(out, judge.SignedOutTwice(*out))}
	if path := s.Lane.Shop.PostLogoutRedirect; path != "" {
		again, err := s.Open(ctx, s.Lane.Shop.URL(path), harness.Try{Title: "The sign-out redirect, opened by nobody"})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(again, judge.SignedOutTwice(*again)))
	}
	return judge.Worst(findings...), nil
}

func otherPerson(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	first, f, err := s.SignedIn(ctx, harness.Try{Title: "The first person", User: s.Remembered(s.Person(nil))})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	if _, err := s.SignOut(ctx, first, harness.Try{}); err != nil {
		return judge.Finding{}, err
	}
	second, err := s.SignIn(ctx, harness.Try{Title: "The second person in the same browser", User: s.Person(nil)})
	if err != nil {
		return judge.Finding{}, err
	}
	account, err := s.Visit(ctx, second, s.Lane.Shop.Account)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.NextPerson(*first, *second, account, s.Customer(first), s.Customer(second)), nil
}

// atAccount signs in, opens the account page and signs out there.
func atAccount(ctx context.Context, s *harness.Spec) (in *attempt.SignIn, f judge.Finding, err error) {
	if in, f, err = s.SignedIn(ctx, harness.Try{}); err != nil || f.Verdict != check.Pass {
		return nil, f, err
	}
	if _, err = s.Visit(ctx, in, s.Lane.Shop.Account); err != nil {
		return nil, f, err
	}
	in.Left = true
	_, err = s.SignOut(ctx, in, harness.Try{})
	return in, f, err
}

// backButton goes back as often as the sign-out took pages, at most.
func backButton(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	in, f, err := atAccount(ctx, s)
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	provider := s.Lane.Provider.Journal()
	mark := provider.Mark()
	page, err := s.Browser.Run(ctx, `history.back()`)
	if err != nil {
		return judge.Finding{}, err
	}
	asked := provider.Select(journal.Query{After: mark, Kind: journal.Authorize, User: in.Username})
	return judge.ShowsNothingOf(*in, page, asked), nil
}

func storageCleared(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	in, f, err := atAccount(ctx, s)
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	if _, err := s.Browser.Navigate(ctx, s.Lane.Shop.URL(s.Lane.Shop.Public)); err != nil {
		return judge.Finding{}, err
	}
	kept, err := s.Stored(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.NothingKept(*in, kept), nil
}

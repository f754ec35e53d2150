package logout

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// frontChannel is a lane whose provider loads the shop's frame at sign-out.
func frontChannel() environ.Setup { return environ.Setup{FrontChannel: true} }

// frames registers the checks of front-channel logout.
func frames(h *harness.Harness) {
	h.CheckWith(catalog.LogoutFrameEndsSession, frontChannel(), frameEndsSession)
	h.CheckWith(catalog.LogoutFrameWithoutCookies, frontChannel(), frameWithoutCookies)
	h.CheckWith(catalog.LogoutFrameAllowed, frontChannel(), frameAnswer(func(s *harness.Spec, a attempt.SignIn) judge.Finding {
		return judge.Frameable(a, attempt.Origin(s.Lane.Provider.Issuer()))
	}))
	h.CheckWith(catalog.LogoutFrameUncached, frontChannel(), frameAnswer(func(_ *harness.Spec, a attempt.SignIn) judge.Finding {
		return judge.NotStored(a)
	}))
	h.CheckWith(catalog.LogoutFrameMismatch, frontChannel(), frameMismatch)
	h.CheckWith(catalog.LogoutFrameBare, frontChannel(), frameBare)
	h.CheckWith(catalog.LogoutFrameForeign, frontChannel(), frameForeign)
	h.CheckWith(catalog.LogoutFrameAgain, frontChannel(), frameAgain)
}

// frameOf is the path of the frame about a session.
func frameOf(s *harness.Spec, params url.Values) string {
	path := s.Lane.Shop.FrontChannelLogout
	if len(params) == 0 {
		return path
	}
	return withQuery(path, params)
}

// right are the parameters of a sign-in's own frame.
func right(s *harness.Spec, in *attempt.SignIn) url.Values {
	return url.Values{"iss": {s.Lane.Provider.Issuer()}, "sid": {in.Claim("sid")}}
}

// frameEndsSession signs out at the provider, whose page stays until its
// frames have loaded.
func frameEndsSession(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	in, f, err := s.SignedIn(ctx, harness.Try{})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	hints := in.Issued("id_token")
	address := s.Lane.Provider.Metadata().EndSessionEndpoint + "?" + url.Values{"id_token_hint": hints[len(hints)-1:]}.Encode()
	out, err := s.OpenWhole(ctx, address, harness.Try{Title: "The person signs out at the provider", User: person(in)})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Framed(*out, s.Lane.Shop.URL(frameOf(s, right(s, in)))), nil
}

func frameWithoutCookies(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	in, f, err := s.SignedIn(ctx, harness.Try{})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	a, err := s.Deliver(ctx, in, "The frame without cookies", "", harness.Request{Method: http.MethodGet, Path: frameOf(s, right(s, in))})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.FrameEnded(*a), nil
}

// frameAnswer is a check that looks at the answer for the frame.
func frameAnswer(decide func(s *harness.Spec, a attempt.SignIn) judge.Finding) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		in, f, err := s.SignedIn(ctx, harness.Try{})
		if err != nil || f.Verdict != check.Pass {
			return f, err
		}
		a, err := s.Deliver(ctx, in, "The frame", "", withCookies(s, in, right(s, in)))
		if err != nil {
			return judge.Finding{}, err
		}
		return decide(s, *a), nil
	}
}

// withCookies is a request for the frame that has the session's cookies.
func withCookies(s *harness.Spec, in *attempt.SignIn, params url.Values) harness.Request {
	return harness.Request{Method: http.MethodGet, Path: frameOf(s, params), Cookies: s.ShopCookies(in.Cookies)}
}

// framesRefused tries requests that must leave the session alone, and then the
// right one, which must end it.
func framesRefused(ctx context.Context, s *harness.Spec, titles []string, params func(in *attempt.SignIn, title string) url.Values) (judge.Finding, error) {
	u := s.Person(nil)
	var bad []*attempt.SignIn
	in, f, err := s.SignedIn(ctx, harness.Try{User: u})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	for _, title := range titles {
		a, err := s.Deliver(ctx, in, title, "", withCookies(s, in, params(in, title)))
		if err != nil {
			return judge.Finding{}, err
		}
		bad = append(bad, a)
		if a.Who.SignedIn {
			continue
		}
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
		if in, f, err = s.SignedIn(ctx, harness.Try{Title: "A new session", User: u}); err != nil || f.Verdict != check.Pass {
			return f, err
		}
	}
	good, err := s.Deliver(ctx, in, "The frame as it should be", "", withCookies(s, in, right(s, in)))
	if err != nil {
		return judge.Finding{}, err
	}
	return s.Against(good, judge.FrameRefused, bad...), nil
}

func frameMismatch(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	const otherIssuer, otherSession, issuerOnly, sessionOnly, twice = "Another issuer", "Another session",
		"The issuer without a session", "The session without an issuer", "Two sessions"
	return framesRefused(ctx, s, []string{otherIssuer, otherSession, issuerOnly, sessionOnly, twice},
		func(in *attempt.SignIn, title string) url.Values {
			p := right(s, in)
			switch title {
			case otherIssuer:
				p.Set("iss", s.Lane.Provider.Issuer()+"/other")
			case otherSession:
				p.Set("sid", "another-session")
			case issuerOnly:
				p.Del("sid")
			case sessionOnly:
				p.Del("iss")
			case twice:
				p["sid"] = []string{"another-session", p.Get("sid")}
			}
			return p
		})
}

func frameBare(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	return framesRefused(ctx, s, []string{"The frame without parameters"}, func(*attempt.SignIn, string) url.Values { return nil })
}

// frameForeign has a page of another site load the frame.
func frameForeign(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	in, f, err := s.SignedIn(ctx, harness.Try{})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	site, err := s.ForeignSite(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	bare := s.Lane.Shop.URL(frameOf(s, nil))
	guess := right(s, in)
	guess.Set("sid", "guessed")
	guessed := s.Lane.Shop.URL(frameOf(s, guess))
	var body strings.Builder
	for _, address := range []string{bare, guessed} {
		fmt.Fprintf(&body, `<iframe src="%s"></iframe><img src="%s" alt="">`, html.EscapeString(address), html.EscapeString(address))
	}
	site.Page("/embedding", body.String())
	embedded, err := s.OpenWhole(ctx, site.URL("/embedding"), harness.Try{Title: "A page of another site loads the frame", User: person(in)})
	if err != nil {
		return judge.Finding{}, err
	}
	findings := []judge.Finding{s.Case(embedded, judge.NotSignedOutBy(*embedded, bare, guessed))}
	for _, address := range []string{bare, guessed} {
		site.Page("/leading", fmt.Sprintf(`<a id="go" href="%s">A prize</a>`, html.EscapeString(address)))
		a, err := s.OpenByClick(ctx, site.URL("/leading"), "#go", harness.Try{Title: "A link of another site to the frame's address", User: person(in)})
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.NotSignedOutBy(*a, address)))
	}
	return judge.Worst(findings...), nil
}

func frameAgain(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	in, f, err := s.SignedIn(ctx, harness.Try{})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	first, err := s.Deliver(ctx, in, "The frame", "", withCookies(s, in, right(s, in)))
	if err != nil {
		return judge.Finding{}, err
	}
	again := withCookies(s, in, right(s, in))
	again.Header = map[string]string{"Accept": "image/avif,image/webp,*/*;q=0.8", "Sec-Fetch-Dest": "image"}
	second, err := s.Deliver(ctx, in, "The frame once more, as a picture", "", again)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.FrameAgain(*first, *second), nil
}

// person is who signed in, as far as a visit needs to know.
func person(in *attempt.SignIn) identity.User {
	return identity.User{Username: in.Username, Subject: in.Subject}
}

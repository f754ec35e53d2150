package attack

import (
	"context"
	"encoding/json"
	"net/url"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/environ"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func mixUpSpecs(h *harness.Harness) {
	second := environ.Setup{Second: true}
	h.CheckWith(catalog.AttackMixUp, second, mixUp)
	h.CheckWith(catalog.AttackEndpointsMixed, environ.Setup{Evil: []mockidp.Mix{mockidp.MixAuthorizationEndpoint}, Discover: true}, endpointsMixed)
	h.CheckWith(catalog.AttackOtherRedirect, environ.Setup{Second: true, OwnRedirect: true}, otherRedirect)
	h.CheckWith(catalog.AttackSessionOverwritten, second, sessionOverwritten)
	h.CheckWith(catalog.AttackIssuerClaimed, environ.Setup{Evil: []mockidp.Mix{mockidp.MixIssuer}, Discover: true}, issuerClaimed)
}

// atSecond is the path that starts a sign-in at the second provider.
func atSecond(s *harness.Spec) string {
	return s.Lane.Shop.StartWithProvider + url.QueryEscape(s.Lane.Shop.SecondName)
}

// both makes both providers know a person.
func both(s *harness.Spec, u identity.User) (identity.User, error) {
	return u, s.Lane.Second.PutUser(u)
}

// mixUp starts at the evil provider, which hands the browser on to the honest
// one.
func mixUp(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	honest := s.Lane.Provider.Metadata().AuthorizationEndpoint
	a, err := s.SignIn(ctx, harness.Try{
		Title: "A sign-in at the evil provider, which leads on to the honest one", User: u, Visit: atSecond(s), AtSecond: true, Everybody: true,
		Written: &fault.Spec{
			ID: "authorize.handed_on", Title: "The authorization endpoint hands people on to the honest provider",
			Response: &fault.ResponseEdit{Endpoint: journal.Authorize, Redirect: &fault.Elsewhere{To: honest, KeepQuery: true}},
		},
	})
	if err != nil {
		return judge.Finding{}, err
	}
	return mixedUp(ctx, s, u, a)
}

// endpointsMixed signs in at an evil provider whose metadata names the honest
// authorization endpoint.
func endpointsMixed(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	a, err := s.SignIn(ctx, harness.Try{Title: "A sign-in at a provider whose metadata names another's authorization endpoint", User: u, Visit: atSecond(s)})
	if err != nil {
		return judge.Finding{}, err
	}
	return mixedUp(ctx, s, u, a)
}

// mixedUp decides whether the evil provider obtained anything of a sign-in at
// the honest one.
func mixedUp(ctx context.Context, s *harness.Spec, u identity.User, a *observed) (judge.Finding, error) {
	secrets := map[string]string{"client secret": s.Lane.Client.Secret}
	for _, e := range a.Entries {
		if code := query(e.Location).Get("code"); code != "" {
			secrets["authorization code"] = code
		}
		for _, t := range e.Tokens {
			secrets[t.Kind] = t.Value
		}
	}
	control, err := ordinary(ctx, s, u)
	if err != nil {
		return judge.Finding{}, err
	}
	if len(a.Of(journal.Authorize)) == 0 && len(a.Other) > 0 && a.Page.Origin() != a.ShopOrigin {
		return judge.Undecided("The browser was not handed on to the honest provider; it rests at %s.", a.Page.URL), nil
	}
	return judge.First(judge.SecretsAtOther(*a, secrets), judge.NobodyIn(*a, *control),
		judge.Pass("The evil provider obtained nothing of the honest one, and an ordinary sign-in works.")), nil
}

// otherRedirect delivers the answer of each provider where the other answers.
func otherRedirect(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	var u identity.User
	shop := s.Lane.Shop
	var attempts []*observed
	for _, c := range []struct{ title, visit, path string }{
		{"The first provider's answer where the second answers", "", shop.SecondRedirect},
		{"The second provider's answer where the first answers", atSecond(s), shop.Redirect},
	} {
		// Each is somebody else, whom the other provider has no session of.
		var err error
		if u, err = both(s, s.Person(nil)); err != nil {
			return judge.Finding{}, err
		}
		answer, err := s.Hold(ctx, harness.Try{Title: "A sign-in whose answer is held back", User: u, Visit: c.visit})
		if err != nil {
			return judge.Finding{}, err
		}
		a, err := s.Open(ctx, shop.URL(c.path)+"?"+query(answer).Encode(), harness.Try{Title: c.title, User: u, NoPicture: len(attempts) > 0})
		if err != nil {
			return judge.Finding{}, err
		}
		attempts = append(attempts, a)
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	return weighed(ctx, s, u, judge.Rejected, attempts)
}

// sessionOverwritten begins a second sign-in in the same browser before the
// answer to the first one comes, at the honest provider first and then at the
// evil one first.
func sessionOverwritten(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	victim, attacker := s.Person(nil), s.Person(nil)
	for _, u := range []identity.User{victim, attacker} {
		if err := s.Lane.Second.PutUser(u); err != nil {
			return judge.Finding{}, err
		}
	}
	honest, err := overlapped(ctx, s, victim, "", atSecond(s), "The honest provider's answer, after a sign-in at the evil one was begun", nil)
	if err != nil {
		return judge.Finding{}, err
	}
	claims := map[string]json.RawMessage{"iss": quoted(s.Lane.Provider.Issuer()), "sub": quoted(s.Subject(victim))}
	evil := []*observed{}
	for _, c := range []struct {
		title string
		edit  fault.TokenEdit
	}{
		{"with a token that names the honest issuer", fault.TokenEdit{SetClaims: claims}},
		{"with a token that names the honest issuer and is keyed by the client secret", fault.TokenEdit{SetClaims: claims, Sign: fault.HMAC, Secret: fault.SecretClientSecret}},
	} {
		a, err := overlapped(ctx, s, attacker, atSecond(s), "", "The evil provider's answer, after a sign-in at the honest one was begun, "+c.title, &c.edit)
		if err != nil {
			return judge.Finding{}, err
		}
		evil = append(evil, a)
	}
	control, err := ordinary(ctx, s, victim)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.Worst(s.Case(honest, judge.KeptTo(*honest, s.Lane.Client.Secret)), s.Against(control, judge.NobodyIn, evil...)), nil
}

// overlapped holds the answer to a sign-in back, begins another one in the same
// browser and delivers the first answer. An edit is one of the second
// provider's tokens.
func overlapped(ctx context.Context, s *harness.Spec, u identity.User, first, other, title string, edit *fault.TokenEdit) (*observed, error) {
	if err := s.Browser.Clear(ctx); err != nil {
		return nil, err
	}
	answer, err := s.Hold(ctx, harness.Try{Title: "A sign-in whose answer is held back", User: u, Visit: first})
	if err != nil {
		return nil, err
	}
	begin := other
	if begin == "" {
		begin = s.Lane.Shop.SignIn.Visit
	}
	if _, err := s.Hold(ctx, harness.Try{Title: "Another sign-in in the same browser, which is left alone", User: u, Visit: begin}); err != nil {
		return nil, err
	}
	if edit != nil {
		ticket, err := s.Lane.Second.Arm(fault.Spec{ID: "id_token.honest_issuer", Title: "an ID token that claims the honest issuer", Token: edit}, fault.Scope{}, fault.Always)
		if err != nil {
			return nil, err
		}
		defer ticket.Disarm()
	}
	return s.Open(ctx, answer, harness.Try{Title: title, User: u})
}

func quoted(text string) json.RawMessage {
	raw, _ := json.Marshal(text) // a string always marshals
	return raw
}

// issuerClaimed signs in at an evil provider whose metadata claim the honest
// issuer, and then at one whose answers and tokens claim it too.
func issuerClaimed(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	victim := s.Person(nil)
	if err := s.Lane.Second.PutUser(victim); err != nil {
		return judge.Finding{}, err
	}
	honest := s.Lane.Provider.Issuer()
	var attempts []*observed
	for _, c := range []struct {
		title string
		also  []fault.Spec
	}{
		{"A sign-in at a provider whose metadata claim the honest issuer", nil},
		{"A sign-in at a provider whose metadata, answers and tokens claim the honest issuer", []fault.Spec{
			{
				ID: "authorize.iss.honest", Title: "an authorization response that claims the honest issuer",
				Redirect: &fault.RedirectEdit{Endpoint: journal.Authorize, Set: map[string]string{"iss": honest}},
			},
			{
				ID: "id_token.iss.honest", Title: "an ID token that claims the honest issuer",
				Token: &fault.TokenEdit{SetClaims: map[string]json.RawMessage{"iss": quoted(honest)}},
			},
		}},
	} {
		for _, f := range c.also {
			if _, err := s.Lane.Second.Arm(f, fault.Scope{}, fault.Always); err != nil {
				return judge.Finding{}, err
			}
		}
		a, err := s.SignIn(ctx, harness.Try{Title: c.title, User: victim, Visit: atSecond(s), NoPicture: len(attempts) > 0})
		if err != nil {
			return judge.Finding{}, err
		}
		attempts = append(attempts, a)
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	if len(attempts[0].Other) == 0 {
		return judge.Undecided("The shop never asked the evil provider for its metadata."), nil
	}
	return weighed(ctx, s, victim, judge.NobodyIn, attempts)
}

package attack

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func tokenSpecs(h *harness.Harness) {
	h.Check(catalog.AttackOtherClient, otherClient)
	h.Check(catalog.AttackAccessTokenOnly, accessTokenOnly)
	h.Check(catalog.AttackIDTokenUnasked, idTokenUnasked)
	h.Check(catalog.AttackResponseMode, responseMode)
}

// otherClient answers with a code, and then with an ID token, that another
// client of the provider would have.
func otherClient(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	if _, err := anotherClient(s); err != nil {
		return judge.Finding{}, err
	}
	return s.Refused(ctx, "authorize.code.other_client", "id_token.aud.registered")
}

// anotherClient makes the provider know an app of somebody else.
func anotherClient(s *harness.Spec) (identity.Client, error) {
	c := identity.Client{ID: "game-" + s.Lane.Client.ID, Secret: "game", RedirectURIs: []string{foreign + "/callback"}}
	if err := s.Lane.Provider.PutClient(c); err != nil {
		return c, fmt.Errorf("another client: %w", err)
	}
	return c, nil
}

// stolenAccess is an access token of a person that was issued to another
// client.
func stolenAccess(s *harness.Spec, victim identity.User) (string, error) {
	other, err := anotherClient(s)
	if err != nil {
		return "", err
	}
	return s.Lane.Provider.Mint(mockidp.Token{
		Kind: "access_token", Client: other.ID, User: victim.Username, Scopes: []string{"openid", "profile", "email"},
	})
}

// accessTokenOnly delivers an answer with nothing but an access token.
func accessTokenOnly(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	victim, attacker := s.Person(nil), s.Person(nil)
	token, err := stolenAccess(s, victim)
	if err != nil {
		return judge.Finding{}, err
	}
	only := func(q url.Values) {
		q.Del("code")
		q.Set("access_token", token)
		q.Set("token_type", "Bearer")
	}
	stateless := func(q url.Values) {
		only(q)
		q.Del("state")
	}
	return delivered(ctx, s, attacker, judge.NoUserInfo, []delivery{
		{change{"with an access token in place of the code", only}, http.MethodGet},
		{change{"with an access token in place of the code and of the state", stateless}, http.MethodGet},
		{change{"with an access token in place of the code, posted", only}, http.MethodPost},
		{change{"with an access token in the fragment", only}, inFragment},
	})
}

// inFragment stands for a delivery in the fragment of the address.
const inFragment = "fragment"

// delivery is a change of an answer and how it comes to the shop.
type delivery struct {
	change
	method string
}

// delivered is altered with answers that come by other ways than the query.
func delivered(ctx context.Context, s *harness.Spec, u identity.User, weigh func(a, control observed) judge.Finding, all []delivery) (judge.Finding, error) {
	site, err := s.ForeignSite(ctx)
	if err != nil {
		return judge.Finding{}, err
	}
	attempts := make([]*observed, 0, len(all))
	for i, d := range all {
		answer, err := s.Hold(ctx, harness.Try{Title: "A sign-in whose answer is held back", User: u})
		if err != nil {
			return judge.Finding{}, err
		}
		if answer, err = changed(answer, d.edit); err != nil {
			return judge.Finding{}, err
		}
		switch d.method {
		case http.MethodPost:
			answer = sent(site, fmt.Sprintf("/%d", i), d.method, answer)
		case inFragment:
			answer = s.Lane.Shop.URL(s.Lane.Shop.Redirect) + "#" + query(answer).Encode()
		}
		a, err := s.Open(ctx, answer, harness.Try{Title: "The answer " + d.what, User: u, NoPicture: i > 0})
		if err != nil {
			return judge.Finding{}, err
		}
		attempts = append(attempts, a)
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	return weighed(ctx, s, u, weigh, attempts)
}

// idTokenUnasked puts ID tokens of a victim into the answer to an attacker's
// sign-in, next to the code and in its place.
func idTokenUnasked(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	victim, attacker := s.Person(nil), s.Person(nil)
	var attempts []*observed
	for _, c := range []struct {
		what    string
		edit    *fault.TokenEdit
		nonce   bool
		instead bool
		method  string
	}{
		{"a good ID token of the victim next to the code", nil, true, false, http.MethodGet},
		{"a good ID token of the victim in place of the code", nil, true, true, http.MethodGet},
		{"a good ID token of the victim in place of the code, posted", nil, true, true, http.MethodPost},
		{"an ID token of another sign-in of the victim next to the code", nil, false, false, http.MethodGet},
		{"an ID token of another sign-in of the victim in place of the code", nil, false, true, http.MethodGet},
		{"an unsigned ID token of the victim next to the code", &fault.TokenEdit{Sign: fault.Unsigned}, true, false, http.MethodGet},
		{"an unsigned ID token of the victim in place of the code", &fault.TokenEdit{Sign: fault.Unsigned}, true, true, http.MethodGet},
	} {
		mark := s.Lane.Provider.Journal().Mark()
		answer, err := s.Hold(ctx, harness.Try{Title: "The attacker's sign-in, whose answer is held back", User: attacker})
		if err != nil {
			return judge.Finding{}, err
		}
		order := mockidp.Token{Kind: "id_token", Client: s.Lane.Client.ID, User: victim.Username, Nonce: "of-another-sign-in", Edit: c.edit}
		if asked := s.Lane.Provider.Journal().Select(journal.Query{After: mark, Kind: journal.Authorize}); c.nonce && len(asked) > 0 {
			order.Nonce = asked[0].Query.Get("nonce")
		}
		token, err := s.Lane.Provider.Mint(order)
		if err != nil {
			return judge.Finding{}, fmt.Errorf("an ID token of the victim: %w", err)
		}
		answer, err = changed(answer, func(q url.Values) {
			if q.Set("id_token", token); c.instead {
				q.Del("code")
			}
		})
		if err != nil {
			return judge.Finding{}, err
		}
		if c.method == http.MethodPost {
			site, err := s.ForeignSite(ctx)
			if err != nil {
				return judge.Finding{}, err
			}
			answer = sent(site, "/", c.method, answer)
		}
		a, err := s.Open(ctx, answer, harness.Try{Title: "An answer with " + c.what, User: attacker, NoPicture: len(attempts) > 0})
		if err != nil {
			return judge.Finding{}, err
		}
		attempts = append(attempts, a)
		if err := s.ForgetShop(ctx); err != nil {
			return judge.Finding{}, err
		}
	}
	return weighed(ctx, s, attacker, func(a, control observed) judge.Finding {
		return judge.First(judge.Not(a, s.Subject(victim)), judge.Control(control), judge.Not(a, s.Subject(victim)))
	}, attempts)
}

// responseMode answers a request for the query in other ways.
func responseMode(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	jwt := func(q url.Values) {
		members := map[string]string{"iss": s.Lane.Provider.Issuer(), "aud": s.Lane.Client.ID}
		for name := range q {
			members[name] = q.Get(name)
			q.Del(name)
		}
		payload, _ := json.Marshal(members) // texts always marshal
		q.Set("response", base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`))+"."+base64.RawURLEncoding.EncodeToString(payload)+".")
	}
	f, err := delivered(ctx, s, u, judge.Rejected, []delivery{
		{change{"in the fragment", func(url.Values) {}}, inFragment},
		{change{"in an unsigned JWT", jwt}, http.MethodGet},
		{change{"posted with another state", set("state", "another")}, http.MethodPost},
		{change{"posted without a state", func(q url.Values) { q.Del("state") }}, http.MethodPost},
	})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	if err := s.Browser.Clear(ctx); err != nil {
		return judge.Finding{}, err
	}
	posted, err := s.SignIn(ctx, harness.Try{Title: "A good answer that is posted", User: u, Fault: "authorize.mode.form_post"})
	if err != nil {
		return judge.Finding{}, err
	}
	control, err := ordinary(ctx, s, u)
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Survived(*posted, *control), f), nil
}

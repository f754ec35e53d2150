package signature

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/url"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func headerSpecs(h *harness.Harness) {
	h.RefusesWritten(catalog.SignatureKidOfOtherKey,
		named("id_token.kid.of_other_key"),
		edit("alg.es256_rsa_kid", "ID token that says ES256 and names an RSA key", fault.TokenEdit{SetHeader: member("alg", `"ES256"`)}),
		edit("alg.es384_ec_kid", "ID token that says ES384 and names a key on P-256", fault.TokenEdit{Sign: fault.OtherAlgorithm, SetHeader: member("alg", `"ES384"`)}),
		edit("alg.rs256_ec_kid", "ID token signed by the EC key that says RS256", fault.TokenEdit{Sign: fault.OtherAlgorithm, SetHeader: member("alg", `"RS256"`)}),
	)
	h.Check(catalog.SignatureKidAbsent, kidAbsent)
	h.RefusesWritten(catalog.SignatureKidAbsentRogue,
		edit("kid.absent_other_key", "ID token of a rogue key without a kid", fault.TokenEdit{Sign: fault.OtherKey, RemoveHeader: []string{"kid"}}),
		named("id_token.kid.absent_rogue"),
		edit("kid.empty_other_key", "ID token of a rogue key with an empty kid", fault.TokenEdit{Sign: fault.OtherKey, SetHeader: member("kid", `""`)}),
		edit("kid.absent_corrupted", "ID token without a kid and with a corrupted signature", fault.TokenEdit{Sign: fault.Corrupted, RemoveHeader: []string{"kid"}}),
	)
	h.Check(catalog.SignatureKidUnknown, kidUnknown)
	h.RefusesWritten(catalog.SignatureKidTypes, kidTypes()...)
	h.RefusesWritten(catalog.SignatureKidInjected, kidInjected()...)
	h.Check(catalog.SignatureKidAsKey, uncalled(func(p places) []fault.Spec {
		return []fault.Spec{
			rogue("kid.url", "ID token of a rogue key whose kid is the URL of its key set", "kid", quoted(p.at+"/keys.json")),
			rogue("kid.key_url", "ID token of a rogue key whose kid is the URL of the key", "kid", quoted(p.at+"/key.json")),
			rogue("kid.jwk", "ID token of a rogue key whose kid is the key", "kid", `{"$string":{"$jwk":"rogue"}}`),
			rogue("kid.jku", "ID token of a rogue key whose kid is its key set's", "kid", quoted(p.at+"/keys.json#rogue")),
		}
	}))
	h.Check(catalog.SignatureJWKEmbedded, uncalled(jwkEmbedded))
	h.RefusesWritten(catalog.SignatureJWKSecret,
		named("id_token.jwk.mac_key"),
		edit("jwk.mac_key_critical", "ID token that insists on the HMAC secret in its header", fault.TokenEdit{
			Sign: fault.HMAC, Secret: fault.SecretWord, SetHeader: members("jwk", `{"kty":"oct","k":"c2VjcmV0"}`, "crit", `["jwk"]`),
		}),
	)
	h.Check(catalog.SignatureJKUFollowed, uncalled(jkuFollowed))
	h.Check(catalog.SignatureJKULookalike, uncalled(jkuLookalike))
	h.Check(catalog.SignatureX5CEmbedded, x5cEmbedded)
	h.Check(catalog.SignatureX5UFollowed, uncalled(func(p places) []fault.Spec {
		return []fault.Spec{
			rogue("x5u.pem", "ID token with the URL of a rogue certificate", "x5u", quoted(p.at+"/key.pem")),
			rogue("x5u.userinfo", "ID token with the URL of a rogue certificate at a host that looks like the provider's", "x5u", quoted(disguised(p.at, p.origin)+"/key.pem")),
		}
	}))
}

// rogue is a token of the rogue key with one header member.
func rogue(id, title, name, value string) fault.Spec {
	return edit(id, title, fault.TokenEdit{Sign: fault.OtherKey, SetHeader: member(name, value)})
}

func quoted(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(text)
}

// x5cEmbedded sends chains of certificates, of which one is the rogue key's.
func x5cEmbedded(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	ring := s.Lane.Provider.Keys()
	certificate := func(k *keys.Key, err error) (string, error) {
		if err != nil {
			return "", err
		}
		der, err := k.Certificate()
		return base64.StdEncoding.EncodeToString(der), err
	}
	bad, err := certificate(ring.Rogue(keys.RS256))
	if err != nil {
		return judge.Finding{}, err
	}
	good, err := certificate(ring.Signing(keys.RS256))
	if err != nil {
		return judge.Finding{}, err
	}
	chain := func(id, title, value string) fault.Spec { return rogue("x5c."+id, "ID token "+title, "x5c", value) }
	return s.RefusedWritten(ctx,
		named("id_token.x5c.self_signed"),
		chain("rogue_first", "with the rogue certificate before the honest one", `["`+bad+`","`+good+`"]`),
		chain("rogue_last", "with the rogue certificate behind the honest one", `["`+good+`","`+bad+`"]`),
		chain("honest_only", "of a rogue key with the honest certificate", `["`+good+`"]`),
		edit("x5t.other", "ID token of a rogue key with its certificate and a fingerprint that is not its", fault.TokenEdit{
			Sign: fault.OtherKey, SetHeader: members("x5c", `["`+bad+`"]`, "x5t", `"AAAAAAAAAAAAAAAAAAAAAAAAAAA"`),
		}),
	)
}

// disguised is an address of a host that begins like another origin.
func disguised(at, origin string) string {
	u, err := url.Parse(at)
	if err != nil {
		return at
	}
	o, err := url.Parse(origin)
	if err != nil {
		return at
	}
	return "http://" + o.Host + "@" + u.Host
}

func jwkEmbedded(p places) []fault.Spec {
	nested := fmt.Sprintf(`{"$merge":[{"$jwk":"rogue"},{"jku":%s,"x5u":%s}]}`, quoted(p.at+"/keys.json"), quoted(p.at+"/key.pem"))
	return []fault.Spec{
		named("id_token.jwk.embedded"),
		edit("jwk.critical", "ID token that insists on the rogue key in its header", fault.TokenEdit{
			Sign: fault.OtherKey, SetHeader: members("jwk", `{"$jwk":"rogue"}`, "crit", `["jwk"]`),
		}),
		edit("jwk.same_kid", "ID token with the rogue key under the honest kid in its header", fault.TokenEdit{
			Sign: fault.OtherKey, SetHeader: member("jwk", `{"$merge":[{"$jwk":"rogue"},{"kid":{"$kid":"signing"}}]}`),
		}),
		edit("jwk.own_kid", "ID token with the rogue key in its header, and its kid", fault.TokenEdit{
			Sign: fault.OtherKey, SetHeader: members("jwk", `{"$jwk":"rogue"}`, "kid", `{"$kid":"rogue"}`),
		}),
		rogue("jwk.address", "ID token of a rogue key whose jwk is the key's URL", "jwk", quoted(p.at+"/key.json")),
		rogue("jwk.nested", "ID token with a rogue key in its header that names addresses", "jwk", nested),
	}
}

func jkuFollowed(p places) []fault.Spec {
	with := func(id, title, address string) fault.Spec {
		return edit(id, title, fault.TokenEdit{Sign: fault.OtherKey, SetHeader: members("jku", quoted(p.at+address), "kid", `{"$kid":"rogue"}`)})
	}
	return []fault.Spec{
		with("jku.rogue", "ID token with the URL of a rogue key set", "/keys.json"),
		with("jku.rogue_first", "ID token with the URL of a key set whose first key is rogue", "/rogue-first.json"),
		with("jku.rogue_last", "ID token with the URL of a key set whose last key is rogue", "/rogue-last.json"),
		rogue("jku.honest_kid", "ID token of a rogue key under the honest kid with the URL of a rogue key set", "jku", quoted(p.at+"/keys.json")),
		edit("jku.critical_here", "ID token that insists on its rogue key set", fault.TokenEdit{
			Sign: fault.OtherKey, SetHeader: members("jku", quoted(p.at+"/keys.json"), "crit", `["jku"]`),
		}),
	}
}

// jkuLookalike has a provider with an open redirect as its last variant.
func jkuLookalike(p places) []fault.Spec {
	redirect := rogue("jku.redirected", "ID token with a jku at the provider that redirects elsewhere", "jku", quoted(p.onward))
	redirect.Response = &fault.ResponseEdit{Endpoint: journal.CheckSession, Redirect: &fault.Elsewhere{To: p.at + "/keys.json"}}
	return []fault.Spec{
		rogue("jku.userinfo", "ID token with a jku whose user name is the provider's host", "jku", quoted(disguised(p.at, p.origin)+"/keys.json")),
		rogue("jku.path", "ID token with a jku whose path is the provider's address", "jku", quoted(p.at+"/"+p.origin+"/keys.json")),
		rogue("jku.query", "ID token with a jku whose query is the provider's address", "jku", quoted(p.at+"/keys.json?"+p.origin)),
		rogue("jku.fragment", "ID token with a jku whose fragment is the provider's address", "jku", quoted(p.at+"/keys.json#"+p.origin)),
		redirect,
	}
}

// places are where a token can send a shop to: a canary, at which the rogue key
// is, the provider's origin, and an address of the provider that may redirect.
type places struct{ at, origin, onward string }

// uncalled is a check whose tokens name addresses of a canary.
func uncalled(variants func(p places) []fault.Spec) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		canary, err := s.Canary(ctx)
		if err != nil {
			return judge.Finding{}, err
		}
		if err := serveRogueKeys(s, canary); err != nil {
			return judge.Finding{}, err
		}
		u := s.Person(nil)
		faults := variants(places{
			at: canary.URL(""), origin: attempt.Origin(s.Lane.Provider.Issuer()), onward: s.Lane.Provider.Metadata().CheckSessionIframe,
		})
		tried := make([]*attempt.SignIn, len(faults))
		calls := make([][]string, len(faults))
		for i := range faults {
			before := len(canary.Hits())
			if tried[i], err = s.SignIn(ctx, s.Variant(u, &faults[i], i > 0)); err != nil {
				return judge.Finding{}, err
			}
			for _, hit := range canary.Hits()[before:] {
				calls[i] = append(calls[i], hit.Method+" "+hit.URL)
			}
			if err := s.ForgetShop(ctx); err != nil {
				return judge.Finding{}, err
			}
		}
		good, err := s.SignIn(ctx, harness.Try{Title: "The same sign-in without the deviation", User: u, Control: true})
		if err != nil {
			return judge.Finding{}, err
		}
		findings := make([]judge.Finding, len(faults))
		for i, bad := range tried {
			findings[i] = s.Case(bad, judge.First(judge.Uncalled(*bad, calls[i]), judge.Refused(*bad, *good)))
		}
		return judge.Worst(findings...), nil
	}
}

// serveRogueKeys puts the rogue key and the honest one where tokens say.
func serveRogueKeys(s *harness.Spec, canary *harness.Site) error {
	ring := s.Lane.Provider.Keys()
	rogue, err := ring.Rogue("RS256")
	if err != nil {
		return err
	}
	honest, err := ring.Signing("RS256")
	if err != nil {
		return err
	}
	der, err := rogue.Certificate()
	if err != nil {
		return err
	}
	bad, good := rogue.JWK(), honest.JWK()
	document := func(path string, doc any) {
		canary.Handle(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(doc) // whoever asked may have gone
		})
	}
	document("/keys.json", map[string]any{"keys": []any{&bad}})
	document("/rogue-first.json", map[string]any{"keys": []any{&bad, &good}})
	document("/rogue-last.json", map[string]any{"keys": []any{&good, &bad}})
	document("/key.json", &bad)
	canary.Handle("/key.pem", func(w http.ResponseWriter, _ *http.Request) {
		_ = pem.Encode(w, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	})
	return nil
}

// kidAbsent has one RSA key, without a name.
func kidAbsent(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	f := edit("kid.absent_single", "ID token without a kid, while the keys have none either", fault.TokenEdit{RemoveHeader: []string{"kid"}})
	f.Response = &fault.ResponseEdit{Endpoint: journal.JWKS, Keys: &fault.KeysEdit{Remove: []string{"kid"}}}
	a, err := s.SignIn(ctx, harness.Try{Title: "A sign-in whose token names no key", User: s.Person(nil), Written: &f, Everybody: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Reached(*a), judge.SignedIn(*a)), nil
}

// kidUnknown also counts what a token of an unknown key costs the provider.
func kidUnknown(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	u := s.Person(nil)
	first, err := s.SignIn(ctx, harness.Try{Title: "A sign-in before", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	if f := judge.Control(*first); f.Verdict != check.Pass {
		return f, nil
	}
	if err := s.ForgetShop(ctx); err != nil {
		return judge.Finding{}, err
	}
	rogueKid := named("id_token.kid.rogue")
	bad, err := s.SignIn(ctx, s.Variant(u, &rogueKid, false))
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.ForgetShop(ctx); err != nil {
		return judge.Finding{}, err
	}
	good, err := s.SignIn(ctx, harness.Try{Title: "The same sign-in without the deviation", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(judge.Refused(*bad, *good), judge.FetchedAtMost("One token of an unknown key", judge.KeysFetched(*bad), 1)), nil
}

func kidTypes() []fault.Spec {
	var out []fault.Spec
	for _, kid := range []struct{ id, title, value string }{
		{"number", "a number", `7`},
		{"null", "null", `null`},
		{"object", "an object", `{}`},
		{"list", "a list", `[]`},
		{"boolean", "true", `true`},
		{"empty", "an empty text", `""`},
		{"long", "a text of 100 000 characters", `{"$repeat":{"value":"k","times":100000}}`},
		{"nul", "a text with a zero byte", `"a\u0000b"`},
		{"lines", "a text of two lines, like an entry of a log", `"a\nINFO signed in identity=1"`},
		{"emoji", "a text outside the basic plane", `"\ud83d\ude00"`},
		{"prototype", "the name of a member that every object has", `"__proto__"`},
	} {
		out = append(out, rogue("kid.type_"+kid.id, "ID token of a rogue key whose kid is "+kid.title, "kid", kid.value))
	}
	return out
}

// kidInjected pairs each kid with the secret that it would lead to.
func kidInjected() []fault.Spec {
	inject := func(id, title, secret, kid string) fault.Spec {
		return macs("kid_"+id, "ID token whose kid is "+title, secret, member("kid", kid))
	}
	return []fault.Spec{
		inject("null_device", "the path of an empty file", `""`, `"../../../../../../../../dev/null"`),
		inject("absolute", "the absolute path of an empty file", `""`, `"/dev/null"`),
		inject("file", "the path of a file that says 2", `"2\n"`, `"../../../../../../../../proc/sys/kernel/randomize_va_space"`),
		inject("sql", "a query that selects a key", `"key"`, `"x' UNION SELECT 'key' --"`),
		inject("sql_or", "a query that is always true", `""`, `"x' OR '1'='1"`),
		inject("sql_sleep", "a query that takes long", `""`, `"x'; SELECT pg_sleep(5) --"`),
		inject("ldap", "a filter of a directory", `""`, `"*)(uid=*))(|(uid=*"`),
		inject("shell", "a command", `""`, `"$(sleep 5)"`),
		inject("pipe", "a command behind a pipe", `""`, `"|sleep 5"`),
		inject("operator", "a query operator", `""`, `"{\"$ne\":\"\"}"`),
		inject("template", "a template", `"49"`, `"{{7*7}}${7*7}"`),
	}
}

// publishes adds entries to the key set, behind the others.
func publishes(entries ...string) *fault.ResponseEdit {
	keys := make([]json.RawMessage, len(entries))
	for i, e := range entries {
		keys[i] = json.RawMessage(e)
	}
	return &fault.ResponseEdit{Endpoint: journal.JWKS, Keys: &fault.KeysEdit{Last: keys}}
}

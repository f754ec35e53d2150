package signature

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func formSpecs(h *harness.Harness) {
	h.RefusesWritten(catalog.SignatureCritUnknown, crits()...)
	h.Refuses(catalog.SignatureB64Unencoded, "id_token.form.unencoded")
	h.RefusesWritten(catalog.SignatureB64WithoutCrit,
		edit("b64.false", "ID token that says b64 false and is encoded", fault.TokenEdit{SetHeader: member("b64", `false`)}),
		edit("b64.true", "ID token that says b64 true", fault.TokenEdit{SetHeader: member("b64", `true`)}),
	)
	h.Check(catalog.SignatureJSONSerialization, jsonSerialization)
	h.RefusesWritten(catalog.SignatureSegments,
		named("id_token.form.four_parts"), named("id_token.form.five_parts"),
		rewritten("trailing_dot", "ID token with a dot behind it", `{"$append":"."}`),
		rewritten("leading_dot", "ID token with a dot in front of it", `{"$prepend":"."}`),
		rewritten("twice", "ID token twice, with a dot between", `{"$join":[{"$own":"value"},".",{"$own":"value"}]}`),
		named("id_token.form.detached"), named("id_token.form.truncated"),
	)
	h.RefusesWritten(catalog.SignatureEncoding,
		named("id_token.form.space_around"), named("id_token.form.space_within"), named("id_token.form.bom"),
		named("id_token.form.padded"), named("id_token.signature.padded_base64"),
		rewritten("line_behind", "ID token with a line feed behind it", `{"$append":"\n"}`),
		rewritten("space_before", "ID token with a space in front of it", `{"$prepend":" "}`),
		rewritten("padding_behind", "ID token with padding behind it", `{"$append":"=="}`),
		// A signature of 256 bytes ends with a character of which only two bits
		// count: A, Q, g or w. Any other spells the same bytes.
		edit("signature.stray_bits", "ID token whose signature ends with stray bits", fault.TokenEdit{Signature: fault.StrayBits}),
	)
	h.RefusesWritten(catalog.SignatureAlgTwice, algTwice()...)
	h.RefusesWritten(catalog.SignatureHeaderCase,
		unsigned("header.upper", "unsigned, with ALG none beside alg", members("alg", `"RS256"`, "ALG", `"none"`)),
		unsigned("header.title", "unsigned, with Alg none beside alg", members("alg", `"RS256"`, "Alg", `"none"`)),
		without(unsigned("header.title_only", "unsigned, with Alg RS256 in place of alg", members("Alg", `"RS256"`)), "alg"),
		without(unsigned("header.title_none", "unsigned, with Alg none in place of alg", members("Alg", `"none"`)), "alg"),
		edit("header.kid_case", "ID token of a rogue key that it names as Kid beside kid", fault.TokenEdit{
			Sign: fault.OtherKey, SetHeader: member("Kid", `{"$kid":"rogue"}`),
		}),
	)
	h.Check(catalog.SignatureClaimsInHeader, claimsInHeader)
	h.RefusesWritten(catalog.SignaturePayloadNotObject, payloads()...)
	h.Check(catalog.SignatureEncryptedCostly, costly(encrypted()))
	h.Check(catalog.SignatureOversized, costly(oversized()))
}

func crits() []fault.Spec {
	crit := func(id, title, value string) fault.Spec {
		return edit("crit."+id, "ID token "+title, fault.TokenEdit{SetHeader: member("crit", value)})
	}
	return []fault.Spec{
		named("id_token.crit.unknown"), named("id_token.crit.absent_member"), named("id_token.crit.empty"),
		crit("text", "whose crit is a text", `"exp"`),
		crit("null", "whose crit is null", `null`),
		crit("numbers", "whose crit is a list of numbers", `[1]`),
		crit("registered", "whose crit names alg, which is no extension", `["alg"]`),
		edit("crit.member", "ID token that insists on a member exp of its header", fault.TokenEdit{
			SetHeader: members("crit", `["exp"]`, "exp", `{"$now":"1h"}`),
		}),
		edit("crit.b64", "ID token that insists on b64 true", fault.TokenEdit{SetHeader: members("crit", `["b64"]`, "b64", `true`)}),
	}
}

// rewritten is a fault of the token response, whose honest ID token a value
// starts from.
func rewritten(id, title, value string) fault.Spec {
	return fault.Spec{
		ID: fault.ID("token.id_token." + id), Title: title,
		Response: &fault.ResponseEdit{Endpoint: journal.Token, Set: member("id_token", value)},
	}
}

func jsonSerialization(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	return s.RefusedWritten(ctx,
		named("id_token.form.json"), named("id_token.form.json_general"), named("id_token.form.two_signatures"),
		rewritten("braces", "ID token in braces", `{"$join":["{",{"$own":"value"},"}"]}`),
		rewritten("json_text", "ID token as a JSON text", `{"$string":{"$own":"value"}}`),
		rewritten("json_list", "ID token in a JSON list", `{"$join":["[\"",{"$own":"value"},"\"]"]}`),
		rewritten("json_member", "ID token as the name of a member", `{"$join":["{\"",{"$own":"value"},"\":\"\"}"]}`),
	)
}

// unsigned is a token whose signature is empty, with header members.
func unsigned(id, title string, header map[string]json.RawMessage) fault.Spec {
	return edit(id, "ID token "+title, fault.TokenEdit{Signature: fault.Emptied, SetHeader: header})
}

func without(f fault.Spec, name string) fault.Spec {
	f.Token.RemoveHeader = []string{name}
	return f
}

// algTwice leaves out what a reader that takes the last of two members may
// accept (RFC 7515, section 5.2): a good signature under a last alg RS256.
func algTwice() []fault.Spec {
	twice := func(id, title, first, last string, mutation fault.Mutation) fault.Spec {
		return edit("alg."+id, "ID token "+title, fault.TokenEdit{
			Signature: mutation, SetHeader: member("alg", first), DuplicateHeader: member("alg", last),
		})
	}
	rs256, none := `"RS256"`, `"none"`
	return []fault.Spec{
		twice("none_last_unsigned", "unsigned, that says RS256 and then none", rs256, none, fault.Emptied),
		twice("none_first_unsigned", "unsigned, that says none and then RS256", none, rs256, fault.Emptied),
		named("id_token.alg.duplicate"),
		twice("none_last_corrupted", "with a corrupted signature, that says RS256 and then none", rs256, none, fault.FlipMiddle),
		edit("kid.twice", "ID token of a rogue key that names the honest key and then the rogue one", fault.TokenEdit{
			Sign: fault.OtherKey, DuplicateHeader: member("kid", `{"$kid":"rogue"}`),
		}),
	}
}

// claimsInHeader signs a victim in first, whom the header then speaks of. In
// the second variant UserInfo speaks of them too, so that it agrees with a shop
// that believes the header.
func claimsInHeader(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	victim, attacker := s.Person(nil), s.Person(nil)
	first, err := s.SignIn(ctx, harness.Try{Title: "The victim signs in", User: victim, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	findings := []judge.Finding{judge.Control(*first)}
	header := members("sub", quoted(s.Subject(victim)), "email", quoted(victim.Username+"@customers.example"), "iss", `{"$issuer":"url"}`)
	alone := edit("header.claims_of_victim", "ID token with another customer's claims in its header", fault.TokenEdit{SetHeader: header})
	agreeing := edit("header.claims_and_userinfo", "ID token with another customer's claims in its header, and their UserInfo", fault.TokenEdit{SetHeader: header})
	agreeing.Response = &fault.ResponseEdit{Endpoint: journal.UserInfo, Set: member("sub", quoted(s.Subject(victim)))}
	for i, f := range []fault.Spec{alone, agreeing} {
		if err := s.Browser.Clear(ctx); err != nil {
			return judge.Finding{}, err
		}
		a, err := s.SignIn(ctx, s.Variant(attacker, &f, i > 0))
		if err != nil {
			return judge.Finding{}, err
		}
		findings = append(findings, s.Case(a, judge.First(judge.Reached(*a), judge.WorksOrRefuses(*a))))
	}
	return judge.Worst(findings...), nil
}

func payloads() []fault.Spec {
	var out []fault.Spec
	for _, p := range fault.Payloads() {
		out = append(out, edit("payload."+string(p), "ID token whose signed payload is wrong: "+string(p), fault.TokenEdit{Payload: p}))
	}
	return out
}

// jwe is an encrypted token that nobody can open: what counts is how long the
// shop tries. It takes the ID token's place in the answer.
func jwe(id, title, header, key string) fault.Spec {
	encode := base64.RawURLEncoding.EncodeToString
	token := encode([]byte(header)) + "." + key + "." + encode(make([]byte, 12)) + "." + encode(make([]byte, 64)) + "." + encode(make([]byte, 16))
	return rewritten("encrypted_"+id, title, quoted(token))
}

func encrypted() []fault.Spec {
	wrapped := base64.RawURLEncoding.EncodeToString(make([]byte, 40))
	return []fault.Spec{
		jwe("rounds", "encrypted ID token that asks for 2147483647 rounds of PBKDF2",
			`{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2s":"c2FsdHNhbHQ","p2c":2147483647}`, wrapped),
		jwe("rounds_512", "encrypted ID token that asks for 2147483647 rounds of PBKDF2 with SHA-512",
			`{"alg":"PBES2-HS512+A256KW","enc":"A256GCM","p2s":"c2FsdHNhbHQ","p2c":2147483647}`, wrapped),
		jwe("off_curve", "encrypted ID token whose key agreement is with a point on no curve",
			`{"alg":"ECDH-ES","enc":"A128GCM","epk":{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}}`, ""),
		jwe("no_key", "encrypted ID token with an empty key", `{"alg":"RSA-OAEP","enc":"A128GCM"}`, ""),
		jwe("direct", "ID token encrypted with a key that both are to know", `{"alg":"dir","enc":"A128GCM"}`, ""),
		jwe("zip", "encrypted ID token that says that it is compressed", `{"alg":"dir","enc":"A128GCM","zip":"DEF"}`, ""),
		named("id_token.form.encrypted"), named("id_token.form.encrypted_claims"),
	}
}

func oversized() []fault.Spec {
	deep := `{"$nest":100000}`
	return []fault.Spec{
		named("id_token.form.many_dots"),
		rewritten("million_dots", "ID token with a million dots behind it", `{"$join":[{"$own":"value"},{"$repeat":{"value":".","times":1000000}}]}`),
		edit("header.deep", "ID token with 100 000 lists in one another in its header", fault.TokenEdit{SetHeader: member("x", deep)}),
		edit("claims.deeper", "ID token with 100 000 lists in one another", fault.TokenEdit{SetClaims: member("x", deep)}),
		edit("kid.megabyte", "ID token whose kid has a million characters", fault.TokenEdit{
			Sign: fault.OtherKey, SetHeader: member("kid", `{"$repeat":{"value":"k","times":1000000}}`),
		}),
		edit("header.megabytes", "ID token whose header has four million characters", fault.TokenEdit{
			Sign: fault.OtherKey, SetHeader: member("x", `{"$repeat":{"value":"x","times":4000000}}`),
		}),
	}
}

// slowTries are how often a sign-in is tried that takes long: the machine may be
// busy with something else. There is no time to repeat one that takes endless.
const (
	slowTries = 3
	endless   = 20 * time.Second
)

// quickest is the quickest of a few tries, the first of which usually does.
func quickest(usual time.Duration, try func() (*attempt.SignIn, time.Duration, error)) (best *attempt.SignIn, took time.Duration, err error) {
	for range slowTries {
		a, d, err := try()
		if err != nil {
			return nil, 0, err
		}
		if best == nil || d < took {
			best, took = a, d
		}
		if d > endless || judge.Prompt(*a, d, usual).Verdict == check.Pass {
			break
		}
	}
	return best, took, nil
}

// costly tries tokens that take a careless shop long, beside another customer
// who goes on shopping. The first sign-in says how long one usually takes.
func costly(faults []fault.Spec) harness.Body {
	return func(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
		u := s.Person(nil)
		timed := func(t harness.Try) (*attempt.SignIn, time.Duration, error) {
			began := time.Now()
			a, err := s.SignIn(ctx, t)
			took := time.Since(began)
			if err == nil {
				err = s.ForgetShop(ctx)
			}
			return a, took, err
		}
		good, usual, err := timed(harness.Try{Title: "The same sign-in without the deviation", User: u, Control: true})
		if err != nil {
			return judge.Finding{}, err
		}
		tried := make([]*attempt.SignIn, len(faults))
		took := make([]time.Duration, len(faults))
		live, err := s.Lives(ctx, harness.Matter{Act: func(ctx context.Context) error {
			for i := range faults {
				var err error
				if tried[i], took[i], err = quickest(usual, func() (*attempt.SignIn, time.Duration, error) {
					return timed(s.Variant(u, &faults[i], true))
				}); err != nil {
					return err
				}
			}
			return nil
		}})
		if err != nil {
			return judge.Finding{}, err
		}
		findings := []judge.Finding{live}
		for i, bad := range tried {
			findings = append(findings, s.Case(bad, judge.First(judge.RefusedUnread(*bad, *good), judge.Prompt(*bad, took[i], usual))))
		}
		return judge.Worst(findings...), nil
	}
}

package mockidp

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/countersign-oidc/countersign/mockidp/fault"
)

// expected says, for each fault of the catalogue, everything that changes for
// the relying party. A name that ends in "*" stands for all names that start
// so and are gone, because an answer was replaced whole.
var expected = map[fault.ID][]string{
	fault.IDTokenExpPast:       {`id_token.exp: 1h0m0s -> -24h0m0s`},
	fault.IDTokenExpMissing:    {`id_token.exp gone`},
	fault.IDTokenNbfFuture:     {`id_token.nbf new: 24h0m0s`},
	fault.IDTokenIatMissing:    {`id_token.iat gone`},
	fault.IDTokenIatFuture:     {`id_token.iat: 0s -> 24h0m0s`},
	fault.IDTokenIssOther:      {`id_token.iss: "http://op.test/op1" -> "http://op.test/op1/other"`},
	fault.IDTokenIssMissing:    {`id_token.iss gone`},
	fault.IDTokenAudOther:      {`id_token.aud: "shop" -> "another-client"`},
	fault.IDTokenAudMissing:    {`id_token.aud gone`},
	fault.IDTokenAudExtra:      {`id_token.aud: "shop" -> ["shop","another-client"]`},
	fault.IDTokenAzpOther:      {`id_token.azp new: "another-client"`},
	fault.IDTokenNonceOther:    {`id_token.nonce: "no-1" -> "no-1x"`},
	fault.IDTokenNonceMissing:  {`id_token.nonce gone`},
	fault.IDTokenSubMissing:    {`id_token.sub gone`},
	fault.IDTokenSubEmpty:      {`id_token.sub: "sub-ada" -> ""`},
	fault.IDTokenAtHashOther:   {`id_token.at_hash: <hash> -> ANY`},
	fault.IDTokenAlgNone:       {`id_token.header.alg: "RS256" -> "none"`, `id_token.signed: published RS256 -> nobody`},
	fault.IDTokenKidUnknown:    {`id_token.header.kid: ANY`},
	fault.TokenIDTokenMissing:  {`token.id_token gone`, `id_token.* gone`},
	fault.TokenTimeout:         {`token.seconds: 0 -> 60`},
	fault.DiscoveryIssuerOther: {`discovery.issuer: "http://op.test/op1" -> "https://another-issuer.example"`},
	fault.UserInfoSubOther:     {`userinfo.sub: "sub-ada" -> "another-subject"`},

	fault.IDTokenAlgHS256PublicKey: {
		`id_token.header.alg: "RS256" -> "HS256"`, `id_token.signed: published RS256 -> public key as secret`,
	},
	fault.IDTokenAlgOtherRegistered: {
		`id_token.header.alg: "RS256" -> "ES256"`, `id_token.header.kid: ANY`, `id_token.signed: published RS256 -> published ES256`,
	},
	fault.IDTokenSignatureOtherKey:  {`id_token.signed: published RS256 -> rogue RS256`},
	fault.IDTokenSignatureCorrupted: {`id_token.signed: published RS256 -> no key, 256 bytes`},

	fault.TokenStatus400: {`token.status: 200 -> 400`, `token.error new: "invalid_grant"`, `token.* gone`, `id_token.* gone`, `userinfo.* gone`},
	fault.TokenStatus500: {`token.status: 200 -> 500`, `token.error new: "server_error"`, `token.* gone`, `id_token.* gone`, `userinfo.* gone`},
	fault.TokenBodyNotJSON: {
		`token.type: application/json -> text/html; charset=utf-8`, `token.text new: ANY`, `token.* gone`, `id_token.* gone`, `userinfo.* gone`,
	},
	fault.TokenBodyTruncated: {
		`token.end new: unexpected EOF`, `token.text new: ANY`, `token.* gone`, `id_token.* gone`, `userinfo.* gone`,
	},
	fault.TokenStatus400WithTokens: {`token.status: 200 -> 400`},

	fault.DiscoveryStatus503: {`discovery.status: 200 -> 503`, `discovery.error new: "temporarily_unavailable"`, `discovery.* gone`},
	fault.JWKSStatus503:      {`jwks.status: 200 -> 503`, `jwks.error new: "temporarily_unavailable"`, `jwks.* gone`},
	fault.UserInfoStatus500:  {`userinfo.status: 200 -> 500`, `userinfo.error new: "server_error"`, `userinfo.* gone`},

	fault.AuthorizeStateOther:    {`authorize?state: st-1 -> st-1x`},
	fault.AuthorizeStateMissing:  {`authorize?state gone`},
	fault.AuthorizeIssOther:      {`authorize?iss: http://op.test/op1 -> http://op.test/op1/other`},
	fault.AuthorizeIssMissing:    {`authorize?iss gone`},
	fault.AuthorizeErrorWithCode: {`authorize?error new: access_denied`},
	fault.AuthorizeAccessDenied: {
		`authorize?code gone`, `authorize?error new: access_denied`,
		// The relying party of the story then redeems a code of its own invention.
		`token.status: 200 -> 400`, `token.error new: "invalid_grant"`, `token.error_description new: ANY`,
		`token.* gone`, `id_token.* gone`, `userinfo.* gone`,
	},

	fault.EndSessionStateOther:   {`end_session?state: so-1 -> so-1x`},
	fault.EndSessionStateMissing: {`end_session?state gone`},
	fault.EndSessionStatus500:    {`end_session.status: 303 -> 500`, `end_session.location: http://shop.test/bye -> `, `end_session?state gone`},
}

// TestCatalogue holds that a fault changes what it names, and nothing else.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	honest := tellWith(t, nil)
	if again := honest.changes(tellWith(t, nil)); len(again) > 0 {
		t.Fatalf("two honest sign-ins differ: %q", again)
	}
	for id := range expected {
		if _, ok := fault.Named(id); !ok {
			t.Errorf("row for %s, which is not in the catalogue", id)
		}
	}
	for _, spec := range fault.All() {
		t.Run(string(spec.ID), func(t *testing.T) {
			want, ok := expected[spec.ID]
			if !ok {
				t.Fatal("no row says what changes")
			}
			got := honest.changes(tellWith(t, &spec))
			for _, w := range want {
				n := len(got)
				got = slices.DeleteFunc(got, func(g string) bool { return covers(w, g) })
				if len(got) == n {
					t.Errorf("did not change as it should: %s", w)
				}
			}
			if len(got) > 0 {
				t.Errorf("changed besides: %q", got)
			}
		})
	}
}

func covers(want, got string) bool {
	if place, ok := strings.CutSuffix(want, "* gone"); ok {
		return strings.HasPrefix(got, place) && strings.HasSuffix(got, " gone")
	}
	if start, ok := strings.CutSuffix(want, "ANY"); ok {
		return strings.HasPrefix(got, start)
	}
	return want == got
}

// tellWith tells the story on a fake clock and holds that the journal names
// the fault, as often as its ticket says.
func tellWith(t *testing.T, spec *fault.Spec) story {
	t.Helper()
	sharedRing().Warm()
	var told story
	synctest.Test(t, func(t *testing.T) {
		p := newMemoryProvider(t, nil)
		var ticket *fault.Ticket
		if spec != nil {
			var err error
			if ticket, err = p.Arm(*spec, fault.Scope{}, fault.Always); err != nil {
				t.Fatal(err)
			}
		}
		told = tell(t, newMemoryBrowser(t, p))
		named := 0
		for _, e := range p.Journal().Select(query(0)) {
			if spec == nil && len(e.Faults) > 0 {
				t.Errorf("entry %d names faults %q", e.Seq, e.Faults)
			}
			if spec != nil && slices.Equal(e.Faults, []string{string(spec.ID)}) {
				named++
			}
			for _, issued := range e.Tokens {
				changed := spec != nil && spec.Token != nil && issued.Kind == "id_token"
				if (issued.HonestClaims != nil) != changed || (issued.HonestHeader != nil) != changed {
					t.Errorf("%s: honest claims %s", issued.Kind, issued.HonestClaims)
				}
			}
		}
		if ticket != nil && (named == 0 || named != ticket.Fired()) {
			t.Errorf("named in %d entries, fired %d times", named, ticket.Fired())
		}
	})
	return told
}

func TestCatalogueIsWellFormed(t *testing.T) {
	t.Parallel()
	seen := make(map[fault.ID]bool)
	for _, s := range fault.All() {
		if err := s.Validate(); err != nil {
			t.Error(err)
		}
		if seen[s.ID] || s.Title == "" || len(s.Refs) == 0 {
			t.Errorf("%s: duplicate %v, title %q, %d refs", s.ID, seen[s.ID], s.Title, len(s.Refs))
		}
		for _, r := range s.Refs {
			if r.Spec == "" || r.Section == "" {
				t.Errorf("%s: reference %v", s.ID, fmt.Sprint(r))
			}
		}
		seen[s.ID] = true
	}
}

package judge

import (
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

func TestUntrusted(t *testing.T) {
	t.Parallel()
	asked := func(kinds ...journal.Kind) (entries []journal.Entry) {
		for _, k := range kinds {
			entries = append(entries, journal.Entry{Kind: k})
		}
		return entries
	}
	refused := attempt.SignIn{Page: attempt.Page{Status: 502}}
	for name, c := range map[string]struct {
		bad     attempt.SignIn
		used    []journal.Kind
		dialled bool
		want    check.Verdict
	}{
		"asked all the same":             {attempt.SignIn{Entries: asked(journal.JWKS)}, []journal.Kind{journal.JWKS}, true, check.Fail},
		"signed in without the keys":     {attempt.SignIn{Who: attempt.Who{SignedIn: true}}, []journal.Kind{journal.JWKS}, true, check.Fail},
		"did not come this time":         {refused, []journal.Kind{journal.JWKS}, false, check.Error},
		"never comes, also to good ones": {refused, []journal.Kind{journal.Token}, false, check.Pass},
	} {
		good := attempt.SignIn{Who: attempt.Who{SignedIn: true}, Entries: asked(c.used...)}
		if f := Untrusted(c.bad, good, journal.JWKS, c.dialled, "whose certificate is expired"); f.Verdict != c.want {
			t.Errorf("%s: %+v, want %s", name, f, c.want)
		}
	}
}

func TestSignedOutAnyway(t *testing.T) {
	t.Parallel()
	broken := &fault.Spec{ID: "end_session.status.500", Title: "the end session endpoint answers 500", Response: &fault.ResponseEdit{Endpoint: journal.EndSession, Status: 500}}
	came := []journal.Entry{{Kind: journal.EndSession}}
	for name, c := range map[string]struct {
		out  attempt.SignIn
		want check.Verdict
	}{
		"over":             {attempt.SignIn{Fired: 1, Entries: came}, check.Pass},
		"still there":      {attempt.SignIn{Fired: 1, Entries: came, Who: attempt.Who{SignedIn: true}}, check.Fail},
		"came too early":   {attempt.SignIn{Entries: came}, check.Error},
		"of the shop only": {attempt.SignIn{}, check.Skip},
	} {
		c.out.Fault = broken
		if f := SignedOutAnyway(c.out); f.Verdict != c.want {
			t.Errorf("%s: %+v, want %s", name, f, c.want)
		}
	}
}

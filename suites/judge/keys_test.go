package judge

import (
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// ofKeys is a sign-in with so many requests for the keys, that ended signed in
// as somebody, or as nobody with a status.
func ofKeys(fetches int, who string, status int) attempt.SignIn {
	a := attempt.SignIn{
		Title: "The sign-in", Subject: "ada", Fault: &fault.Spec{ID: "jwks.keys.empty", Title: "no keys"}, Fired: 1,
		Who: attempt.Who{SignedIn: who != "", Subject: who}, Page: attempt.Page{Status: status},
	}
	for range fetches {
		a.Entries = append(a.Entries, journal.Entry{Kind: journal.JWKS, Sent: true})
	}
	return a
}

func TestKeys(t *testing.T) {
	t.Parallel()
	signedIn, refused, crashes, other := ofKeys(1, "ada", 200), ofKeys(1, "", 403), ofKeys(1, "", 500), ofKeys(1, "bob", 200)
	unasked := ofKeys(0, "ada", 200)
	unasked.Fired = 0
	silent := ofKeys(0, "", 403)
	silent.Fired = 0
	for name, c := range map[string]struct {
		got  Finding
		want check.Verdict
	}{
		"keys used":                {KeysUsed(signedIn), check.Pass},
		"keys not used":            {KeysUsed(unasked), check.Fail},
		"keys used and refused":    {KeysUsed(refused), check.Fail},
		"fetched often enough":     {FetchedAtMost("It", 2, 2), check.Pass},
		"fetched too often":        {FetchedAtMost("It", 3, 2), check.Fail},
		"uncalled":                 {Uncalled(refused, nil), check.Pass},
		"called":                   {Uncalled(refused, []string{"GET /keys.json"}), check.Fail},
		"prompt":                   {Prompt(refused, 4*time.Second, time.Millisecond), check.Pass},
		"slow":                     {Prompt(refused, 6*time.Second, time.Millisecond), check.Fail},
		"slow machine":             {Prompt(refused, 6*time.Second, time.Second), check.Pass},
		"works":                    {WorksOrRefuses(signedIn), check.Pass},
		"refuses":                  {WorksOrRefuses(refused), check.Pass},
		"crashes":                  {WorksOrRefuses(crashes), check.Fail},
		"signs in somebody else":   {WorksOrRefuses(other), check.Fail},
		"one of two":               {NotBoth(signedIn, refused, "them"), check.Pass},
		"both of two":              {NotBoth(signedIn, signedIn, "them"), check.Fail},
		"crash on one of two":      {NotBoth(signedIn, crashes, "them"), check.Fail},
		"flood borne":              {AfterFlood(40, 40, 0, 10, 10), check.Pass},
		"flood of requests":        {AfterFlood(40, 40, 0, 11, 10), check.Fail},
		"flood signs in":           {AfterFlood(40, 40, 1, 0, 10), check.Fail},
		"flood not sent":           {AfterFlood(40, 39, 0, 0, 10), check.Error},
		"keys asked":               {KeysAsked(signedIn), check.Pass},
		"keys not asked":           {KeysAsked(unasked), check.Skip},
		"fault of keys unseen":     {KeysAsked(silent), check.Error},
		"bad keys refused":         {RefusedKeys(refused, signedIn), check.Pass},
		"bad keys taken":           {RefusedKeys(signedIn, signedIn), check.Fail},
		"bad keys not asked":       {RefusedKeys(unasked, signedIn), check.Fail},
		"bad keys without control": {RefusedKeys(refused, refused), check.Error},
		"unread refused":           {RefusedUnread(refused, signedIn), check.Pass},
		"unread taken":             {RefusedUnread(signedIn, signedIn), check.Fail},
		"unread crashes":           {RefusedUnread(crashes, signedIn), check.Fail},
		"unread without control":   {RefusedUnread(refused, refused), check.Error},
		"unread not asked":         {RefusedUnread(unasked, signedIn), check.Skip},
		"within":                   {TookAtMost(time.Second, time.Second), check.Pass},
		"beyond":                   {TookAtMost(2*time.Second, time.Second), check.Fail},
		"refetched":                {Refetched(refused), check.Pass},
		"not refetched":            {Refetched(silent), check.Skip},
		"old key refused":          {OldKeyRefused(refused), check.Pass},
		"old key taken":            {OldKeyRefused(signedIn), check.Fail},
		"crash on the old key":     {OldKeyRefused(crashes), check.Fail},
	} {
		if c.got.Verdict != c.want || c.got.Reason == "" {
			t.Errorf("%s: %s %q, want %s", name, c.got.Verdict, c.got.Reason, c.want)
		}
	}
}

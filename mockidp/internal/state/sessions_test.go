package state

import (
	"strings"
	"testing"
	"time"
)

func usernames(sessions []Session) string {
	var out strings.Builder
	for _, v := range sessions {
		out.WriteString(v.User + " ")
	}
	return out.String()
}

func TestSessionsOfOneBrowser(t *testing.T) {
	t.Parallel()
	s, now := newStore()
	u, first := s.SignIn("", "u", "1", []string{"pwd"})
	*now = now.Add(7 * time.Hour)
	v, second := s.SignIn(first, "v", "1", nil)
	if first == second || u.SID == v.SID {
		t.Error("the second sign-in has the secret or the SID of the first")
	}
	if _, ok := s.Session(first); ok {
		t.Error("the secret from before the second sign-in is still good")
	}
	if got := usernames(s.Sessions(second)); got != "u v " {
		t.Errorf("signed in: %s", got)
	}
	if now, _ := s.Session(second); now.User != "v" {
		t.Errorf("current %q", now.User)
	}
	if got, ok := s.Choose(second, "u"); !ok || got.SID != u.SID {
		t.Errorf("chosen %+v, %v", got, ok)
	}
	if got, _ := s.Session(second); got.User != "u" || got.ACR != "1" || len(got.AMR) != 1 {
		t.Errorf("current after the choice %+v", got)
	}
	if _, ok := s.Choose(second, "w"); ok {
		t.Error("chose who is not signed in")
	}
	*now = now.Add(time.Hour)
	if got := usernames(s.Sessions(second)); got != "v " {
		t.Errorf("signed in after 8 hours: %s", got)
	}
	if got, ok := s.Session(second); ok {
		t.Errorf("current after its end %+v", got)
	}
}

func TestSigningInAgainKeepsTheSID(t *testing.T) {
	t.Parallel()
	s, now := newStore()
	first, secret := s.SignIn("", "u", "1", nil)
	*now = now.Add(time.Minute)
	second, next := s.SignIn(secret, "u", "1", nil)
	if second.SID != first.SID || !second.AuthTime.Equal(*now) || next == secret {
		t.Errorf("%+v after %+v, same secret %v", second, first, next == secret)
	}
	*now = now.Add(time.Minute)
	raised, last, ok := s.Raise(next, "u", "2", []string{"pwd", "otp"})
	if !ok || raised.SID != first.SID || raised.ACR != "2" || !raised.AuthTime.Equal(second.AuthTime) || last == next {
		t.Errorf("raised to %+v, %v", raised, ok)
	}
	if _, ok := s.Session(next); ok {
		t.Error("the secret from before is still good")
	}
	if _, _, ok := s.Raise(last, "v", "2", nil); ok {
		t.Error("raised who is not signed in")
	}
}

func TestEndSessions(t *testing.T) {
	t.Parallel()
	s, now := newStore()
	_, old := s.SignIn("", "u", "", nil)
	*now = now.Add(7 * time.Hour)
	_, first := s.SignIn("", "u", "", nil)
	_, second := s.SignIn("", "u", "", nil)
	_, both := s.SignIn("", "v", "", nil)
	_, both = s.SignIn(both, "u", "", nil)
	s.EndSession(second)
	*now = now.Add(2 * time.Hour)
	if _, ok := s.Session(old); ok {
		t.Error("a session of 9 hours is live")
	}
	if n := s.EndSessions("u"); n != 2 {
		t.Errorf("ended %d sessions, want 2", n)
	}
	if _, ok := s.Session(first); ok {
		t.Error("an ended session is live")
	}
	if got := usernames(s.Sessions(both)); got != "v " {
		t.Errorf("left in the shared browser: %s", got)
	}
	if got, ok := s.Session(both); ok {
		t.Errorf("current is %q though nobody chose", got.User)
	}
}

func TestAccountsAreBounded(t *testing.T) {
	t.Parallel()
	s, _ := newStore()
	secret := ""
	for i := range AccountLimit + 5 {
		_, secret = s.SignIn(secret, string(rune('a'+i)), "", nil)
	}
	if got := s.Sessions(secret); len(got) != AccountLimit || got[0].User != "f" {
		t.Errorf("%d accounts: %s", len(got), usernames(got))
	}
}

func TestInteractions(t *testing.T) {
	t.Parallel()
	s, now := newStore()
	ticket := s.Hold(Interaction{Browser: "b", Step: "consent", User: "u"})
	if _, ok := s.Resume(ticket, "other"); ok {
		t.Error("another browser got it")
	}
	if i, ok := s.Resume(ticket, "b"); !ok || i.User != "u" {
		t.Errorf("%+v, %v", i, ok)
	}
	if _, ok := s.Resume(ticket, "b"); ok {
		t.Error("got it twice")
	}
	late := s.Hold(Interaction{Browser: "b"})
	*now = now.Add(InteractionLifetime)
	if _, ok := s.Resume(late, "b"); ok {
		t.Error("got it after its lifetime")
	}
}

func TestConsents(t *testing.T) {
	t.Parallel()
	s, now := newStore()
	if s.Consented("u", "a", nil) {
		t.Error("consented before anybody asked")
	}
	s.Consent("u", "a", []string{"openid"})
	s.Consent("u", "a", []string{"openid", "email"})
	for _, tc := range []struct {
		user, client string
		names        []string
		want         bool
	}{
		{"u", "a", []string{"openid", "email"}, true},
		{"u", "a", []string{"phone"}, false},
		{"u", "b", []string{"openid"}, false},
		{"v", "a", []string{"openid"}, false},
	} {
		if got := s.Consented(tc.user, tc.client, tc.names); got != tc.want {
			t.Errorf("%+v: %v", tc, got)
		}
	}
	*now = now.Add(consentLifetime)
	if s.Consented("u", "a", []string{"openid"}) {
		t.Error("remembered for too long")
	}
}

func TestPushed(t *testing.T) {
	t.Parallel()
	s, now := newStore()
	ref := s.Push("a", map[string][]string{"state": {"x"}})
	if _, ok := s.Pushed(ref, "b"); ok {
		t.Error("another client got it")
	}
	if p, ok := s.Pushed(ref, "a"); !ok || p.Get("state") != "x" {
		t.Errorf("%v, %v", p, ok)
	}
	if _, ok := s.Pushed(ref, "a"); ok {
		t.Error("got it twice")
	}
	late := s.Push("a", nil)
	*now = now.Add(PushedLifetime)
	if _, ok := s.Pushed(late, "a"); ok {
		t.Error("got it after its lifetime")
	}
}

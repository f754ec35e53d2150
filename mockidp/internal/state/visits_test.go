package state

import (
	"slices"
	"strconv"
	"testing"
	"time"
)

func TestVisits(t *testing.T) {
	t.Parallel()
	s, now := newStore()
	s.NewCode(Grant{Client: "a", User: "u", SID: "s1"})
	s.NewCode(Grant{Client: "b", User: "u", SID: "s1"})
	s.NewCode(Grant{Client: "a", User: "u", SID: "s1"})
	s.Visit("s2", "u", "c")
	s.Visit("s3", "v", "a")
	s.NewCode(Grant{Client: "machine"})
	if !s.Recent("s1", "u") || s.Recent("s1", "v") || s.Recent("", "") {
		t.Error("Recent confuses sessions or users")
	}
	if got := s.Leave("s1"); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("s1 signed in to %q", got)
	}
	if got := s.Leave("s1"); got != nil || !s.Recent("s1", "u") {
		t.Errorf("left twice with %q", got)
	}
	all := s.LeaveAll("u")
	if len(all) != 1 || all[0].SID != "s2" || all[0].User != "u" || !slices.Equal(all[0].Clients, []string{"c"}) {
		t.Errorf("sessions of u: %+v", all)
	}
	if again := s.LeaveAll("u"); again != nil {
		t.Errorf("left twice: %+v", again)
	}
	*now = now.Add(8 * time.Hour)
	if got := s.Leave("s3"); got != nil || s.Recent("s3", "v") {
		t.Errorf("remembered past the end of every session: %q", got)
	}
}

func TestVisitsAreBounded(t *testing.T) {
	t.Parallel()
	s, _ := newStore()
	for i := range ClientLimit + 2 {
		s.Visit("s", "u", strconv.Itoa(i))
	}
	if got := s.Leave("s"); len(got) != ClientLimit || got[0] != "2" || got[ClientLimit-1] != strconv.Itoa(ClientLimit+1) {
		t.Errorf("%d clients, first %q", len(got), got[0])
	}
	for i := range Limit + 1 {
		s.Visit(strconv.Itoa(i), "u", "a")
	}
	if s.Recent("0", "u") || !s.Recent("1", "u") || len(s.visits.byKey) != Limit {
		t.Errorf("%d sessions", len(s.visits.byKey))
	}
}

package state

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func newStore() (*Store, *time.Time) {
	now := time.Unix(1_000_000, 0)
	s := New(func() time.Time { return now }, Lifetimes{Code: time.Minute, Token: time.Hour, Session: 8 * time.Hour})
	return s, &now
}

func TestTableIsBoundedAndExpires(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	tab := newTable[int](3)
	for i := range 10 {
		tab.put(strconv.Itoa(i), i, now.Add(time.Minute), now)
	}
	if got := inOrder(&tab, now); len(tab.byKey) != 3 || !slices.Equal(got, []int{7, 8, 9}) {
		t.Errorf("%d entries, in order %v, want 7, 8, 9", len(tab.byKey), got)
	}
	if _, ok := tab.get("6", now); ok {
		t.Error("the oldest was not evicted")
	}
	if v, ok := tab.get("7", now); !ok || v != 7 {
		t.Errorf("7 is %d, %v", v, ok)
	}
	if _, ok := tab.get("7", now.Add(time.Minute)); ok {
		t.Error("7 did not expire")
	}
	later := now.Add(time.Hour)
	tab.put("x", 1, later.Add(time.Minute), later)
	if len(tab.byKey) != 1 {
		t.Errorf("%d entries after all but one expired", len(tab.byKey))
	}
}

// TestTableKeepsItsOrder removes entries from all places of the list.
func TestTableKeepsItsOrder(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	for _, c := range []struct {
		name   string
		remove []string
		want   []int
	}{
		{"oldest", []string{"0"}, []int{1, 2, 3, 9}},
		{"middle", []string{"1", "2"}, []int{0, 3, 9}},
		{"newest", []string{"3"}, []int{0, 1, 2, 9}},
		{"all", []string{"2", "0", "3", "1"}, []int{9}},
		{"none such", []string{"x"}, []int{0, 1, 2, 3, 9}},
	} {
		tab := newTable[int](10)
		for i := range 4 {
			tab.put(strconv.Itoa(i), i, now.Add(time.Minute), now)
		}
		for _, key := range c.remove {
			tab.remove(key)
		}
		tab.put("9", 9, now.Add(time.Minute), now)
		if got := inOrder(&tab, now); !slices.Equal(got, c.want) || len(tab.byKey) != len(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	tab := newTable[int](2)
	for i, key := range []string{"a", "b", "a", "c"} {
		tab.put(key, i, now.Add(time.Minute), now)
	}
	if got := inOrder(&tab, now); !slices.Equal(got, []int{2, 3}) {
		t.Errorf("put again: %v, want the newer of two values, and the older key gone", got)
	}
	if n := tab.removeIf(now, func(v int) bool { return v == 2 }); n != 1 || !slices.Equal(inOrder(&tab, now), []int{3}) {
		t.Errorf("removed %d, left %v", n, inOrder(&tab, now))
	}
}

// inOrder is a table's values from old to new, and from new to old again if
// that differs.
func inOrder(tab *table[int], now time.Time) []int {
	var out, back []int
	tab.each(now, func(v int) { out = append(out, v) })
	for r := tab.newest; r != nil; r = r.older {
		back = append(back, r.value)
	}
	slices.Reverse(back)
	if !slices.Equal(out, back) {
		return append(out, back...)
	}
	return out
}

func TestCodes(t *testing.T) {
	t.Parallel()
	s, now := newStore()
	code := s.NewCode(Grant{Client: "a", User: "u"})
	if _, err := s.RedeemCode(code, "b", Waivers{}); !errors.Is(err, ErrUnknown) {
		t.Errorf("another client: %v", err)
	}
	f, err := s.RedeemCode(code, "a", Waivers{})
	if err != nil || f.Grant().User != "u" {
		t.Fatalf("%+v, %v", f, err)
	}
	access, refresh := s.NewAccess(f, nil), s.NewRefresh(f)
	if _, _, ok := s.Access(access); !ok {
		t.Error("access token is not good")
	}
	*now = now.Add(50 * time.Minute)
	if _, err := s.RedeemCode(code, "a", Waivers{}); !errors.Is(err, ErrSpent) {
		t.Errorf("late replay: %v", err)
	}
	if _, _, ok := s.Access(access); ok {
		t.Error("access token outlived the replay")
	}
	if _, err := s.RedeemRefresh(refresh, "a", Waivers{}, func(Grant) error { return nil }); !errors.Is(err, ErrUnknown) {
		t.Errorf("refresh token after the replay: %v", err)
	}
	late := s.NewCode(Grant{Client: "a"})
	*now = now.Add(time.Minute)
	if _, err := s.RedeemCode(late, "a", Waivers{}); !errors.Is(err, ErrUnknown) {
		t.Errorf("expired code: %v", err)
	}
}

// FuzzUserCode holds that what people type is either a user code or nothing,
// and that codes survive being typed in any form.
func FuzzUserCode(f *testing.F) {
	f.Add("BCDF-GHJK")
	f.Add("bcdf ghjk")
	f.Add("AAAA-EEEE")
	f.Add("ſſſſſſſſ")
	f.Fuzz(func(t *testing.T, typed string) {
		code := ReadUserCode(typed)
		if code == "" {
			return
		}
		if len(code) != userCodeLength || strings.Trim(code, userCodeLetters) != "" {
			t.Fatalf("%q was read as %q", typed, code)
		}
		if again := ReadUserCode(" " + strings.ToLower(code[:4]) + "-" + code[4:]); again != code {
			t.Fatalf("%q was read as %q", code, again)
		}
	})
}

// TestCodeOfAnotherClient holds that a waiver gives the other client tokens of
// its own and leaves those of the rightful one with it.
func TestCodeOfAnotherClient(t *testing.T) {
	s := New(time.Now, Lifetimes{Code: time.Minute, Token: time.Hour, Session: time.Hour})
	rightful := NewFamily(Grant{Client: "a"})
	access, code := s.NewAccess(rightful, nil), s.NewFamilyCode(rightful)
	got, err := s.RedeemCode(code, "b", Waivers{Client: func(Grant) bool { return true }})
	if err != nil || got.Grant().Client != "b" {
		t.Errorf("grant of %q, %v", got.Grant().Client, err)
	}
	if found, ok := s.Lookup(access); !ok || found.Grant.Client != "a" {
		t.Errorf("the access token belongs to %q", found.Grant.Client)
	}
}

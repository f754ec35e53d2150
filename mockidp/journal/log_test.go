package journal

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestRingKeepsTheNewest(t *testing.T) {
	t.Parallel()
	l := NewLog(3)
	for range 8 {
		l.Append(Entry{Kind: Token})
	}
	got := l.Select(Query{})
	if len(got) != 3 || got[0].Seq != 6 || got[2].Seq != 8 || l.Mark() != 8 {
		t.Errorf("mark %d, entries %+v", l.Mark(), got)
	}
	l.Clear()
	l.Append(Entry{Kind: JWKS})
	if got := l.Select(Query{After: 8}); len(got) != 1 || got[0].Seq != 9 {
		t.Errorf("after Clear: %+v", got)
	}
}

func TestAwait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := NewLog(0)
		found := make(chan Entry)
		go func() {
			e, err := l.Await(t.Context(), Query{Kind: Token, User: "ada", Fault: "a.b"})
			if err != nil {
				t.Error(err)
			}
			found <- e
		}()
		synctest.Wait()
		l.Append(Entry{Kind: Token, User: "ada"})
		l.Append(Entry{Kind: Token, User: "bob", Faults: []string{"a.b"}})
		synctest.Wait()
		l.Append(Entry{Kind: Token, User: "ada", Faults: []string{"x", "a.b"}})
		if e := <-found; e.Seq != 3 {
			t.Errorf("found entry %d, want 3", e.Seq)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := l.Await(ctx, Query{Kind: UserInfo, Client: "shop", After: 1})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		if want := `no userinfo entry of client "shop" after 1; saw 2 token: `; !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error %q, want %q", err, want)
		}
	})
}

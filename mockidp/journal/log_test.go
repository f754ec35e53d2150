package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"slices"
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

// TestReadGoesOn holds that pages follow one another without a gap, and that
// what was dropped between two of them is counted.
func TestReadGoesOn(t *testing.T) {
	t.Parallel()
	l := NewLog(10)
	add := func(n int, k Kind) {
		for range n {
			l.Append(Entry{Kind: k})
		}
	}
	add(3, Token)
	add(4, JWKS)
	for i, want := range []struct {
		q            Query
		seqs         []uint64
		next, missed uint64
	}{
		{Query{Limit: 2}, []uint64{1, 2}, 2, 0},
		{Query{After: 2, Limit: 5}, []uint64{3, 4, 5, 6, 7}, 7, 0},
		{Query{After: 7, Limit: 5}, nil, 7, 0},
		{Query{Kind: JWKS, Limit: 2}, []uint64{4, 5}, 5, 0},
		{Query{Kind: Token, After: 3}, nil, 7, 0},
		{Query{After: 90}, nil, 90, 0},
	} {
		check(t, i, l.Read(want.q), want.seqs, want.next, want.missed)
	}
	add(5, UserInfo) // drops two
	check(t, "dropped", l.Read(Query{After: 1, Limit: 1}), []uint64{3}, 3, 1)
	add(20, Token)
	check(t, "all dropped", l.Read(Query{After: 3, Limit: 1}), []uint64{23}, 23, 19)
	l.Clear()
	add(1, Token)
	check(t, "cleared", l.Read(Query{After: 3}), []uint64{33}, 33, 0)
}

func check(t *testing.T, name any, p Page, seqs []uint64, next, missed uint64) {
	t.Helper()
	var got []uint64
	for _, e := range p.Entries {
		got = append(got, e.Seq)
	}
	if !slices.Equal(got, seqs) || p.Next != next || p.Missed != missed {
		t.Errorf("%v: entries %v, next %d, missed %d; want %v, %d, %d", name, got, p.Next, p.Missed, seqs, next, missed)
	}
}

// TestBytesAreBounded holds that large entries make room for one another
// before there are as many as a log may keep, in whatever way they travel.
func TestBytesAreBounded(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("x", 60_000)
	for name, e := range map[string]Entry{
		"header":   {Header: http.Header{"X": {large}}},
		"form":     {Form: url.Values{"x": {large}}},
		"body":     {Body: []byte(large)},
		"document": {Document: []byte(large)},
		"location": {Location: large},
		"response": {Response: url.Values{"x": {large}}},
		"claims":   {Tokens: []Issued{{HonestClaims: json.RawMessage(large)}}},
		"error":    {ErrorDescription: large},
	} {
		l := NewLog(0)
		for i := range 1500 {
			l.Append(e)
			if i%7 == 0 {
				l.Append(Entry{Kind: Token}) // so that sizes differ
			}
		}
		kept := l.Select(Query{})
		if n, most := len(kept), MaxBytes/len(large)*2; n > most || n < most/4 {
			t.Errorf("%s: %d entries of 60 kB are kept", name, n)
		}
		if newest := kept[len(kept)-1].Seq; newest != l.Mark() || kept[0].Seq != newest-uint64(len(kept))+1 {
			t.Errorf("%s: entries %d to %d of %d", name, kept[0].Seq, newest, l.Mark())
		}
		if p := l.Read(Query{Limit: 1000}); len(p.Entries) > maxPage/len(large)*2 {
			t.Errorf("%s: a page of %d entries", name, len(p.Entries))
		}
	}
}

// TestMemoryIsBounded measures the heap after 10,000 large entries: 400 MB, if
// they were all kept.
func TestMemoryIsBounded(t *testing.T) {
	heap := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	l := NewLog(10_000)
	before := heap()
	for i := range 10_000 {
		text := fmt.Sprintf("%d %s", i, strings.Repeat("x", 20_000))
		l.Append(Entry{
			Kind: Token, Header: http.Header{"X": {text}}, Body: []byte(text),
			Tokens: []Issued{{Kind: "id_token", Value: text[:1000], HonestClaims: json.RawMessage(`{}`)}},
		})
	}
	grown := heap() - before
	t.Logf("%d entries take %d KiB", len(l.Select(Query{})), grown>>10)
	if grown > MaxBytes+MaxBytes/8 {
		t.Errorf("the heap grew by %d bytes, the bound is %d", grown, MaxBytes)
	}
	runtime.KeepAlive(l)
}

package journal

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

// TestRecordsAreWhole holds that an entry comes back as it was, every member
// of it.
func TestRecordsAreWhole(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]Entry{
		"empty":      {},
		"body":       {Kind: Discovery, Body: []byte(`{}`)},
		"no body":    {Tokens: []Issued{{Kind: "logout_token", Value: "t"}}},
		"empty body": {Body: []byte{}, Tokens: []Issued{{Kind: "id_token", Value: ""}, {Kind: "id_token", Value: "elsewhere"}}},
		"empty maps": {Query: url.Values{}, Form: url.Values{}, Header: http.Header{}},
		"full": {
			Kind: Token, Method: "POST", Path: "/op1/swap", Client: "shop", Status: 200, Sent: true,
			Query:  url.Values{"a": {"1", "", "\x00\xff"}, "": {"no name"}, "b": {}},
			Form:   url.Values{"long": {strings.Repeat("x", 70_000), strings.Repeat("y", 127), strings.Repeat("z", 128)}},
			Header: http.Header{"Authorization": {"Basic x"}, "Accept": {"a", "b"}},
			Body:   []byte(`{"access_token":"t1","id_token":"t2"}`), Faults: []string{"a.b"},
			Tokens: []Issued{{Kind: "access_token", Value: "t1"}, {Kind: "id_token", Value: "t2", Signing: "unsigned"}},
		},
	} {
		l := NewLog(2)
		l.Append(e)
		got := l.Select(Query{})
		e.Seq = 1
		if len(got) != 1 || !reflect.DeepEqual(got[0], e) {
			t.Errorf("%s: got %+v, want %+v", name, got, e)
		}
	}
}

// TestEntriesAreTheReceivers holds that what is done to an entry does not reach
// the log.
func TestEntriesAreTheReceivers(t *testing.T) {
	t.Parallel()
	l := NewLog(1)
	e := Entry{Query: url.Values{"a": {"1"}}, Body: []byte("body"), Tokens: []Issued{{Value: "token"}}}
	l.Append(e)
	for _, spoilt := range []Entry{e, l.Select(Query{})[0]} {
		spoilt.Query.Set("a", "2")
		spoilt.Body[0], spoilt.Tokens[0].Value = 'x', "x"
		got := l.Select(Query{})[0]
		if got.Query.Get("a") != "1" || string(got.Body) != "body" || got.Tokens[0].Value != "token" {
			t.Errorf("%+v", got)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	l := NewLog(0)
	e := Entry{
		Kind: Authorize, Method: "GET", Path: "/op1/begin", Query: url.Values{"state": {"s"}, "nonce": {"n"}, "client_id": {"shop"}},
		Header: http.Header{"User-Agent": {"Go-http-client/1.1"}, "Accept-Encoding": {"gzip"}, "Cookie": {strings.Repeat("c", 60)}},
	}
	b.ReportAllocs()
	for b.Loop() {
		l.Append(e)
	}
}

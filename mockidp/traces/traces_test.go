package traces

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

func exchange(header http.Header) mockidp.Observation {
	values := url.Values{"code": {"s3cret"}}
	return mockidp.Observation{
		Issuer: "http://op.test/op1", Began: time.Unix(1, 5), Took: 2 * time.Second,
		Entry: journal.Entry{
			Kind: journal.Token, Method: "POST", Path: "/op1/swap", Status: 500, Sent: true, Client: "shop", User: "ada", Error: "server_error",
			Header: header, Query: values, Form: values, Body: []byte("s3cret"), ErrorDescription: "s3cret", Location: "s3cret",
			Faults: []string{"a.b", "c.d"}, Tokens: []journal.Issued{{Value: "s3cret"}},
		},
	}
}

// TestSpan holds what a span says, and that it says no secret.
func TestSpan(t *testing.T) {
	t.Parallel()
	s, ok := newSpan(exchange(nil))
	if !ok {
		t.Fatal("not sampled")
	}
	s.TraceID, s.SpanID = "t", "s"
	got, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"traceId":"t","spanId":"s","name":"POST token","kind":2,"startTimeUnixNano":"1000000005","endTimeUnixNano":"3000000005",` +
		`"attributes":[{"key":"http.request.method","value":{"stringValue":"POST"}},{"key":"countersign.kind","value":{"stringValue":"token"}},` +
		`{"key":"url.path","value":{"stringValue":"/op1/swap"}},{"key":"http.response.status_code","value":{"intValue":"500"}},` +
		`{"key":"countersign.issuer","value":{"stringValue":"http://op.test/op1"}},{"key":"countersign.client","value":{"stringValue":"shop"}},` +
		`{"key":"countersign.user","value":{"stringValue":"ada"}},{"key":"error.type","value":{"stringValue":"server_error"}},` +
		`{"key":"countersign.faults","value":{"arrayValue":{"values":[{"stringValue":"a.b"},{"stringValue":"c.d"}]}}}],"status":{"code":2}}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	notice := exchange(nil)
	notice.Entry.Kind, notice.Entry.Path, notice.Entry.Status = journal.BackChannelLogout, "http://shop.test/?s3cret", 0
	s, _ = newSpan(notice)
	if got, _ := json.Marshal(s); s.Kind != kindClient || strings.Contains(string(got), "s3cret") || strings.Contains(string(got), "status_code") {
		t.Errorf("a request of the provider's own: %s", got)
	}
}

func TestTraceparent(t *testing.T) {
	t.Parallel()
	const trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
	for value, want := range map[string]struct {
		parent  string
		sampled bool
	}{
		"00-" + trace + "-" + parent + "-01":                   {parent, true},
		"00-" + trace + "-" + parent + "-03":                   {parent, true},
		"00-" + trace + "-" + parent + "-00":                   {parent, false},
		"cc-" + trace + "-" + parent + "-01-what":              {parent, true},
		"00-" + trace + "-" + parent + "-01-what":              {"", true},
		"ff-" + trace + "-" + parent + "-01":                   {"", true},
		"00-" + trace + "-0000000000000000-01":                 {"", true},
		"00-" + strings.Repeat("0", 32) + "-" + parent + "-01": {"", true},
		"00-" + strings.ToUpper(trace) + "-" + parent + "-01":  {"", true},
		"00-" + trace + "-" + parent:                           {"", true},
		"":                                                     {"", true},
	} {
		h := http.Header{}
		h.Set("traceparent", value)
		gotTrace, gotParent, sampled := parentOf(h)
		if gotParent != want.parent || sampled != want.sampled || len(gotTrace) != 32 || (gotTrace == trace) != (want.parent != "") {
			t.Errorf("%q: trace %s, parent %q, sampled %v", value, gotTrace, gotParent, sampled)
		}
	}
}

// collector answers with a status and keeps what it gets.
type collector struct {
	status int
	got    chan string
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, _ := io.ReadAll(r.Body)
	c.got <- r.URL.Path + " " + r.Header.Get("Content-Type") + " " + string(text)
	w.WriteHeader(c.status)
}

func (c *collector) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	return w.Result(), nil
}

func start(t *testing.T, c *collector, out io.Writer) *Exporter {
	t.Helper()
	e, err := Start(t.Context(), "http://collector.test:4318/base/", "v9", slog.New(slog.NewTextHandler(out, nil)))
	if err != nil {
		t.Fatal(err)
	}
	e.http.Transport = c
	return e
}

// TestSpansAreSent holds that spans are sent together after a while, in full
// batches at once, and the rest at the end.
func TestSpansAreSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &collector{200, make(chan string, 10)}
		e := start(t, c, io.Discard)
		began := time.Now()
		e.Observe(exchange(nil))
		e.Observe(exchange(nil))
		first := <-c.got
		if waited := time.Since(began); waited != pause || strings.Count(first, `"traceId"`) != 2 {
			t.Errorf("after %v: %s", waited, first)
		}
		for _, part := range []string{"/base/v1/traces application/json {", `"service.version","value":{"stringValue":"v9"}`} {
			if !strings.Contains(first, part) {
				t.Errorf("%s lacks %s", first, part)
			}
		}
		for range batch + 1 {
			e.Observe(exchange(nil))
		}
		synctest.Wait()
		if full := <-c.got; strings.Count(full, `"traceId"`) != batch {
			t.Error("a full batch is not sent at once")
		}
		if err := e.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if rest := <-c.got; strings.Count(rest, `"traceId"`) != 1 {
			t.Errorf("at the end %s", rest)
		}
		if err := e.Close(t.Context()); err != nil {
			t.Errorf("a second Close: %v", err)
		}
	})
}

// TestSlowCollector holds that a collector which does not answer keeps neither
// the provider nor the end waiting, and that losses are told.
func TestSlowCollector(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		c := &collector{503, make(chan string)}
		e := start(t, c, &out)
		for range batch {
			e.Observe(exchange(nil))
		}
		synctest.Wait()
		for range queued + 7 {
			e.Observe(exchange(nil))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := e.Close(ctx); err == nil || !strings.Contains(err.Error(), "2048 spans were not sent") {
			t.Errorf("%v", err)
		}
		go func() {
			for range c.got { // answers the waiting request and those after it
			}
		}()
		if err := e.Close(t.Context()); err != nil {
			t.Error(err)
		}
		close(c.got)
		for _, part := range []string{"lost=512", "503", "dropped=7"} {
			if !strings.Contains(out.String(), part) {
				t.Errorf("%q does not say %s", out.String(), part)
			}
		}
	})
}

func TestEndpoint(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"", "127.0.0.1:4318", "ftp://x", "http://", "http://x/?y", "http://x#y", "://"} {
		if _, err := Start(t.Context(), endpoint, "", nil); err == nil {
			t.Errorf("%q is taken", endpoint)
		}
	}
}

package mockidp

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// BenchmarkSignature is the floor of a sign-in: one signature.
func BenchmarkSignature(b *testing.B) {
	for _, alg := range []string{keys.RS256, keys.ES256} {
		b.Run(alg, func(b *testing.B) {
			k, err := sharedRing().Signing(alg)
			if err != nil {
				b.Fatal(err)
			}
			payload := bytes.Repeat([]byte("x"), 600)
			for b.Loop() {
				if _, err := k.SignRaw(payload); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSignIn is what a whole sign-in costs the provider: page, form and
// token request.
func BenchmarkSignIn(b *testing.B) {
	for alg, id := range map[string]string{keys.RS256: "shop", keys.ES256: "basic-es"} {
		b.Run(alg, func(b *testing.B) {
			run := newDriver(b, id)
			run(b)
			b.ReportAllocs()
			for b.Loop() {
				run(b)
			}
		})
	}
}

// BenchmarkNewProvider is what a test pays for an issuer of its own.
func BenchmarkNewProvider(b *testing.B) {
	p := newMemoryProvider(b, nil)
	c := testConfig()
	b.ReportAllocs()
	for b.Loop() {
		fresh, err := p.server.NewProvider(c)
		if err != nil {
			b.Fatal(err)
		}
		fresh.Close()
	}
}

// newDriver is a relying party and browser that cost next to nothing.
func newDriver(t testing.TB, clientID string) func(testing.TB) {
	t.Helper()
	return newDriverWith(t, clientID, 0)
}

// newDriverWith is one whose provider's journal has a size.
func newDriverWith(t testing.TB, clientID string, journalSize int) func(testing.TB) {
	t.Helper()
	p := newMemoryProvider(t, func(c *Config) {
		es := basicClient()
		es.ID, es.IDTokenAlg = "basic-es", keys.ES256
		c.Clients, c.JournalSize = append(c.Clients, es), journalSize
	})
	client, _ := p.Client(clientID)
	params := authParams("client_id", clientID, "scope", "openid profile email")
	begin := p.Issuer() + "/begin?" + params.Encode()
	authorization := basicHeader(client)
	credentials := url.Values{"username": {"ada"}, "password": {"correct horse"}}.Encode()
	form := codeForm("CODE").Encode()
	sum := sha256.Sum256([]byte(verifier))
	if base64.RawURLEncoding.EncodeToString(sum[:]) != params.Get("code_challenge") {
		t.Fatal("challenge and verifier disagree")
	}
	w := &answer{header: make(http.Header)}
	serve := func(t testing.TB, method, target, body, authorization string) {
		// Not httptest.NewRequest: that reads the request from a text, which
		// costs as much as the endpoint does.
		req, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.RemoteAddr = "192.0.2.1:1"
		if method == http.MethodPost {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		if authorization != "" {
			req.Header.Set("Authorization", authorization)
		}
		clear(w.header)
		w.status, w.body = http.StatusOK, w.body[:0]
		p.server.dispatch(w, req)
	}
	return func(t testing.TB) {
		serve(t, http.MethodGet, begin, "", "")
		_, to, _ := bytes.Cut(w.body, []byte(`action="`))
		to, _, _ = bytes.Cut(to, []byte(`"`))
		serve(t, http.MethodPost, html.UnescapeString(string(to)), credentials, "")
		_, code, _ := strings.Cut(w.Header().Get("Location"), "code=")
		code, _, _ = strings.Cut(code, "&")
		serve(t, http.MethodPost, p.Issuer()+"/swap", strings.Replace(form, "CODE", code, 1), authorization)
		if w.status != http.StatusOK {
			t.Fatalf("status %d: %s", w.status, w.body)
		}
	}
}

// answer takes what the provider answers, one answer after the other in the
// same memory: what the driver leaves to the garbage collector would count as
// the provider's.
type answer struct {
	header http.Header
	status int
	body   []byte
}

func (a *answer) Header() http.Header    { return a.header }
func (a *answer) WriteHeader(status int) { a.status = status }

func (a *answer) Write(p []byte) (int, error) {
	a.body = append(a.body, p...)
	return len(p), nil
}

// TestMemoryIsBounded holds that a provider that runs for long does not grow.
func TestMemoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("25,000 sign-ins")
	}
	full, after := heapOver(t, 20_000)
	t.Logf("heap after 5,000 sign-ins %d KiB, after 20,000 more %d KiB", full>>10, after>>10)
	if after > full+1<<20 {
		t.Errorf("heap grew from %d to %d bytes over 20,000 sign-ins", full, after)
	}
}

// BenchmarkMemory reports the heap before and after 20,000 sign-ins, once the
// journal and the stores are full.
func BenchmarkMemory(b *testing.B) {
	for b.Loop() {
		full, after := heapOver(b, 20_000)
		b.ReportMetric(float64(full>>10), "KiB-before")
		b.ReportMetric(float64(after>>10), "KiB-after")
		b.ReportMetric(float64(after)/float64(full), "after/before")
	}
}

// heapOver is the heap in bytes of a provider whose stores are full, before
// and after more sign-ins.
func heapOver(tb testing.TB, signIns int) (before, after int64) {
	tb.Helper()
	run := newDriver(tb, "basic-es")
	heap := func(signIns int) int64 {
		for range signIns {
			run(tb)
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before = heap(5000)
	after = heap(signIns)
	runtime.KeepAlive(run)
	return before, after
}

// TestOneSignature holds that a sign-in costs one signature: an access token
// that is a JWT would cost a second.
func TestOneSignature(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newProvider(t, nil))
	r := b.swap(codeForm(b.code()))
	var members map[string]any
	if err := json.Unmarshal([]byte(r.Text), &members); err != nil {
		t.Fatal(err)
	}
	for name, v := range members {
		text, _ := v.(string)
		if jwt := strings.Count(text, ".") == 2; jwt != (name == "id_token") {
			t.Errorf("%s is %q", name, text)
		}
	}
}

package browser

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// full is a page that fills everything a browser keeps, and tells on the next
// visit what of it is left.
const full = `<p id=left></p><script>
(async () => {
	const left = [];
	if (document.cookie) left.push("cookie");
	if (localStorage.length) left.push("localStorage");
	if (sessionStorage.length) left.push("sessionStorage");
	if (window.name) left.push("window.name");
	if (history.length > 3) left.push("history");
	if ((await indexedDB.databases()).length) left.push("indexedDB");
	if ((await caches.keys()).length) left.push("caches");
	if ((await navigator.storage.estimate()).usage) left.push("usage");
	document.cookie = "a=b; max-age=999";
	localStorage.a = sessionStorage.a = window.name = "b";
	history.pushState(null, "", "#1"); history.pushState(null, "", "#2");
	await (await caches.open("c")).put("/kept", new Response("x"));
	await new Promise(done => { const r = indexedDB.open("d"); r.onsuccess = () => { r.result.close(); done(); }; });
	document.getElementById("left").textContent = "left: " + left.join(" ");
	window.done = true;
})();</script>`

func TestRenewedSessionIsAsGoodAsNew(t *testing.T) {
	asked := 0
	mux := http.NewServeMux()
	mux.HandleFunc("GET /full", func(w http.ResponseWriter, _ *http.Request) { writePage(w, full) })
	mux.HandleFunc("GET /cached", func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.Header().Set("Cache-Control", "max-age=999")
		writePage(w, "kept")
	})
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	s := newSession(t, startChrome(t))
	// Storage APIs want a trustworthy origin, which loopback is.
	left := func() string {
		t.Helper()
		for _, path := range []string{"/cached", "/full"} {
			if _, err := s.Navigate(t.Context(), site.URL+path); err != nil {
				t.Fatal(err)
			}
		}
		var text string
		err := s.Eval(t.Context(), `new Promise(tell => { const look = () => window.done ? tell(document.getElementById("left").textContent) : setTimeout(look, 1); look(); })`, &text)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if got := left(); got != "left: " {
		t.Fatalf("a new profile has %q", got)
	}
	if got := left(); !strings.Contains(got, "cookie localStorage sessionStorage window.name history indexedDB caches usage") {
		t.Fatalf("the page does not find what it left: %q", got)
	}
	for range 3 {
		// The page lives on when the session is cleared, and writes again.
		if err := s.Clear(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Eval(t.Context(), `localStorage.late = 1; document.cookie = "late=1"`, nil); err != nil {
			t.Fatal(err)
		}
		if err := s.Renew(); err != nil {
			t.Fatal(err)
		}
		if rec := s.Record(); len(rec.Requests)+len(rec.Console)+len(rec.Dialogs) != 0 {
			t.Errorf("the record is %+v", rec)
		}
		before := asked
		if got := left(); got != "left: " {
			t.Errorf("a renewed profile has %q", got)
		}
		if asked == before {
			t.Error("a page came out of the cache of the one before")
		}
	}
}

// TestWornSessions holds that a profile is not used again where its record does
// not show all that happened in it, and not for ever.
func TestWornSessions(t *testing.T) {
	site, c := startSite(t), startChrome(t)
	for name, script := range map[string]string{
		"a frame":       `const f = document.createElement("iframe"); f.src = "/home"; document.body.append(f)`,
		"a window":      `window.open("/form")`,
		"a shared life": `new SharedWorker("data:text/javascript,0")`,
	} {
		s := newSession(t, c)
		if _, err := s.Navigate(t.Context(), site.URL+"/form"); err != nil {
			t.Fatal(err)
		}
		if err := s.Eval(t.Context(), script+"; 0", nil); err != nil {
			t.Fatal(err)
		}
		if err := s.Renew(); !errors.Is(err, ErrWorn) {
			t.Errorf("with %s: %v", name, err)
		}
	}
	s := newSession(t, c)
	for i := range maxUses {
		if err := s.Renew(); (i == maxUses-1) != errors.Is(err, ErrWorn) {
			t.Errorf("use %d: %v", i+1, err)
		}
	}
}

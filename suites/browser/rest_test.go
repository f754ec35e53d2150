package browser

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// startApp is a site whose pages are made by their scripts.
func startApp(t *testing.T) *httptest.Server {
	mux := http.NewServeMux()
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	page := func(path, body string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) { writePage(w, body) })
	}
	const show = `<p id=who></p><script>const show = r => document.getElementById("who").textContent = r.name</script>`
	page("/once", show+`<script>fetch("/me").then(r => r.json()).then(show)</script>`)
	page("/twice", show+`<script>fetch("/token").then(r => r.json()).then(() => fetch("/me")).then(r => r.json()).then(show)</script>`)
	page("/loaded", show+`<script>addEventListener("load", async () => show(await (await fetch("/me")).json()))</script>`)
	page("/later", show+`<script>requestAnimationFrame(() => { const x = new XMLHttpRequest(); x.open("GET", "/me"); x.onload = () => show(JSON.parse(x.response)); x.send() })</script>`)
	page("/part", show+`<script>import("/part.js")</script>`)
	page("/frame", show+`<iframe src=/framed></iframe><script>addEventListener("message", e => show(e.data))</script>`)
	page("/framed", `<script>fetch("/me").then(r => r.json()).then(m => parent.postMessage(m, "*"))</script>`)
	page("/on", `<script>fetch("/token").then(() => location.replace("/once"))</script>`)
	page("/poll", show+`<script>show({name: "alice"}); fetch("/never")</script>`)
	page("/unread", show+`<script>fetch("/me").then(r => { show({name: "alice"}); window.kept = r })</script>`)
	page("/sign-in", `<script>localStorage.local = sessionStorage.session = "alice"; indexedDB.open("bob")</script>`)
	page("/kept", `<p id=who></p><script>(async () => {
		const names = (await indexedDB.databases()).map(d => d.name);
		document.getElementById("who").textContent = [localStorage.local, sessionStorage.session, ...names].join(" ") })()</script>`)
	page("/still", `<p id=who>alice</p>`)
	answer := func(path, kind, body string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			_, _ = w.Write([]byte(body))
		})
	}
	answer("/me", "application/json", `{"name": "alice"}`)
	answer("/token", "application/json", `{}`)
	answer("/part.js", "text/javascript", `fetch("/me").then(r => r.json()).then(show)`)
	mux.HandleFunc("GET /never", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func TestPageIsReadWhenItsScriptsRest(t *testing.T) {
	app := startApp(t)
	s, err := startChrome(t).NewSession(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.patience = time.Second
	for _, row := range []struct{ open, rests string }{
		{"/once", "/once"},
		{"/twice", "/twice"},
		{"/loaded", "/loaded"},
		{"/later", "/later"},
		{"/part", "/part"},
		{"/frame", "/frame"},
		{"/on", "/once"},
		{"/poll", "/poll"},
		{"/unread", "/unread"},
		{"/still", "/still"},
	} {
		t.Run(row.open, func(t *testing.T) {
			p, err := s.Navigate(t.Context(), app.URL+row.open)
			if err != nil {
				t.Fatal(err)
			}
			who, found, err := s.Text(t.Context(), "#who")
			if err != nil || !found || who != "alice" || p.URL != app.URL+row.rests {
				t.Errorf("%s rests on %s, shows %q (%v, %v)", row.open, p.URL, who, found, err)
			}
		})
	}
}

// TestForgetTakesWhatScriptsStored holds that a shop which keeps a sign-in out of
// its cookies has forgotten it, too, and that another host has not.
func TestForgetTakesWhatScriptsStored(t *testing.T) {
	app := startApp(t)
	s, err := startChrome(t).NewSession(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	kept := func(site string) string {
		t.Helper()
		if _, err := s.Navigate(t.Context(), site+"/kept"); err != nil {
			t.Fatal(err)
		}
		text, _, err := s.Text(t.Context(), "#who")
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(text)
	}
	other := strings.Replace(app.URL, "127.0.0.1", "localhost", 1)
	for _, site := range []string{app.URL, other} {
		if _, err := s.Navigate(t.Context(), site+"/sign-in"); err != nil {
			t.Fatal(err)
		}
		if got := kept(site); got != "alice alice bob" {
			t.Fatalf("the page keeps %q", got)
		}
	}
	if err := s.Forget(t.Context(), "127.0.0.1"); err != nil {
		t.Fatal(err)
	}
	if got := kept(app.URL); got != "" {
		t.Errorf("the page still has %q", got)
	}
	if got := kept(other); got != "alice alice bob" {
		t.Errorf("the page of another host has %q", got)
	}
}

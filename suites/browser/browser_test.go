package browser

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/suites/attempt"
)

// startChrome is a browser for one test; without one the test is skipped on a
// laptop and fails where CI=true.
func startChrome(t testing.TB) *Chrome {
	t.Helper()
	path, err := Find("")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	dir := t.TempDir()
	c, err := Start(t.Context(), Options{Exec: path, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("profile left behind: %v", left)
		}
	})
	return c
}

func writePage(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, "<!doctype html><title>t</title>"+body)
}

func startSite(t testing.TB) *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /form", func(w http.ResponseWriter, _ *http.Request) {
		writePage(w, `<form method=post action=/login><input name=user id=user value=old><input name=pass type=password><button>Go</button></form>`)
	})
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "who", Value: url.QueryEscape(r.FormValue("user")), Path: "/", HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode})
		http.Redirect(w, r, "/hop", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /hop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/home", http.StatusFound) })
	mux.HandleFunc("GET /home", func(w http.ResponseWriter, r *http.Request) {
		c, err := r.Cookie("who")
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			writePage(w, "nobody")
			return
		}
		w.Header().Set("X-Seen", "yes")
		writePage(w, `<script>console.log("hello", "there"); localStorage.setItem("a","b")</script><p>hello `+c.Value+`</p>`)
	})
	mux.HandleFunc("GET /bounce", func(w http.ResponseWriter, _ *http.Request) {
		writePage(w, `<script>location.replace("/form")</script>bouncing`)
	})
	mux.HandleFunc("GET /refresh", func(w http.ResponseWriter, _ *http.Request) {
		writePage(w, `<form id=f method=post action=/login><input name=user value=auto></form><script>document.getElementById("f").submit()</script>`)
	})
	mux.HandleFunc("GET /alert", func(w http.ResponseWriter, _ *http.Request) {
		writePage(w, `<script>alert("boo")</script><p>after</p>`)
	})
	mux.HandleFunc("GET /script", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "javascript:alert(1)")
		w.WriteHeader(http.StatusFound)
	})
	mux.HandleFunc("GET /empty", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /bodiless", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "10")
		w.WriteHeader(http.StatusRequestHeaderFieldsTooLarge)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	mux.HandleFunc("GET /down", func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("GET /kept", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "max-age=3600")
		writePage(w, rand.Text())
	})
	mux.HandleFunc("GET /hang", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv
}

func newSession(t testing.TB, c *Chrome) *Session {
	t.Helper()
	s, err := c.NewSession(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestSignInForm(t *testing.T) {
	site, s := startSite(t), newSession(t, startChrome(t))
	ctx := t.Context()
	if _, err := s.Navigate(ctx, site.URL+"/form"); err != nil {
		t.Fatal(err)
	}
	p, err := s.Submit(ctx, Field{"#user", "Ada Lovelace é"}, Field{"[name=pass]", "secret"})
	if err != nil {
		t.Fatal(err)
	}
	if p.URL != site.URL+"/home" || p.Status != 200 || p.Text != "hello Ada+Lovelace+%C3%A9" || p.Header["x-seen"] != "yes" {
		t.Errorf("page after the form = %+v", p)
	}
	rec := s.Record()
	var hops []string
	for _, q := range rec.Requests {
		if q.Document {
			hops = append(hops, fmt.Sprint(q.Method, " ", strings.TrimPrefix(q.URL, site.URL), " ", q.Status))
		}
	}
	if got, want := strings.Join(hops, ", "), "GET /form 200, POST /login 303, GET /hop 302, GET /home 200"; got != want {
		t.Errorf("hops = %s, want %s", got, want)
	}
	if len(rec.Console) != 1 || rec.Console[0] != "log: hello there" || len(rec.Said) != 1 || rec.Said[0].IsZero() {
		t.Errorf("console = %q at %v", rec.Console, rec.Said)
	}
	for _, q := range rec.Requests {
		cookie, sets := q.Header["set-cookie"]
		if sets != (q.Method == http.MethodPost) || sets && !strings.HasPrefix(cookie, "who=Ada") || q.Answered.Before(q.At) {
			t.Errorf("%s %s was answered at %s with the cookie %q", q.Method, q.URL, q.Answered, cookie)
		}
	}
	cookies, err := s.Cookies(ctx)
	if err != nil || len(cookies) != 1 || !cookies[0].HTTPOnly || !cookies[0].Secure || cookies[0].SameSite != "Lax" || !cookies[0].Expires.IsZero() {
		t.Errorf("cookies = %+v, %v", cookies, err)
	}
	if err := s.Clear(ctx); err != nil {
		t.Fatal(err)
	}
	if p, err := s.Navigate(ctx, site.URL+"/home"); err != nil || p.Status != 401 {
		t.Errorf("after Clear: %+v, %v", p, err)
	}
	var left int
	if err := s.Eval(ctx, "localStorage.length", &left); err != nil || left != 0 {
		t.Errorf("local storage after Clear has %d members, %v", left, err)
	}
}

// TestForgettingAsksAgain holds that a page which may be cached is the same
// until it is forgotten, and then another one.
func TestForgettingAsksAgain(t *testing.T) {
	site, s := startSite(t), newSession(t, startChrome(t))
	read := func() string {
		t.Helper()
		if _, err := s.Navigate(t.Context(), site.URL+"/form"); err != nil {
			t.Fatal(err)
		}
		p, err := s.Navigate(t.Context(), site.URL+"/kept")
		if err != nil {
			t.Fatal(err)
		}
		return p.Text
	}
	first := read()
	if again := read(); again != first {
		t.Fatalf("the browser asked for a cached page again: %q, %q", first, again)
	}
	if err := s.Forget(t.Context(), "127.0.0.1"); err != nil {
		t.Fatal(err)
	}
	second := read()
	if second == first {
		t.Error("Forget left the cached page")
	}
	if err := s.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	if third := read(); third == second {
		t.Error("Clear left the cached page")
	}
}

// TestGoingBack goes back to a page that Chrome has kept, which may be there
// before the script has come to its end.
func TestGoingBack(t *testing.T) {
	site, s := startSite(t), newSession(t, startChrome(t))
	for range 10 {
		for _, path := range []string{"/kept", "/form"} {
			if _, err := s.Navigate(t.Context(), site.URL+path); err != nil {
				t.Fatal(err)
			}
		}
		if p, err := s.Run(t.Context(), `history.back()`); err != nil || p.URL != site.URL+"/kept" {
			t.Fatalf("back at %s, %v", p.URL, err)
		}
	}
}

func TestPagesThatLeadElsewhere(t *testing.T) {
	site, s := startSite(t), newSession(t, startChrome(t))
	for path, want := range map[string]string{"/bounce": "/form", "/refresh": "/home", "/alert": "/alert"} {
		p, err := s.Navigate(t.Context(), site.URL+path)
		if err != nil || p.URL != site.URL+want {
			t.Errorf("%s came to rest at %s, %v; want %s", path, p.URL, err, want)
		}
	}
	if rec := s.Record(); len(rec.Dialogs) != 1 || rec.Dialogs[0] != "boo" {
		t.Errorf("dialogs = %q", rec.Dialogs)
	}
}

func TestNavigationsWithoutADocument(t *testing.T) {
	site, s := startSite(t), newSession(t, startChrome(t))
	if _, err := s.Navigate(t.Context(), site.URL+"/form"); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/script", "/empty"} {
		p, err := s.Navigate(t.Context(), site.URL+path)
		if err != nil || p.Failed == "" || p.URL != site.URL+"/form" {
			t.Errorf("%s = %+v, %v; want the page from before and a reason", path, p, err)
		}
	}
	p, err := s.Navigate(t.Context(), site.URL+"/bodiless")
	if err != nil || p.URL != site.URL+"/bodiless" || p.Status != http.StatusRequestHeaderFieldsTooLarge || !strings.HasPrefix(p.Failed, "net::ERR_") {
		t.Errorf("an answer that breaks off = %+v, %v", p, err)
	}
	if p, err := s.Navigate(t.Context(), site.URL+"/form"); err != nil || p.Status != 200 || p.Failed != "" {
		t.Errorf("afterwards = %+v, %v", p, err)
	}
}

func TestBrokenSite(t *testing.T) {
	site, s := startSite(t), newSession(t, startChrome(t))
	p, err := s.Navigate(t.Context(), site.URL+"/down")
	if err != nil || p.Status != 0 || p.Failed == "" {
		t.Errorf("dropped connection = %+v, %v", p, err)
	}
	ctx, cancel := context.WithTimeoutCause(t.Context(), 300*time.Millisecond, errors.New("patience ended"))
	defer cancel()
	if _, err := s.Navigate(ctx, site.URL+"/hang"); err == nil || !strings.Contains(err.Error(), "patience ended") || !strings.Contains(err.Error(), "/hang") {
		t.Errorf("hanging page: %v", err)
	}
	if p, err := s.Navigate(t.Context(), site.URL+"/form"); err != nil || p.Status != 200 {
		t.Errorf("after a hanging page: %+v, %v", p, err)
	}
	if _, err := s.Click(t.Context(), "#nothing"); err == nil || !strings.Contains(err.Error(), `no element "#nothing"`) {
		t.Errorf("click on nothing: %v", err)
	}
	if p, err := s.Navigate(t.Context(), "http://shop.example/"); err != nil || p.Status != 0 || !strings.Contains(p.Failed, "NAME_NOT_RESOLVED") {
		t.Errorf("a host outside loopback = %+v, %v", p, err)
	}
}

func TestSessionsAreApart(t *testing.T) {
	site, c := startSite(t), startChrome(t)
	a, b := newSession(t, c), newSession(t, c)
	if _, err := a.Navigate(t.Context(), site.URL+"/refresh"); err != nil {
		t.Fatal(err)
	}
	if p, err := b.Navigate(t.Context(), site.URL+"/home"); err != nil || p.Text != "nobody" {
		t.Errorf("the other profile saw %+v, %v", p, err)
	}
	cookies, err := a.Cookies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.SetCookies(t.Context(), cookies); err != nil {
		t.Fatal(err)
	}
	if p, err := b.Navigate(t.Context(), site.URL+"/home"); err != nil || p.Text != "hello auto" {
		t.Errorf("with the cookies replayed it saw %+v, %v", p, err)
	}
}

func TestFetchStaysOnThePage(t *testing.T) {
	site, s := startSite(t), newSession(t, startChrome(t))
	ctx := t.Context()
	if _, err := s.Navigate(ctx, site.URL+"/form"); err != nil {
		t.Fatal(err)
	}
	if status, body, err := s.Fetch(ctx, site.URL+"/home"); err != nil || status != 401 || body != nil {
		t.Errorf("without a cookie: %d %q, %v", status, body, err)
	}
	if err := s.SetCookies(ctx, []attempt.Cookie{{Name: "who", Value: "ada", Domain: "127.0.0.1", Path: "/"}}); err != nil {
		t.Fatal(err)
	}
	if status, body, err := s.Fetch(ctx, site.URL+"/home"); err != nil || status != 200 || !strings.Contains(string(body), "hello ada") {
		t.Errorf("with a cookie: %d %q, %v", status, body, err)
	}
	var at string
	if err := s.Eval(ctx, "location.pathname", &at); err != nil || at != "/form" {
		t.Errorf("the page is %q, %v", at, err)
	}
	if err := s.Forget(ctx, "127.0.0.1"); err != nil {
		t.Fatal(err)
	}
	if cookies, err := s.Cookies(ctx); err != nil || len(cookies) != 0 {
		t.Errorf("cookies after Forget = %v, %v", cookies, err)
	}
}

func TestScreenshotIsAPicture(t *testing.T) {
	site, s := startSite(t), newSession(t, startChrome(t))
	if _, err := s.Navigate(t.Context(), site.URL+"/form"); err != nil {
		t.Fatal(err)
	}
	data, err := s.Screenshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	picture, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil || picture.Width != windowWidth/2 || picture.Height != windowHeight/2 {
		t.Errorf("screenshot of %d bytes is %+v, %v", len(data), picture, err)
	}
}

func TestFindPrefersTheHeadlessShell(t *testing.T) {
	have := func(names ...string) func(string) (string, error) {
		return func(name string) (string, error) {
			for _, n := range names {
				if n == name {
					return "/usr/bin/" + n, nil
				}
			}
			return "", exec.ErrNotFound
		}
	}
	for _, tc := range []struct {
		explicit string
		have     []string
		want     string
	}{
		{"", []string{"chromium", "chromium-headless-shell"}, "/usr/bin/chromium-headless-shell"},
		{"", []string{"google-chrome", "chromium"}, "/usr/bin/chromium"},
		{"", []string{"google-chrome"}, "/usr/bin/google-chrome"},
		{"mine", []string{"mine", "chromium"}, "/usr/bin/mine"},
	} {
		if got, err := find(tc.explicit, candidates("linux"), have(tc.have...)); err != nil || got != tc.want {
			t.Errorf("find(%q) with %v = %q, %v; want %q", tc.explicit, tc.have, got, err, tc.want)
		}
	}
	_, err := find("", candidates("darwin"), have())
	if !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "apt-get install chromium-headless-shell") {
		t.Errorf("no browser: %v", err)
	}
	if _, err := find("gone", nil, have("chromium")); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), `"gone"`) {
		t.Errorf("explicit browser that is not there: %v", err)
	}
}

func BenchmarkSignIn(b *testing.B) {
	site, c := startSite(b), startChrome(b)
	for b.Loop() {
		s, err := c.NewSession(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Navigate(b.Context(), site.URL+"/form"); err != nil {
			b.Fatal(err)
		}
		if _, err := s.Submit(b.Context(), Field{"#user", "ada"}, Field{"[name=pass]", "x"}); err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkScreenshot(b *testing.B) {
	site, c := startSite(b), startChrome(b)
	s := newSession(b, c)
	if _, err := s.Navigate(b.Context(), site.URL+"/form"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Screenshot(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

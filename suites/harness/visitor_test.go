package harness

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/browser"
	"github.com/countersign-oidc/countersign/suites/plain"
)

// startChrome is a browser for one test; without one the test is skipped on a
// laptop and fails where CI=true.
func startChrome(t *testing.T) *browser.Chrome {
	t.Helper()
	path, err := browser.Find("")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	c, err := browser.Start(t.Context(), browser.Options{Exec: path, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return c
}

// TestPlainVisitor and TestChromeVisitor hold both visitors to the same
// behaviour, on which the self-test rests.
func TestPlainVisitor(t *testing.T) {
	t.Parallel()
	conform(t, func() Visitor { return plain.New() })
}

func TestChromeVisitor(t *testing.T) {
	c := startChrome(t)
	conform(t, func() Visitor {
		s, err := c.NewSession(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

func conform(t *testing.T, visitor func() Visitor) {
	site := httptest.NewServer(pages())
	t.Cleanup(site.Close)
	other := strings.Replace(site.URL, "127.0.0.1", browser.ForeignHost, 1)
	for name, test := range map[string]func(*testing.T, Visitor){
		"redirects and form":  func(t *testing.T, v Visitor) { fillsForm(t, v, site.URL) },
		"pages without pages": func(t *testing.T, v Visitor) { leadsNowhere(t, v, site.URL) },
		"cookies":             func(t *testing.T, v Visitor) { keepsCookies(t, v, site.URL) },
		"cross-site":          func(t *testing.T, v Visitor) { crossSite(t, v, site.URL, other) },
		"fetch":               func(t *testing.T, v Visitor) { fetches(t, v, site.URL) },
	} {
		t.Run(name, func(t *testing.T) {
			v := visitor()
			t.Cleanup(func() {
				if err := v.Close(); err != nil {
					t.Error(err)
				}
			})
			test(t, v)
		})
	}
}

func pages() *http.ServeMux {
	mux := http.NewServeMux()
	page := func(path, body string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, "<!doctype html><title>T</title><body>"+body)
		})
	}
	page("GET /form", `<form method=post action="/sent"><input name=user id=user value=old><input name=pass type=password id=pass>`+
		`<input type=hidden name=csrf value=x><input type=checkbox name=no value=1><button name=go value=1>Go</button></form><a id=link href="/who?a=1#part">on</a>`)
	page("GET /selfsend", `<form method=post action="/sent"><input type=hidden name=user value="self"></form><script>document.forms[0].submit()</script>`)
	mux.HandleFunc("POST /sent", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		for name, s := range map[string]http.SameSite{"lax": http.SameSiteLaxMode, "strict": http.SameSiteStrictMode, "none": http.SameSiteNoneMode} {
			http.SetCookie(w, &http.Cookie{Name: name, Value: "1", Path: "/", Secure: true, HttpOnly: true, SameSite: s})
		}
		http.SetCookie(w, &http.Cookie{Name: "below", Value: "1", Path: "/deep"})
		http.SetCookie(w, &http.Cookie{Name: "__Host-bad", Value: "1", Path: "/"})
		http.Redirect(w, r, "/who?"+r.PostForm.Encode(), http.StatusSeeOther)
	})
	mux.HandleFunc("/who", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, "<title>Who</title><p id=q>%s</p><p id=cookies>%s</p>", r.URL.RawQuery, strings.Join(cookieNames(r), " "))
	})
	mux.HandleFunc("GET /json", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"cookies": %q}`, strings.Join(cookieNames(r), " "))
	})
	mux.HandleFunc("GET /empty", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	mux.HandleFunc("GET /script", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "javascript:alert(1)")
		w.WriteHeader(http.StatusFound)
	})
	mux.HandleFunc("GET /cut", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("GET /to", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Query().Get("u"), http.StatusFound)
	})
	mux.HandleFunc("GET /attack", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<title>A</title><a id=link href="%s">x</a><form method=post action="%[1]s"><button id=post>y</button></form>`, r.URL.Query().Get("u"))
	})
	return mux
}

func cookieNames(r *http.Request) []string {
	var names []string
	for _, c := range r.Cookies() {
		names = append(names, c.Name)
	}
	slices.Sort(names)
	return names
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func wantText(t *testing.T, v Visitor, selector, want string) {
	t.Helper()
	got, found, err := v.Text(t.Context(), selector)
	if err != nil || !found || got != want {
		t.Errorf("text of %s: %q, found %t, error %v; want %q", selector, got, found, err, want)
	}
}

func fillsForm(t *testing.T, v Visitor, site string) {
	ctx := t.Context()
	p := must(v.Navigate(ctx, site+"/to?u=/form"))(t)
	if p.URL != site+"/form" || p.Title != "T" || p.Status != 200 || !p.AsksPassword {
		t.Errorf("the form: %+v", p)
	}
	p = must(v.Submit(ctx, browser.Field{Selector: "#user", Text: "ada é"}, browser.Field{Selector: "#pass", Text: "p"}))(t)
	if p.Title != "Who" || p.Status != 200 {
		t.Errorf("after the form: %+v", p)
	}
	wantText(t, v, "#q", url.Values{"user": {"ada é"}, "pass": {"p"}, "csrf": {"x"}, "go": {"1"}}.Encode())
	if requests := v.Record().Requests; len(requests) != 4 || requests[0].Status != 302 || requests[2].Method != "POST" {
		t.Errorf("recorded: %+v", requests)
	}
	must(v.Navigate(ctx, site+"/form"))(t)
	if p = must(v.Click(ctx, "#link"))(t); p.URL != site+"/who?a=1#part" {
		t.Errorf("behind the link: %s", p.URL)
	}
	must(v.Navigate(ctx, site+"/selfsend"))(t)
	wantText(t, v, "#q", "user=self")
	if _, found, err := v.Text(ctx, "#nothing"); found || err != nil {
		t.Errorf("text of nothing: found %t, %v", found, err)
	}
}

func leadsNowhere(t *testing.T, v Visitor, site string) {
	ctx := t.Context()
	must(v.Navigate(ctx, site+"/form"))(t)
	for _, path := range []string{"/empty", "/script"} {
		if p := must(v.Navigate(ctx, site+path))(t); p.URL != site+"/form" || p.Failed == "" {
			t.Errorf("%s: %+v", path, p)
		}
	}
	for _, path := range []string{"/loop", "/cut"} {
		if p := must(v.Navigate(ctx, site+path))(t); p.Failed == "" || attempt.Origin(p.URL) != site {
			t.Errorf("%s: %+v", path, p)
		}
	}
}

func keepsCookies(t *testing.T, v Visitor, site string) {
	ctx := t.Context()
	must(v.Navigate(ctx, site+"/selfsend"))(t)
	wantText(t, v, "#cookies", "lax none strict")
	for _, c := range must(v.Cookies(ctx))(t) {
		if c.Domain != "127.0.0.1" || c.Name == "lax" && (!c.HTTPOnly || !c.Secure || c.SameSite != "Lax" || c.Path != "/") {
			t.Errorf("cookie %+v", c)
		}
	}
	if err := v.Forget(ctx, "127.0.0.1"); err != nil {
		t.Fatal(err)
	}
	if err := v.SetCookies(ctx, []attempt.Cookie{{Name: "planted", Value: "1", Domain: "127.0.0.1", Path: "/"}}); err != nil {
		t.Fatal(err)
	}
	must(v.Navigate(ctx, site+"/who"))(t)
	wantText(t, v, "#cookies", "planted")
	if err := v.Clear(ctx); err != nil {
		t.Fatal(err)
	}
	if left := must(v.Cookies(ctx))(t); len(left) != 0 || len(v.Record().Requests) != 0 {
		t.Errorf("after clearing: %+v, %d requests", left, len(v.Record().Requests))
	}
}

// crossSite follows a link and sends a form from another site: Lax goes along
// with the first, only None with the second.
func crossSite(t *testing.T, v Visitor, site, other string) {
	ctx := t.Context()
	must(v.Navigate(ctx, site+"/selfsend"))(t)
	must(v.Navigate(ctx, other+"/attack?u="+url.QueryEscape(site+"/who")))(t)
	must(v.Click(ctx, "#link"))(t)
	wantText(t, v, "#cookies", "lax none")
	must(v.Navigate(ctx, other+"/attack?u="+url.QueryEscape(site+"/who")))(t)
	must(v.Click(ctx, "#post"))(t)
	wantText(t, v, "#cookies", "none")
}

func fetches(t *testing.T, v Visitor, site string) {
	ctx := t.Context()
	must(v.Navigate(ctx, site+"/selfsend"))(t)
	status, body, err := v.Fetch(ctx, site+"/json")
	if err != nil || status != 200 || !strings.Contains(string(body), "lax none strict") {
		t.Errorf("json: %d %s %v", status, body, err)
	}
	if status, body, err = v.Fetch(ctx, site+"/missing"); err != nil || status != 404 || len(body) != 0 {
		t.Errorf("missing: %d %s %v", status, body, err)
	}
	must(v.Navigate(ctx, site+"/json"))(t)
	if text, _, err := v.Text(ctx, "pre"); err != nil || !strings.HasPrefix(text, `{"cookies"`) {
		t.Errorf("text of JSON: %q %v", text, err)
	}
}

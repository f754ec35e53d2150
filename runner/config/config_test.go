package config

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
)

const full = `
profile: security
suites: [login, idtoken]
checks: ["idtoken.*", login.state-bound-to-browser]
processes: 2
out: build/report
strict: true
browser: {exec: /usr/bin/chromium}
shop:
  process:
    command: [./start.sh, --port, "{{port}}", 8]
    env: {ISSUER: "{{issuer}}", CLIENT_ID: "{{client_id}}", DEBUG: true, ZIP: 01234, EMPTY: ""}
    dir: shop
    ready: /healthz
  base_url: "http://127.0.0.1:{{port}}"
  redirect_uris: [/callback, "{{base_url}}/other"]
  post_logout_redirect_uris: [https://shop.example.com/bye]
  initiate_login_uri: /initiate
  sign_in: {visit: /, click: "#login"}
  who_am_i: {json: /me, subject: /sub, claims: /claims}
  sign_out: {visit: /logout}
  session: {length: 1h}
  capabilities: [userinfo, pkce]
  policies: {leeway: 5m, unsigned_over_tls: refuse, userinfo_failure: accept}
  client: {id: shop, secret: s3cret, auth_method: client_secret_post}
  user:
    claims: {plan: gold, age: 36, ratio: 0.50, member: true, none: null, born: 1815-12-10, tags: [a, 1], address: {country: GB}}
`

func TestParseFull(t *testing.T) {
	got, err := Parse("countersign.yaml", []byte(full))
	if err != nil {
		t.Fatal(err)
	}
	leeway := 5 * time.Minute
	want := File{
		Profile: check.ProfileSecurity,
		Suites:  []string{"login", "idtoken"}, Checks: []string{"idtoken.*", "login.state-bound-to-browser"},
		Processes: 2, Out: "build/report", Strict: true, Browser: Browser{Exec: "/usr/bin/chromium"},
		Shop: Shop{
			Process: &Process{
				Command: []string{"./start.sh", "--port", "{{port}}", "8"},
				Env: map[string]string{
					"ISSUER": "{{issuer}}", "CLIENT_ID": "{{client_id}}", "DEBUG": "true", "ZIP": "01234", "EMPTY": "",
				},
				Dir: "shop", Ready: "/healthz",
			},
			BaseURL: "http://127.0.0.1:{{port}}", RedirectURIs: []string{"/callback", "{{base_url}}/other"},
			PostLogoutRedirectURIs: []string{"https://shop.example.com/bye"},
			InitiateLoginURI:       "/initiate",
			SignIn:                 Step{Visit: "/", Click: "#login"}, SignOut: &Step{Visit: "/logout"},
			WhoAmI:       WhoAmI{JSON: "/me", Subject: "/sub", Claims: "/claims"},
			Session:      Session{Length: time.Hour},
			Capabilities: []check.Capability{"userinfo", "pkce"},
			Policies:     Policies{Leeway: &leeway, Choices: check.Policies{check.UnsignedOverTLS: check.Refuse, check.UserInfoFailure: check.Accept}},
			Client:       Client{ID: "shop", Secret: "s3cret", AuthMethod: "client_secret_post"},
			User: User{Claims: map[string]any{
				"plan": "gold", "age": json.Number("36"), "ratio": json.Number("0.50"), "member": true, "none": nil,
				"born": "1815-12-10", "tags": []any{"a", json.Number("1")}, "address": map[string]any{"country": "GB"},
			}},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got.Shop.Kind() != KindProcess {
		t.Errorf("kind is %q", got.Shop.Kind())
	}
}

func TestParseKinds(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		kind     Kind
		flaws    int
	}{
		{"empty", "", KindEmbedded, 0},
		{"only a comment", "# nothing\n", KindEmbedded, 0},
		{"null", "---\n~\n", KindEmbedded, 0},
		{"byte order mark", "\ufeffstrict: true\n", KindEmbedded, 0},
		{"no shop", "strict: true\n", KindEmbedded, 0},
		{"no flaws", "shop: {embedded: {}}", KindEmbedded, 0},
		{"flaws", "shop: {embedded: {flaws: [skip-nonce, skip-audience]}}", KindEmbedded, 2},
		{"url", "{provider: {listen: 127.0.0.1:0, issuer: http://localhost:9400}, shop: {client: {id: shop}, base_url: https://s.example, redirect_uris: [/cb], sign_in: {visit: /}, who_am_i: {page: /me, subject: '#sub'}}}", KindURL, 0},
		{"json", `{"shop": {"embedded": {"flaws": ["skip-nonce"]}}}`, KindEmbedded, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Parse("f", []byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if f.Shop.Kind() != tt.kind {
				t.Errorf("kind is %q, want %q", f.Shop.Kind(), tt.kind)
			}
			if (f.Shop.Embedded != nil) != (tt.kind == KindEmbedded) {
				t.Errorf("embedded is %+v", f.Shop.Embedded)
			}
			if tt.kind == KindEmbedded && len(f.Shop.Embedded.Flaws) != tt.flaws {
				t.Errorf("flaws are %q", f.Shop.Embedded.Flaws)
			}
		})
	}
}

func TestTheExampleOfTheDesignIsValid(t *testing.T) {
	in := `
shop:
  process: {command: [./start.sh], env: {ISSUER: "{{issuer}}", CLIENT_ID: "{{client_id}}", PORT: "{{port}}"}, ready: /healthz}
  base_url: "http://127.0.0.1:{{port}}"
  redirect_uris: [/callback]
  sign_in: {visit: /account}                  # or {visit: /, click: "#login"}
  who_am_i: {json: /me, subject: /sub, claims: /claims}   # or {page: /account, subject: "#sub"}
  sign_out: {visit: /logout}
  session: {length: 1h}
  capabilities: [userinfo, pkce, rp_initiated_logout]
  policies: {leeway: 5m, unsigned_over_tls: refuse, userinfo_failure: refuse}
`
	if _, err := Parse("f", []byte(in)); err != nil {
		t.Error(err)
	}
}

func TestProblemsAreDataToo(t *testing.T) {
	_, err := Parse("a/b.yaml", []byte("strict: 1\nsutes: [login]\n"))
	var got Problems
	if !errors.As(err, &got) {
		t.Fatalf("error is %T", err)
	}
	want := Problems{
		{File: "a/b.yaml", Line: 1, Column: 9, Text: `must be true or false, not "1"`},
		{File: "a/b.yaml", Line: 2, Column: 1, Text: `unknown key "sutes"; did you mean "suites"?`},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("problems are %+v", got)
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "countersign.yaml")
	if err := os.WriteFile(path, []byte(full), 0o600); err != nil {
		t.Fatal(err)
	}
	if f, err := Load(path); err != nil || f.Processes != 2 {
		t.Errorf("loaded %+v, %v", f, err)
	}
	missing := filepath.Join(dir, "none.yaml")
	_, err := Load(missing)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), missing) {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "is it a regular file?") {
		t.Errorf("a directory: %v", err)
	}
	big := filepath.Join(dir, "big.yaml")
	if err := os.WriteFile(big, make([]byte, maxSize+10), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(big); err == nil || err.Error() != big+":1:1: larger than 1 MiB, which is no configuration" {
		t.Errorf("a huge file: %v", err)
	}
}

// A small file must not cost more than a glance, however it is nested.
func TestBombs(t *testing.T) {
	var laughs strings.Builder
	laughs.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 40; i++ {
		a, b := string(rune('a'+i%26))+strings.Repeat("z", i), string(rune('a'+(i-1)%26))+strings.Repeat("z", i-1)
		if i == 1 {
			b = "a0"
		}
		laughs.WriteString(a + ": &" + a + " [" + strings.Repeat("*"+b+", ", 9) + "*" + b + "]\n")
	}
	for name, in := range map[string]string{
		"aliases":        laughs.String(),
		"an own alias":   "a: &a [*a]\n",
		"flow lists":     strings.Repeat("[", maxSize-1),
		"flow mappings":  strings.Repeat("{a: ", 200_000),
		"block lists":    strings.Repeat("- ", 400_000) + "a",
		"nested claims":  "shop: {embedded: {}, user: {claims: {a: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "}}}",
		"many keys":      strings.Repeat("a: 1\n", 100_000),
		"a long key":     strings.Repeat("k", maxSize-10) + ": 1",
		"a long value":   "out: [" + strings.Repeat("v", maxSize-10) + "]",
		"open quotes":    strings.Repeat(`"`, maxSize-1),
		"question marks": strings.Repeat("? ", 400_000),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := Parse("f", []byte(in))
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("took %s", took.Round(time.Millisecond))
			}
			if err == nil && name != "nested claims" {
				t.Error("was accepted")
			}
			if err != nil && strings.Count(err.Error(), "\n") >= 100 {
				t.Errorf("the problems take %d bytes", len(err.Error()))
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte("shop: {embedded: {flaws: [skip-nonce]}}\n"))
	f.Add([]byte("a: &a [*a]\n<<: *a\n"))
	f.Add([]byte("shop:\n\tprocess: \"{{\n"))
	for _, tt := range bad() {
		f.Add([]byte(tt.in))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Parse("f", data)
		if err == nil {
			return
		}
		var problems Problems
		if !errors.As(err, &problems) || len(problems) == 0 {
			t.Fatalf("error is %T: %v", err, err)
		}
		for _, p := range problems {
			if p.Line < 1 || p.Column < 1 || p.Text == "" {
				t.Errorf("problem without a place: %+v", p)
			}
			if strings.ContainsAny(p.Text, "\n\x1b") {
				t.Errorf("problem of more than a line: %q", p.Text)
			}
		}
		if !reflect.DeepEqual(got, File{}) {
			t.Errorf("settings beside an error: %+v", got)
		}
	})
}

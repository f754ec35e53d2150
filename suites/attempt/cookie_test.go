package attempt_test

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/suites/attempt"
)

func TestReadings(t *testing.T) {
	t.Parallel()
	const text = "/checkout?offer=grain&x=ü"
	for name, value := range map[string]string{
		"plain": text, "escaped": url.QueryEscape(text),
		"base64url": base64.RawURLEncoding.EncodeToString([]byte(text)), "base64": base64.StdEncoding.EncodeToString([]byte(text)),
		"a part":             "v1." + base64.RawURLEncoding.EncodeToString([]byte(text)) + ".sig",
		"base64 and escaped": url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(text))),
	} {
		if got := strings.Join((attempt.Cookie{Value: value}).Readings(), " "); !strings.Contains(got, text) {
			t.Errorf("%s: %q is not among %q", name, text, got)
		}
	}
}

func TestRewritten(t *testing.T) {
	t.Parallel()
	for name, encode := range map[string]func(string) string{
		"plain": func(s string) string { return s }, "escaped": url.QueryEscape,
		"base64url": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
		"base64":    func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	} {
		c := attempt.Cookie{Name: "return", Value: encode(`{"to": "/a?b=c"}`)}
		got, ok := c.Rewritten("/a?b=c", "http://evil.example/")
		if want := encode(`{"to": "http://evil.example/"}`); !ok || got.Value != want || got.Name != "return" {
			t.Errorf("%s: %q, %t; want %q", name, got.Value, ok, want)
		}
	}
	if got, ok := (attempt.Cookie{Value: "opaque"}).Rewritten("/a", "/b"); ok || got.Value != "opaque" {
		t.Errorf("%+v, %t", got, ok)
	}
}

package judge

import (
	"regexp"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// innards are texts that programs print for those who wrote them. One of the
// hints is in each, and most pages have none: that is cheaper to see.
var innards = []struct {
	what  string
	hints []string
	form  *regexp.Regexp
}{
	{"a stack trace of Go", []string{"goroutine ", "panic: ", ".go:"}, regexp.MustCompile(`goroutine \d+ \[|\bpanic: |[\w/]+\.go:\d+`)},
	{"a stack trace of Java", []string{".java:", "Exception in thread"}, regexp.MustCompile(`\bat [\w.$]+\([\w$]+\.java:\d+\)|Exception in thread "`)},
	{"a stack trace of Python", []string{"Traceback", ".py\""}, regexp.MustCompile(`Traceback \(most recent call last\)|File "[^"]+\.py", line \d+`)},
	{"a stack trace of JavaScript", []string{"at ", "node_modules/"}, regexp.MustCompile(`\bat .{0,80}\(?(?:file://|node:|/)[^\s)]*:\d+:\d+\)?|node_modules/`)},
	{"a stack trace of PHP", []string{".php"}, regexp.MustCompile(`#\d+ \S+\.php\(\d+\)|\.php on line \d+`)},
	{"a stack trace of Ruby", []string{".rb:"}, regexp.MustCompile(`[\w/]+\.rb:\d+:in `)},
	{"a stack trace of .NET", []string{":line "}, regexp.MustCompile(`\bat [\w.]+\([^)]*\) in \S+:line \d+`)},
	{"the path of a file on the server", []string{"/home/", "/root/", "/usr/", "/var/", "/opt/", "/srv/", "/app/", `:\`}, regexp.MustCompile(`(?:^|[\s(:])(?:/(?:home|root|usr|var|opt|srv|app)/[\w./-]+\.\w+|[A-Z]:\\[\w\\.-]+)`)},
}

// NoLeaks decides whether what a browser saw holds a value that only the shop
// and the provider should know, or a text that only the shop's developers
// should read. Markers are texts of the provider that were not meant for
// people, such as the body of an answer to the shop.
func NoLeaks(places []attempt.Place, secrets []attempt.Secret, markers ...string) Finding {
	if len(places) == 0 {
		return Undecided("The browser saw nothing to search.")
	}
	for _, p := range places {
		for _, s := range secrets {
			if has(p.Text, s.Value) && !slices.Contains(p.Carries, s.Name) {
				return Fail("The %s is found in %s.", s.Name, p.Where)
			}
		}
		if !p.Shop || p.Address {
			continue
		}
		for _, in := range innards {
			if !slices.ContainsFunc(in.hints, func(hint string) bool { return strings.Contains(p.Text, hint) }) {
				continue
			}
			if found := in.form.FindString(p.Text); found != "" {
				return Fail("There is %s in %s: %q.", in.what, p.Where, strings.TrimSpace(found))
			}
		}
		for _, m := range markers {
			if has(p.Text, m) {
				return Fail("What the provider answered to the shop is found in %s: %q.", p.Where, m)
			}
		}
	}
	return Pass("Neither a secret nor a stack trace nor an answer of the provider is found in the %d things that the browser saw.", len(places))
}

// Silent is NoLeaks for an attempt that signed nobody in. No policy of the
// shop's makes a leak right.
func Silent(a attempt.SignIn, places []attempt.Place, secrets []attempt.Secret) Finding {
	f := NoLeaks(places, secrets)
	if f.Verdict != check.Fail {
		return f
	}
	return own(Fail("%s: it signed nobody in, but leaked. %s", a.Title, f.Reason))
}

// has also finds a value as JSON, HTML or a URL would write it, which is never
// shorter. Most values are written in one way.
func has(text, value string) bool {
	if value == "" || len(value) > len(text) {
		return false
	}
	if strings.Contains(text, value) {
		return true
	}
	return strings.ContainsFunc(value, rewritten) && (strings.Contains(text, quoted(value)) || strings.Contains(text, escaped(value)))
}

// rewritten tells a character that one of them writes otherwise.
func rewritten(r rune) bool {
	return r < ' ' || r > '~' || strings.ContainsRune(`&<>"'+\/%`, r)
}

var htmlEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;", "+", "&#43;")

func escaped(value string) string { return htmlEscapes.Replace(value) }

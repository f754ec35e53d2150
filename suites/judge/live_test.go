package judge

import (
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

func TestLive(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	quiet := []time.Duration{8 * ms, 10 * ms}
	for name, c := range map[string]struct {
		control attempt.Control
		want    check.Verdict
	}{
		"served":                 {attempt.Control{Quiet: quiet, Rounds: []time.Duration{9 * ms, 30 * ms}, Slowest: 30 * ms, Lasted: time.Second}, check.Pass},
		"slow, as the bound has": {attempt.Control{Quiet: quiet, Rounds: []time.Duration{9 * ms, 1900 * ms}, Slowest: 1900 * ms, Lasted: 3 * time.Second}, check.Pass},
		"slow on a slow machine": {attempt.Control{Quiet: []time.Duration{100 * ms}, Rounds: []time.Duration{2500 * ms, ms}, Slowest: 2500 * ms, Lasted: 5 * time.Second}, check.Pass},
		"one waits too long":     {attempt.Control{Quiet: quiet, Rounds: []time.Duration{9 * ms, 9 * ms}, Slowest: 2100 * ms, Lasted: 5 * time.Second}, check.Fail},
		"nobody gets through":    {attempt.Control{Quiet: quiet, Slowest: time.Second, Lasted: time.Second}, check.Fail},
		"one gets through":       {attempt.Control{Quiet: quiet, Rounds: []time.Duration{9 * ms}, Slowest: time.Second, Lasted: time.Second}, check.Fail},
		"over too soon":          {attempt.Control{Quiet: quiet, Rounds: []time.Duration{9 * ms}, Lasted: 39 * ms}, check.Error},
		"fails":                  {attempt.Control{Quiet: quiet, Rounds: []time.Duration{9 * ms, 9 * ms}, Lasted: time.Second, Failures: []string{"status 503"}}, check.Fail},
		"never worked":           {attempt.Control{Rounds: []time.Duration{9 * ms, 9 * ms}, Lasted: time.Second}, check.Error},
	} {
		if f := Live(c.control, 2*time.Second); f.Verdict != c.want {
			t.Errorf("%s: %+v, want %s", name, f, c.want)
		}
	}
}

func TestSilent(t *testing.T) {
	t.Parallel()
	secrets := []attempt.Secret{{Name: "authorization code", Value: "code-0123"}}
	refused := attempt.SignIn{Title: "The refused answer"}
	at := func(text string) []attempt.Place {
		return []attempt.Place{{Where: "the page", Text: text, Shop: true, Page: true}}
	}
	leak := Silent(refused, at("<!-- code-0123 -->"), secrets)
	expect(t, "a code", leak, check.Fail, "The refused answer: it signed nobody in, but leaked. The authorization code")
	expect(t, "whatever the policy", ByPolicy(leak, check.AnswerType, check.Accept), check.Fail, "leaked")
	expect(t, "a stack trace", Silent(refused, at("goroutine 7 [running]:"), nil), check.Fail, "stack trace of Go")
	expect(t, "nothing", Silent(refused, at("That did not work"), secrets), check.Pass, "")
	expect(t, "no place", Silent(refused, nil, secrets), check.Error, "nothing to search")
}

func TestNoLeaks(t *testing.T) {
	t.Parallel()
	secrets := []attempt.Secret{{Name: "client secret", Value: `s3"cret`}, {Name: "authorization code", Value: "c0de"}}
	page := func(text string) []attempt.Place {
		return []attempt.Place{{Where: "the page", Text: text, Shop: true, Page: true}}
	}
	for name, c := range map[string]struct {
		places []attempt.Place
		want   check.Verdict
		says   string
	}{
		"nothing":        {page(`Sorry. <link href="/app/style.css"> <script src="/var/x.js">`), check.Pass, ""},
		"nothing seen":   {nil, check.Error, ""},
		"as it is":       {page(`x s3"cret`), check.Fail, "client secret"},
		"in JSON":        {page(`"s3\"cret"`), check.Fail, "client secret"},
		"in HTML":        {page(`s3&#34;cret`), check.Fail, "client secret"},
		"elsewhere":      {[]attempt.Place{{Where: "an address", Text: "http://op/?s=c0de", Address: true}}, check.Fail, "an address"},
		"where it may":   {[]attempt.Place{{Text: "http://shop/cb?code=c0de", Shop: true, Address: true, Carries: []string{"authorization code"}}}, check.Pass, ""},
		"Go":             {page("panic: oops goroutine 7 [running]:"), check.Fail, "of Go"},
		"Java":           {page("at org.shop.Login.run(Login.java:12)"), check.Fail, "of Java"},
		"Python":         {page("Traceback (most recent call last): x"), check.Fail, "of Python"},
		"JavaScript":     {page("Error: x at Object.f (/srv/shop/index.js:3:7)"), check.Fail, "JavaScript"},
		"PHP":            {page("#0 /var/www/a.php(12): f()"), check.Fail, "of PHP"},
		"Ruby":           {page("app/x.rb:3:in `f'"), check.Fail, "of Ruby"},
		".NET":           {page(`at A.B(String s) in C:\x.cs:line 3`), check.Fail, "of .NET"},
		"a file":         {page("cannot read /etc no, /opt/shop/config.yaml"), check.Fail, "path of a file"},
		"an answer":      {page("said: marker-7"), check.Fail, "marker-7"},
		"of another":     {[]attempt.Place{{Text: "goroutine 7 [running] marker-7"}}, check.Pass, ""},
		"a time of day":  {page("Signed in at 12:30:15 on 3/4"), check.Pass, ""},
		"a plain number": {page("c0d"), check.Pass, ""},
	} {
		if f := NoLeaks(c.places, secrets, "marker-7", ""); f.Verdict != c.want || !strings.Contains(f.Reason, c.says) {
			t.Errorf("%s: %+v, want %s", name, f, c.want)
		}
	}
}

package report

import (
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
)

func TestTrace(t *testing.T) {
	c := result("idtoken.audience-other", check.Fail)
	x := badSignIn(t).Exchanges[3]
	c.Trace = []check.Event{
		{AtMS: 1, Who: "Browser", What: "opens http://shop/"},
		{AtMS: 2, Who: check.Step, What: "Sign-in with the fault", Facts: []check.Fact{{Name: "Person", Value: "ada"}}},
		{AtMS: 3, Who: "Shop", What: "answers http://shop/ with " + compactJWT, Status: 503, Facts: []check.Fact{{Name: "set-cookie", Value: "sid; HttpOnly"}}},
		{AtMS: 4, Who: "Provider", What: "token", Status: 200, Exchange: &x},
		{AtMS: 5, Who: "Browser", What: "console: </script><b>"},
	}
	r := New(fixtureRun(), []check.Result{c, result("login.a", check.Pass)})
	dir := t.TempDir()
	p, err := WriteDir(dir, r)
	if err != nil || len(p.Traces) != 1 || p.Traces[0] != filepath.Join(dir, "trace-idtoken.audience-other.html") {
		t.Fatalf("%+v, %v", p, err)
	}
	page := write(t, func(w io.Writer) error { return r.writeTrace(w, c.ID) })
	for _, want := range []string{
		"Before the first step", "<h2 dir=\"auto\">Sign-in with the fault <span", `<span class="where who-shop">Shop</span>`, `class="status odd">503<`,
		"token: POST /o/7/swap", `<span class="flag">Fault</span> <code>id_token.aud.other</code>`, "<ins>&#34;another-client&#34;</ins>", "&lt;/script&gt;&lt;b&gt;",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the trace lacks %s", want)
		}
	}
	if strings.Contains(page, compactJWT) || strings.Contains(page, "<script") || !strings.Contains(strings.NewReplacer("&#39;", "'", "&#43;", "+").Replace(page), digest(styles)) {
		t.Error("the trace has a token or a script, or forbids its own styles")
	}
	if strings.Contains(write(t, r.WriteJSON), `"trace"`) {
		t.Error("report.json repeats the trace")
	}
	if html := write(t, r.WriteHTML); !strings.Contains(html, `<a href="trace-idtoken.audience-other.html">`) || strings.Contains(html, "trace-login.a") {
		t.Error("the report does not link the trace, or links one that is not there")
	}
}

func TestPageRunsNothingButItsOwn(t *testing.T) {
	page := write(t, fixture(t).WriteHTML)
	for pattern, want := range map[string]int{`<script`: 1, `<style`: 1, `<img `: 1, `<link|<iframe|<object|<base|<form`: 0, ` on[a-z]+="`: 0, ` style="`: 0, `ZgotmplZ`: 0, `\x00|\x1b|\x{202e}`: 0} {
		if got := len(regexp.MustCompile(pattern).FindAllString(page, -1)); got != want {
			t.Errorf("%d matches of %s, want %d", got, pattern, want)
		}
	}
	for _, m := range regexp.MustCompile(`(?:href|src|action)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !regexp.MustCompile(`^(#|data:image/jpeg;base64,|https://openid\.net/specs/|https://www\.rfc-editor\.org/rfc/)`).MatchString(m[1]) {
			t.Errorf("the page refers to %q", m[1])
		}
	}
}

func TestPolicyAllowsTheInlineParts(t *testing.T) {
	page := write(t, fixture(t).WriteHTML)
	policy := strings.NewReplacer("&#39;", "'", "&#43;", "+").Replace(regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)[1])
	for _, tag := range []string{"style", "script"} {
		inline := regexp.MustCompile(`(?s)<` + tag + `>(.*?)</` + tag + `>`).FindStringSubmatch(page)[1]
		if want := tag + "-src " + digest(inline); !strings.Contains(policy, want) {
			t.Errorf("the policy %q lacks %q", policy, want)
		}
	}
}

func TestAnInterruptedRunDoesNotLookDone(t *testing.T) {
	for verdict, want := range map[check.Verdict]string{
		check.Pass: "<span>The run was interrupted.</span>", check.Fail: "<span>1 of 1 check failed.</span>",
	} {
		page := write(t, New(Run{Interrupted: true}, []check.Result{result("login.a", verdict)}).WriteHTML)
		if !strings.Contains(page, want) || !strings.Contains(page, "<strong>This run was interrupted.</strong>") {
			t.Errorf("the page of an interrupted run with the verdict %s lacks %q", verdict, want)
		}
	}
}

// TestCases holds that each case of a check is listed with its outcome, and
// that the first which did not pass is shown in full.
func TestCases(t *testing.T) {
	c := result("signature.hmac", check.Fail)
	for i, v := range []check.Verdict{check.Pass, check.Fail, check.Error, ""} {
		c.Evidence = append(c.Evidence, check.Evidence{
			Title: "Try " + string(rune('A'+i)), Outcome: v, Reason: "Because of " + string(rune('A'+i)), Facts: []check.Fact{{Name: "seen", Value: "x"}},
		})
	}
	page := write(t, New(Run{}, []check.Result{c}).WriteHTML)
	for _, want := range []string{
		`<details><summary class="row"><svg class="icon pass" aria-hidden="true" focusable="false"><use href="#i-pass"/></svg><span class="case" dir="auto">Try A</span><span class="outcome pass">Passed</span></summary>`,
		`<a class="row" href="#check-signature.hmac-case">`, `<section class="evidence" id="check-signature.hmac-case">`,
		`<span class="case" dir="auto">Try C</span><span class="outcome error">Undecided</span></summary>`,
		"Because of A", "<h3>Try B</h3><p class=\"because\" dir=\"auto\">Because of B</p>", "<h3>Try D</h3>",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, "<h3>Try A</h3>") || strings.Contains(page, "<span class=\"case\" dir=\"auto\">Try D</span>") {
		t.Error("a case is not in the list, or other evidence is")
	}
}

package judge

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

func asked(query string) attempt.SignIn {
	return change(signedInAs("ada"), func(a *attempt.SignIn) { a.Entries = []journal.Entry{authorization(query)} })
}

// leftAlone is an answer that the shop left alone.
func leftAlone() attempt.SignIn {
	return change(refused(), func(a *attempt.SignIn) { a.Fault, a.Entries = nil, nil })
}

func withoutCallback(a attempt.SignIn) attempt.SignIn {
	return change(a, func(a *attempt.SignIn) { a.Record = attempt.Record{} })
}

func TestBeginnings(t *testing.T) {
	t.Parallel()
	expect(t, "S256", ChallengeNotPlain(asked("code_challenge=x&code_challenge_method=S256")), check.Pass, "no plain")
	expect(t, "plain", ChallengeNotPlain(asked("code_challenge=x&code_challenge_method=plain")), check.Fail, `"plain"`)
	expect(t, "plain by default", ChallengeNotPlain(asked("code_challenge=x")), check.Fail, `""`)
	expect(t, "not begun", ChallengeNotPlain(leftAlone()), check.Pass, "begins no sign-in")

	some := []journal.Entry{authorization("scope=openid+email")}
	expect(t, "documented", Scopes(some, []string{"openid", "email"}), check.Pass, "documented")
	expect(t, "one more", Scopes(some, []string{"openid"}), check.Fail, `"email"`)
	expect(t, "nothing seen", Scopes(nil, nil), check.Error, "no authorization request")
	expect(t, "no offline access", OfflineAccess(some), check.Pass, "does not ask")
	offline := authorization("scope=openid+offline_access&prompt=login")
	expect(t, "offline access", OfflineAccess([]journal.Entry{offline}), check.Fail, `"login"`)
	agreed := authorization("scope=openid+offline_access&prompt=login+consent")
	expect(t, "offline access with consent", OfflineAccess([]journal.Entry{agreed}), check.Pass, "")
	expect(t, "nothing seen of it", OfflineAccess(nil), check.Error, "no authorization request")

	ada := attempt.Who{Status: 200, SignedIn: true, Subject: "ada"}
	expect(t, "still there", StillSignedIn("a link", signedInAs("ada"), ada), check.Pass, "same customer")
	expect(t, "gone", StillSignedIn("a link", signedInAs("ada"), attempt.Who{}), check.Fail, "no longer")
	expect(t, "another", StillSignedIn("a link", signedInAs("ada"), attempt.Who{SignedIn: true, Subject: "eve"}), check.Fail, `"eve"`)
	expect(t, "never there", StillSignedIn("a link", leftAlone(), ada), check.Error, "does not work either")

	expect(t, "303", NotSentOn("A form", http.StatusSeeOther), check.Pass, "303")
	expect(t, "307", NotSentOn("A form", http.StatusTemporaryRedirect), check.Fail, "307")
	expect(t, "308", NotSentOn("A form", http.StatusPermanentRedirect), check.Fail, "308")

	one := attempt.Cookie{Name: "a", Value: "b"}
	expect(t, "few cookies", CookiesBounded(40, []attempt.Cookie{one}), check.Pass, "1 cookies")
	expect(t, "many cookies", CookiesBounded(40, make([]attempt.Cookie, 21)), check.Fail, "21 cookies")
	expect(t, "long cookies", CookiesBounded(40, []attempt.Cookie{{Name: "a", Value: strings.Repeat("x", 8000)}}), check.Fail, "characters")
}

func TestNotShown(t *testing.T) {
	t.Parallel()
	public := []byte(`<h1>Good magazines</h1><p>Nothing is charged here</p>`)
	account := []byte(`<script>var longEnoughToTell</script><h1>Your  &amp; my
 subscriptions</h1><p>Nothing is charged here</p><p>short</p>`)
	expect(t, "shown", NotShown("GET", []byte("<b>Your &amp; my subscriptions</b>"), []byte("<h1>Your &amp; my subscriptions</h1>"), public), check.Fail, `"Your & my subscriptions"`)
	expect(t, "over two lines", NotShown("GET", account, account, public), check.Fail, "subscriptions")
	expect(t, "public text", NotShown("GET", public, account, public), check.Pass, "nothing of the page")
	expect(t, "short text", NotShown("GET", []byte("<p>short</p>"), account, public), check.Pass, "nothing of the page")
	expect(t, "empty", NotShown("GET", nil, account, public), check.Pass, "nothing of the page")
	expect(t, "a page of few words", NotShown("GET", []byte("<title>Account</title>Hi"), []byte("<title>Account</title><p>Hi</p>"), public), check.Fail, `"Account Hi"`)
	expect(t, "nothing to tell by", NotShown("GET", nil, public, public), check.Error, "nobody can tell")
}

func TestAnswersThatSignNobodyIn(t *testing.T) {
	t.Parallel()
	good, stranger := signedInAs("ada"), signedInAs("eve")
	loop := change(leftAlone(), func(a *attempt.SignIn) {
		a.Entries = []journal.Entry{authorization(""), authorization(""), authorization("")}
	})
	expect(t, "loop", NoLoop(loop, good, "login_required", 2), check.Fail, "3 authorization requests")
	expect(t, "one retry", NoLoop(loop, good, "login_required", 3), check.Pass, "login_required")

	expect(t, "left alone", ForgedHarmless(leftAlone(), good), check.Pass, "left alone")
	expect(t, "never arrived", ForgedHarmless(withoutCallback(leftAlone()), good), check.Error, "did not come")
	expect(t, "signed in", ForgedHarmless(stranger, good), check.Fail, "signed")
	expect(t, "redeemed", ForgedHarmless(refused(), good), check.Fail, "token request")
	expect(t, "cancelled", ForgedHarmless(leftAlone(), leftAlone()), check.Fail, "does not sign in any more")

	expect(t, "refused", Malformed(leftAlone()), check.Pass, "status 400")
	expect(t, "not arrived", Malformed(withoutCallback(leftAlone())), check.Error, "did not come")
	expect(t, "signs in", Malformed(change(stranger, func(a *attempt.SignIn) { a.Entries = nil })), check.Fail, "signed")
	expect(t, "redeems a used answer", NotRedeemed(refused()), check.Fail, "token request")
	expect(t, "does not redeem it", NotRedeemed(leftAlone()), check.Pass, "no token request")
	expect(t, "redeems", Malformed(refused()), check.Fail, "token request")
	expect(t, "crash", Malformed(change(leftAlone(), func(a *attempt.SignIn) { a.Page.Status = 500 })), check.Fail, "status 500")

	ada := attempt.Who{SignedIn: true, Subject: "ada"}
	expect(t, "goes on", Whole(good, change(leftAlone(), func(a *attempt.SignIn) { a.Who = ada }), ada), check.Pass, "goes on")
	expect(t, "over", Whole(good, leftAlone(), attempt.Who{}), check.Pass, "over")
	expect(t, "over in the browser alone", Whole(good, leftAlone(), ada), check.Fail, "whoever copied")
	expect(t, "another's", Whole(good, stranger, ada), check.Fail, `"eve"`)
	expect(t, "never began", Whole(leftAlone(), leftAlone(), ada), check.Error, "does not work either")

	expect(t, "text", OnlyText(leftAlone(), "error", false, `<p>javascript:</p>`), check.Pass, "")
	expect(t, "an element", OnlyText(leftAlone(), "error", true, ""), check.Fail, "Markup")
	expect(t, "a link", OnlyText(leftAlone(), "error_uri", false, `<a href="JavaScript:x">`), check.Fail, "link that runs")
	expect(t, "a template", OnlyText(change(leftAlone(), func(a *attempt.SignIn) { a.Page.Text = "62615533" }), "error", false, ""), check.Fail, "template")
	planted := change(leftAlone(), func(a *attempt.SignIn) { a.Cookies = []attempt.Cookie{{Name: "planted"}} })
	expect(t, "planted", NoCookie(planted, "planted"), check.Fail, "header field")
	expect(t, "not planted", NoCookie(planted, "other"), check.Pass, "no header field")
}

func TestAnswersOutOfOrder(t *testing.T) {
	t.Parallel()
	rests := func(url string) attempt.SignIn {
		return change(signedInAs("ada"), func(a *attempt.SignIn) { a.Page.URL = url })
	}
	expect(t, "own page", OwnPage(rests("/a"), "/a", "/b"), check.Pass, "/a")
	expect(t, "other page", OwnPage(rests("/b"), "/a", "/b"), check.Fail, "other tab")
	untaken := change(rests("/b"), func(a *attempt.SignIn) { a.Entries = nil })
	expect(t, "refused, on the other page", OwnPage(untaken, "/a", "/b"), check.Pass, "refused")
	expect(t, "a page for both", OwnPage(rests("/a"), "/a", "/a"), check.Pass, "/a")
	expect(t, "a crash", OwnPage(change(rests("/b"), func(a *attempt.SignIn) { a.Page.Status = 500 }), "/a", "/b"), check.Fail, "500")
	expect(t, "one", OneSignsIn(leftAlone(), signedInAs("ada")), check.Pass, "")
	expect(t, "none", OneSignsIn(leftAlone(), leftAlone()), check.Fail, "None of")

	expect(t, "once", RedeemedAtMostOnce(1, 1), check.Pass, "once")
	expect(t, "never", RedeemedAtMostOnce(0, 0), check.Error, "not even once")
	expect(t, "twice", RedeemedAtMostOnce(2, 1), check.Fail, "2 token requests")
	expect(t, "two sessions", RedeemedAtMostOnce(1, 2), check.Fail, "2 sessions")

	odd := change(signedInAs("ada"), func(a *attempt.SignIn) {
		a.Fault, a.Fired = &fault.Spec{ID: "authorize.code.odd", Redirect: &fault.RedirectEdit{}}, 1
		a.Record.Requests[0].URL = shopOrigin + "/api/sf?code=a%252B&state=s"
		a.Entries = []journal.Entry{{Kind: journal.Token, Form: map[string][]string{"code": {"a%2B"}}}}
	})
	expect(t, "unchanged", CodeUnchanged(odd), check.Pass, "")
	expect(t, "changed", CodeUnchanged(change(odd, func(a *attempt.SignIn) { a.Entries[0].Form.Set("code", "a+") })), check.Fail, `"a+"`)
	expect(t, "not redeemed", CodeUnchanged(change(odd, func(a *attempt.SignIn) { a.Entries = nil })), check.Fail, "does not redeem")
	expect(t, "not fired", CodeUnchanged(change(odd, func(a *attempt.SignIn) { a.Fired = 0 })), check.Error, "never took effect")
	if s := shortened(strings.Repeat("x", 100) + "tail"); !strings.HasSuffix(s, "tail") || len(s) > 20 {
		t.Errorf("shortened = %q", s)
	}

	expect(t, "refused after a restart", Restarted(leftAlone(), signedInAs("ada")), check.Pass, "new sign-in works")
	expect(t, "signed in after a restart", Restarted(signedInAs("ada"), leftAlone()), check.Pass, "")
	expect(t, "crash after a restart", Restarted(change(leftAlone(), func(a *attempt.SignIn) { a.Page.Status = 500 }), signedInAs("ada")), check.Fail, "500")
	expect(t, "down after a restart", Restarted(leftAlone(), leftAlone()), check.Error, "does not work either")
	expect(t, "lost in a restart", Restarted(withoutCallback(leftAlone()), signedInAs("ada")), check.Error, "never reached")
}

func TestGuards(t *testing.T) {
	t.Parallel()
	lax := []attempt.Cookie{{Name: "a", SameSite: "Lax"}, {Name: "b", SameSite: "Strict"}}
	expect(t, "all lax", PendingCookieRule(lax, "SameSite", SameSite), check.Pass, "SameSite")
	expect(t, "one not", PendingCookieRule(append(lax, attempt.Cookie{Name: "c"}), "SameSite", SameSite), check.Fail, "cookie c")
	expect(t, "host only", HostOnly([]*http.Cookie{{Name: "a"}}), check.Pass, "")
	expect(t, "for a domain", HostOnly([]*http.Cookie{{Name: "a", Domain: "example.com"}}), check.Fail, "example.com")
	expect(t, "no cookie", HostOnly(nil), check.Error, "sets no cookie")

	nobody, ada := attempt.Who{Status: 401}, attempt.Who{Status: 200, SignedIn: true, Subject: "ada"}
	down := attempt.Who{Status: 500}
	expect(t, "nobody", Nobody("x", nobody), check.Pass, "401")
	expect(t, "somebody", Nobody("x", ada), check.Fail, `"ada"`)
	expect(t, "crash", Nobody("x", down), check.Fail, "500")
	expect(t, "themself", Themself("x", ada, "ada"), check.Pass, "as before")
	expect(t, "or nobody", Themself("x", nobody, "ada"), check.Pass, "nobody")
	expect(t, "another", Themself("x", ada, "eve"), check.Fail, "ada")
	expect(t, "or a crash", Themself("x", down, "ada"), check.Fail, "500")
	expect(t, "must be there", SignedInAs("x", nobody, "ada"), check.Fail, "not signed in")
	expect(t, "is there", SignedInAs("x", ada, "ada"), check.Pass, "")
	expect(t, "is another", SignedInAs("x", ada, "eve"), check.Fail, "")

	expect(t, "at once", Within("x", time.Second, 5*time.Second), check.Pass, "")
	expect(t, "late", Within("x", 6*time.Second, 5*time.Second), check.Fail, "6s")
	expect(t, "at the shop", AtShop(leftAlone(), attempt.Page{URL: shopOrigin + "/account"}), check.Pass, "")
	expect(t, "elsewhere", AtShop(leftAlone(), attempt.Page{URL: "http://localhost/login"}), check.Fail, "localhost")
	expect(t, "seen", PageSeen(200), check.Pass, "")
	expect(t, "not seen", PageSeen(404), check.Error, "404")
	expect(t, "foreign host", HostNotUsed("Host", 200, "evil.example", "x evil.example y"), check.Fail, "Host")
	expect(t, "refused host", HostNotUsed("Host", 421, "evil.example", "x evil.example y"), check.Pass, "421")
	expect(t, "own host", HostNotUsed("Host", 200, "evil.example", "x"), check.Pass, "")
	expect(t, "cookie not cached", CookieNotCached("x", 200, http.Header{"Set-Cookie": {"a=b"}, "Cache-Control": {"no-store"}}), check.Pass, "")
	expect(t, "cookie cached", CookieNotCached("x", 303, http.Header{"Set-Cookie": {"a=b"}, "Cache-Control": {"max-age=9"}}), check.Fail, "max-age=9")
	expect(t, "no cookie to cache", CookieNotCached("x", 200, http.Header{}), check.Pass, "sets no cookie")
	expect(t, "of another", NotOf("x", "name: eve", "", "ada", "eve"), check.Fail, `"eve"`)
	expect(t, "of another without a cache too", NotOf("x", "name: eve", "name: eve", "eve"), check.Pass, "")
	expect(t, "of nobody", NotOf("x", "", "", "ada", "eve"), check.Pass, "")
}

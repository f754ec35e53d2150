package strict

import (
	"net/http"
	"net/url"
	"testing"
)

func readText(text string) *page {
	at := &url.URL{Scheme: "http", Host: "op.test", Path: "/a/sign-in"}
	return readPage(&answer{url: at, status: 200, header: http.Header{"Content-Type": {"text/html"}}, body: []byte(text)})
}

// TestStep holds what the browser does on the pages of other providers.
func TestStep(t *testing.T) {
	t.Parallel()
	target := Target{Username: "ada", Password: "pw"}
	const none = "nothing to do"
	for name, tc := range map[string]struct{ page, to, values string }{
		"password form": {
			`<form method=post action=go><input type=hidden name=csrf value=t><input name=u><input type=password name=p><button name=a value=cancel>Cancel</button><button name=a value=go>Sign in</button></form>`,
			"/a/go", "a=go&csrf=t&p=pw&u=ada",
		},
		"password form behind a search": {
			`<form action=/search><input name=q></form><form method=post><input type=email name=mail><input type=password name=p></form>`,
			"/a/sign-in", "mail=ada&p=pw",
		},
		"user name first":         {`<form method=post action=/id><input name=n><input autocomplete=username name=u><input type=submit value=Next></form>`, "/id", "n=&u=ada"},
		"password second":         {`<form method=post><input type=hidden name=u value=ada><input type=password name=p></form>`, "/a/sign-in", "p=pw&u=ada"},
		"consent":                 {`<form method=post action=c><input type=checkbox name=s value=email checked><input type=checkbox name=r><button name=d value=deny>Deny</button><button name=d value=yes>Allow</button></form>`, "/a/c", "d=yes&s=email"},
		"only a way out":          {`<form method=post><button>Cancel</button></form>`, none, ""},
		"error page":              {`<h1>Unknown client</h1>`, none, ""},
		"base":                    {`<base href="http://op.test/x/"><form method=post action=y><button>Continue</button></form>`, "/x/y", ""},
		"select and disabled":     {`<form><select name=l><option value=1>a<option value=2 selected>b</select><input name=z type=hidden disabled><button>OK</button></form>`, "/a/sign-in", "l=2"},
		"a code of a second kind": {`<form method=post><input type=number name=otp><button>Continue</button></form>`, none, ""},
	} {
		s, known := target.step(readText(tc.page), false)
		switch {
		case !known:
			if tc.to != none {
				t.Errorf("%s: %s", name, none)
			}
		case s.form.action.Path != tc.to || s.values.Encode() != tc.values:
			t.Errorf("%s: %s?%s, want %s?%s", name, s.form.action.Path, s.values.Encode(), tc.to, tc.values)
		}
	}
	if s, known := (Target{Username: "ada", Password: "pw", UsernameField: "b"}).step(readText(`<form><input name=a><input name=b><input type=password name=p></form>`), false); !known || s.values.Encode() != "a=&b=ada&p=pw" {
		t.Errorf("with a hint: %v", s.values)
	}
}

// FuzzPage holds that whatever a provider serves is read without harm, and
// that what is submitted goes to a URL.
func FuzzPage(f *testing.F) {
	f.Add(`<form action="%zz"><input type=password name=p></form>`)
	f.Add(`<base href=":"><form method=POST action="//x"><select name=a></select><textarea name=b>c</textarea><button>`)
	target := Target{Username: "ada", Password: "pw"}
	f.Fuzz(func(t *testing.T, text string) {
		if s, known := target.step(readText(text), false); known && s.form.action == nil {
			t.Fatal("a form without an address")
		}
	})
}

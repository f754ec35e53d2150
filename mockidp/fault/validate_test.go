package fault

import (
	"strings"
	"testing"
)

// TestRefused holds that what cannot fire, or would fire as another fault, is
// refused, in words that say where.
func TestRefused(t *testing.T) {
	t.Parallel()
	for edits, part := range map[string]string{
		`"skip":-1,"token":{"sign":"unsigned"}`:              "skip",
		`"token":{"token":"access_token","sign":"unsigned"}`: "token.token",
		`"token":{}`:                                                                    "token: no edits",
		`"token":{"token":"userinfo"}`:                                                  "token: no edits",
		`"token":{"from":"nowhere"}`:                                                    "token.from",
		`"token":{"from":"previous","sign":"unsigned"}`:                                 "token.from",
		`"token":{"sign":"hmac"}`:                                                       "token.secret",
		`"token":{"sign":"hmac","secret":"guess"}`:                                      "token.secret",
		`"token":{"sign":"other_key","secret":"pem"}`:                                   "token.secret",
		`"token":{"sign":"unsigned","signature":"cut"}`:                                 "token.signature",
		`"token":{"sign":"corrupted","signature":"cut"}`:                                "token.signature",
		`"token":{"form":"encrypted","signature":"cut"}`:                                "token.signature",
		`"token":{"sign":"before_edits"}`:                                               "token.sign",
		`"token":{"signature":"bent"}`:                                                  "token.signature",
		`"token":{"form":"xml"}`:                                                        "token.form",
		`"token":{"set_claims":{"sub":1},"remove_claims":["sub"]}`:                      "removed as well",
		`"token":{"duplicate_header":{"kid":{"$x":1}}}`:                                 "duplicate_header.kid",
		`"response":{"endpoint":"stray","status":500}`:                                  "response.endpoint",
		`"response":{"endpoint":"backchannel_logout","status":500}`:                     "response.endpoint",
		`"response":{"endpoint":"token","set":{},"remove":[],"waive":[]}`:               "response: no edits",
		`"redirect":{"endpoint":"authorize","set":{}}`:                                  "redirect: no edits",
		`"response":{"endpoint":"token"}`:                                               "response: no edits",
		`"response":{"endpoint":"token","status":101}`:                                  "response.status",
		`"response":{"endpoint":"token","set":{"a":{"$b":1}}}`:                          "response.set.a",
		`"response":{"endpoint":"token","rename":{"a":"a"}}`:                            "response.rename",
		`"response":{"endpoint":"token","rename":{"a":"b"},"remove":["a"]}`:             "response.rename",
		`"response":{"endpoint":"token","body":"x","remove":["a"]}`:                     "response.body",
		`"response":{"endpoint":"token","header":{"X":"a\r\nb"}}`:                       "response.header",
		`"response":{"endpoint":"token","encoding":"rot13"}`:                            "response.encoding",
		`"response":{"endpoint":"token","redirect":{"status":200}}`:                     "response.redirect",
		`"response":{"endpoint":"token","raw":"x","status":200}`:                        "response.raw",
		`"response":{"endpoint":"token","pad":-1}`:                                      "response.pad",
		`"response":{"endpoint":"token","headers":1000000}`:                             "response.headers",
		`"response":{"endpoint":"token","drop":true,"truncate":1}`:                      "response.truncate",
		`"response":{"endpoint":"token","chunked":true,"length":1}`:                     "response.length",
		`"response":{"endpoint":"token","length":1,"end":"stall"}`:                      "response.length",
		`"response":{"endpoint":"token","end":"later"}`:                                 "response.end",
		`"response":{"endpoint":"token","delay":"-1s"}`:                                 "response.delay",
		`"response":{"endpoint":"token","waive":["everything"]}`:                        "response.waive",
		`"response":{"endpoint":"token","keys":{"drop":true}}`:                          "response.keys",
		`"response":{"endpoint":"jwks","keys":{}}`:                                      "response.keys",
		`"response":{"endpoint":"jwks","keys":{"drop":true,"set":{"kid":1}}}`:           "response.keys.drop",
		`"response":{"endpoint":"jwks","keys":{"first":[{"$jwk":"lost"}]}}`:             "response.keys.first[0]",
		`"redirect":{"endpoint":"token","set":{"a":"b"}}`:                               "redirect.endpoint",
		`"redirect":{"endpoint":"authorize"}`:                                           "redirect: no edits",
		`"redirect":{"endpoint":"end_session","error":"access_denied"}`:                 "redirect.error",
		`"redirect":{"endpoint":"end_session","code":"spent"}`:                          "redirect.code",
		`"redirect":{"endpoint":"authorize","error":"access_denied","code":"spent"}`:    "redirect.code",
		`"redirect":{"endpoint":"authorize","code":"stolen"}`:                           "redirect.code",
		`"redirect":{"endpoint":"authorize","mode":"json"}`:                             "redirect.mode",
		`"redirect":{"endpoint":"backchannel_logout","mode":"fragment"}`:                "redirect.mode",
		`"redirect":{"endpoint":"backchannel_logout","times":2}`:                        "redirect.times",
		`"redirect":{"endpoint":"authorize","times":1}`:                                 "redirect.times",
		`"redirect":{"endpoint":"authorize","times":2,"mode":"form_post"}`:              "redirect.times",
		`"redirect":{"endpoint":"authorize","to":"elsewhere"}`:                          "redirect.to",
		`"redirect":{"endpoint":"authorize","to":"http://x","path":"/y"}`:               "redirect.path",
		`"redirect":{"endpoint":"authorize","path":"y"}`:                                "redirect.path",
		`"redirect":{"endpoint":"authorize","remove":["state"],"rename":{"state":"x"}}`: "redirect.remove",
		`"redirect":{"endpoint":"authorize","remove":["state"],"alter":["state"]}`:      "redirect.remove",
		`"redirect":{"endpoint":"authorize","rename":{"state":""}}`:                     "redirect.rename",
	} {
		_, err := Parse([]byte(`{"id":"a.b",` + edits + `}`))
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s: %v, want %q", edits, err, part)
		}
	}
}

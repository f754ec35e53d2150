package harness

import "testing"

func TestRedactText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"nothing of the kind": "nothing of the kind",
		"the browser rests at http://op.example/bye?id_token_hint=eyJ.a.b&state=x.": "the browser rests at http://op.example/bye?id_token_hint=[redacted 7 chars]&state=x.",
		"at https://shop.example/cb?code=s3cret, and at /cb":                        "at https://shop.example/cb?code=[redacted 6 chars], and at /cb",
		`<a href="http://op.example/?password=pw">`:                                 `<a href="http://op.example/?password=[redacted 2 chars]">`,
		"at http://op.example/plain.":                                               "at http://op.example/plain.",
	} {
		if got := redactText(redactText(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

package mockidp

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestMetadataPatch holds that a patch changes what is promised, that it is
// told apart from what is honest, and that nothing else follows it.
func TestMetadataPatch(t *testing.T) {
	t.Parallel()
	p := newProvider(t, func(c *Config) {
		c.Metadata = json.RawMessage(`{"token_endpoint": "http://evil.test/t", "end_session_endpoint": null, "more": [1]}`)
	})
	b := newBrowser(t, p)
	r := b.get("/.well-known/openid-configuration", nil)
	if r.Text != string(p.ServedMetadata()) {
		t.Errorf("served %s, told %s", r.Text, p.ServedMetadata())
	}
	if r.member(t, "token_endpoint") != "http://evil.test/t" || r.member(t, "end_session_endpoint") != nil ||
		r.member(t, "more") == nil || r.member(t, "issuer") != p.Issuer() {
		t.Errorf("document %s", r.Text)
	}
	if p.Metadata().TokenEndpoint != p.Issuer()+"/swap" || p.Metadata().EndSessionEndpoint == "" {
		t.Errorf("honest metadata %+v", p.Metadata())
	}
	if r := b.swap(codeForm(b.code())); r.member(t, "id_token") == nil {
		t.Errorf("the token endpoint went away: %s", r.Text)
	}
	p.Reset()
	if r := b.get("/.well-known/openid-configuration", nil); r.member(t, "more") == nil {
		t.Errorf("after Reset: %s", r.Text)
	}
}

func TestMetadataPatchIsChecked(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	for _, patch := range []string{`{"a":`, `["a"]`, `null`, `{} {}`} {
		_, err := s.NewProvider(Config{Metadata: json.RawMessage(patch)})
		if err == nil || !strings.Contains(err.Error(), "metadata: merge patch: not a JSON object") {
			t.Errorf("%s: %v", patch, err)
		}
	}
	p, err := s.NewProvider(Config{})
	if err != nil {
		t.Fatal(err)
	}
	honest, err := json.Marshal(p.Metadata())
	if err != nil || string(p.ServedMetadata()) != string(honest) {
		t.Errorf("without a patch: %s, %v", p.ServedMetadata(), err)
	}
}

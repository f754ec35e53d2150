package journal

import (
	"encoding/base64"
	"strings"
	"testing"
)

func segment(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func TestDecodeMarksWhatAFaultChanged(t *testing.T) {
	t.Parallel()
	sent := segment(`{"alg":"none"}`) + "." + segment(`{"sub":"ada","exp":1,"sub":"eve"}`) + "."
	got, ok := Issued{
		Kind: "id_token", Value: sent, Signing: "unsigned",
		HonestHeader: []byte(`{"alg":"RS256"}`), HonestClaims: []byte(`{"sub":"ada","exp":2,"nonce":"n"}`),
	}.Decode()
	if !ok || got.Signature != "unsigned" {
		t.Fatalf("decode = %+v, %v", got, ok)
	}
	var marks []string
	for _, m := range append(got.Header, got.Claims...) {
		marks = append(marks, m.Name+"="+string(m.Value)+" "+m.Change+" "+string(m.Was))
	}
	want := []string{`alg="none" set "RS256"`, `sub="ada"  `, `exp=1 set 2`, `sub="eve" set "ada"`, `nonce= removed "n"`}
	if strings.Join(marks, "; ") != strings.Join(want, "; ") {
		t.Errorf("marks = %q, want %q", marks, want)
	}
	if plain, ok := (Issued{Value: sent}).Decode(); !ok || plain.Signature != "none" || plain.Claims[1].Change != "" {
		t.Errorf("without a fault: %+v, %v", plain, ok)
	}
	for _, bad := range []string{"", "opaque", "a.b", "!.!.!", "a.b.c.d"} {
		if _, ok := (Issued{Value: bad}).Decode(); ok {
			t.Errorf("decode(%q) is a token", bad)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(segment(`{"alg":"none"}`)+"."+segment(`{"sub":"a","sub":1}`)+".x", []byte(`{"sub":"b"}`))
	f.Fuzz(func(_ *testing.T, value string, honest []byte) {
		Issued{Value: value, HonestHeader: honest, HonestClaims: honest}.Decode()
	})
}

package mockidp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/ordered"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/token"
)

// verifyFunc tells whether a signature over an input is a key's.
type verifyFunc func(input, sig []byte) bool

func newStory(t *testing.T, ring *keys.Ring) story {
	t.Helper()
	var k known
	if ring == sharedRing() {
		k = sharedNames()
	} else {
		k = keyNames(ring)
	}
	if k.err != nil {
		t.Fatal(k.err)
	}
	return story{t: t, said: make(map[string]string), names: k.names, keys: k.keys}
}

// sharedNames saves each story the certificates of all keys.
var sharedNames = sync.OnceValue(func() known { return keyNames(sharedRing()) })

// known is what a story knows of a ring's keys.
type known struct {
	names *strings.Replacer
	keys  map[string]verifyFunc
	err   error
}

// keyNames is what the keys of a ring and their parts are called.
func keyNames(ring *keys.Ring) known {
	verify := make(map[string]verifyFunc)
	var names []string
	for _, k := range []struct {
		name string
		find func() (*keys.Key, error)
	}{
		{"published RS256", func() (*keys.Key, error) { return ring.Signing(keys.RS256) }},
		{"published ES256", func() (*keys.Key, error) { return ring.Signing(keys.ES256) }},
		{"rogue RS256", func() (*keys.Key, error) { return ring.Rogue(keys.RS256) }},
		{"rogue ES256", func() (*keys.Key, error) { return ring.Rogue(keys.ES256) }},
		{"small RS256", keys.Small},
	} {
		found, err := k.find()
		if err != nil {
			return known{err: err}
		}
		verify[k.name] = verifies(found.Public())
		text, err := found.JWK().MarshalJSON()
		if err != nil {
			return known{err: err}
		}
		members, err := ordered.Object(text)
		if err != nil {
			return known{err: err}
		}
		for _, m := range members {
			if len(m.Value) > 20 {
				names = append(names, strings.Trim(string(m.Value), `"`), "<"+k.name+" "+m.Name+">")
			}
		}
		if cert, err := found.Certificate(); err == nil && found.Alg == keys.RS256 {
			names = append(names, base64.StdEncoding.EncodeToString(cert), "<"+k.name+" x5c>")
		}
	}
	return known{names: strings.NewReplacer(names...), keys: verify}
}

// verifies finds out without the product's own signing code.
func verifies(public crypto.PublicKey) verifyFunc {
	return func(input, sig []byte) bool {
		sum := sha256.Sum256(input)
		switch k := public.(type) {
		case *rsa.PublicKey:
			return rsa.VerifyPKCS1v15(k, crypto.SHA256, sum[:], sig) == nil
		case *ecdsa.PublicKey:
			return len(sig) == 64 && ecdsa.Verify(k, sum[:], new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:]))
		default:
			return false
		}
	}
}

// token tells the header, the claims, the form and the signature of a JWT.
func (s story) token(place string, start time.Time, raw, access string, client identity.Client) {
	form, parts := dissect(raw)
	s.set(place+".form", form)
	if parts == nil {
		return
	}
	for i, at := range []string{place + ".header.", place + "."} {
		text, err := decode64(parts[i])
		if err != nil && form == "b64 false" {
			text = []byte(parts[i])
		}
		members, err := ordered.Object(text)
		if err != nil {
			s.set(at+"TEXT", summary(string(text)))
			continue
		}
		s.members(at, members, func(name, v string) string {
			switch {
			case name == "sid", name == "jti":
				return "<random>"
			case name == "at_hash" && v == `"`+token.Hash(client.IDTokenAlg, access)+`"`,
				name == "at_hash" && v == `"`+token.Hash(keys.RS256, access)+`"`:
				return "<hash>"
			case name == "exp", name == "iat", name == "nbf", name == "auth_time":
				return since(start, v)
			}
			return v
		})
	}
	s.set(place+".signed", s.signedBy([]byte(parts[0]+"."+parts[1]), parts[2], client))
}

// dissect says how a token is written and gives its three parts, if it has
// them.
func dissect(raw string) (string, []string) {
	bare := strings.NewReplacer(" ", "", "\n", "", "\ufeff", "").Replace(raw)
	if strings.HasPrefix(bare, "{") {
		return dissectJSON(bare)
	}
	header, rest, _ := strings.Cut(raw, ".")
	if text, err := decode64(header); err == nil && strings.Contains(string(text), `"b64":false`) {
		at := strings.LastIndexByte(rest, '.')
		return "b64 false", []string{header, rest[:at], rest[at+1:]}
	}
	header, _, _ = strings.Cut(bare, ".")
	parts := strings.Split(bare, ".")
	form := "compact"
	switch {
	case len(parts) != 3:
		form = fmt.Sprintf("%d parts", len(parts))
		if text, err := decode64(header); err == nil && strings.Contains(string(text), `"enc"`) {
			form += " " + string(text)
		}
		return form, nil
	case bare != raw:
		at := strings.IndexAny(raw, " \n\ufeff")
		form = fmt.Sprintf("compact with %q at %d", raw[at:at+1], at*len("x")/max(len(header), 1))
	case parts[1] == "":
		form = "detached"
	case strings.HasSuffix(parts[1], "="):
		form = "padded"
	}
	return form, parts
}

func dissectJSON(text string) (string, []string) {
	type signature struct{ Protected, Signature string }
	var jws struct {
		Payload string
		signature
		Signatures []signature
	}
	if json.Unmarshal([]byte(text), &jws) != nil {
		return "broken JSON", nil
	}
	form := "flattened JSON"
	sig := signature{gjson(text, "protected"), gjson(text, "signature")}
	if len(jws.Signatures) > 0 {
		form, sig = fmt.Sprintf("general JSON, %d signatures", len(jws.Signatures)), jws.Signatures[len(jws.Signatures)-1]
	}
	return form, []string{sig.Protected, jws.Payload, sig.Signature}
}

func gjson(text, name string) string {
	members, err := ordered.Object([]byte(text))
	if err != nil {
		return ""
	}
	return member(members, name)
}

func decode64(s string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
}

// since is a NumericDate as a duration. On a fake clock it is exact.
func since(start time.Time, text string) string {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seconds > 1<<40 || seconds < 1<<20 {
		return text
	}
	return time.Unix(seconds, 0).Sub(start).String()
}

// signedBy finds out which key a signature verifies with, and what was done to
// it where it verifies with none.
func (s story) signedBy(input []byte, text string, client identity.Client) string {
	coding := ""
	switch {
	case strings.HasSuffix(text, "="):
		coding = ", padded"
	case strings.ContainsAny(text, "+/"):
		coding = ", standard base64"
	}
	sig, err := decode64(strings.NewReplacer("+", "-", "/", "_").Replace(text))
	if err != nil {
		return err.Error()
	}
	if len(sig) == 0 {
		return "nobody" + coding
	}
	if !slices.ContainsFunc(sig, func(b byte) bool { return b != 0 }) {
		return strconv.Itoa(len(sig)) + " zero bytes"
	}
	if name, ok := s.verify(input, sig); ok {
		return name + coding
	}
	for what, mend := range mended() {
		if fixed := mend(slices.Clone(sig)); fixed != nil {
			if name, ok := s.verify(input, fixed); ok {
				return name + what
			}
		}
	}
	for what, secret := range s.secrets(client) {
		mac := hmac.New(sha256.New, secret)
		mac.Write(input)
		if hmac.Equal(mac.Sum(nil), sig) {
			return what + " as secret"
		}
	}
	return "no key, " + strconv.Itoa(len(sig)) + " bytes" + coding
}

func (s story) verify(input, sig []byte) (string, bool) {
	for name, ok := range s.keys {
		if ok(input, sig) {
			return name, true
		}
	}
	sum := sha256.Sum256(input)
	if k := s.published(); rsa.VerifyPSS(k, crypto.SHA256, sum[:], sig, nil) == nil {
		return "published RSA key with PSS", true
	}
	return "", false
}

// mended undoes what faults do to signatures.
func mended() map[string]func([]byte) []byte {
	return map[string]func([]byte) []byte{
		", first bit inverted":   func(b []byte) []byte { b[0] ^= 1; return b },
		", middle byte inverted": func(b []byte) []byte { b[len(b)/2] ^= 0xff; return b },
		", last byte inverted":   func(b []byte) []byte { b[len(b)-1] ^= 0xff; return b },
		", one byte more":        func(b []byte) []byte { return b[:len(b)-1] },
		", DER": func(b []byte) []byte {
			var pair struct{ R, S *big.Int }
			if _, err := asn1.Unmarshal(b, &pair); err != nil {
				return nil
			}
			out := make([]byte, 64)
			pair.R.FillBytes(out[:32])
			pair.S.FillBytes(out[32:])
			return out
		},
	}
}

func (s story) published() *rsa.PublicKey {
	k, err := sharedRing().Signing(keys.RS256)
	if err != nil {
		s.t.Fatal(err)
	}
	public, ok := k.Public().(*rsa.PublicKey)
	if !ok {
		s.t.Fatalf("%T", k.Public())
	}
	return public
}

// secrets are what a token may be signed with that is none, spelt here without
// the product's own code.
func (s story) secrets(client identity.Client) map[string][]byte {
	public := s.published()
	spki, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		s.t.Fatal(err)
	}
	k, err := sharedRing().Signing(keys.RS256)
	if err != nil {
		s.t.Fatal(err)
	}
	jwk, err := k.JWK().MarshalJSON()
	if err != nil {
		s.t.Fatal(err)
	}
	set, err := sharedRing().JWKS()
	if err != nil {
		s.t.Fatal(err)
	}
	cert, err := k.Certificate()
	if err != nil {
		s.t.Fatal(err)
	}
	hashed := sha256.Sum256([]byte(client.Secret))
	out := map[string][]byte{
		"no bytes": nil, "a zero byte": {0}, "the word": []byte("secret"), "the client ID": []byte(client.ID),
		"the client secret": []byte(client.Secret), "the hashed client secret": fmt.Appendf(nil, "%x", hashed),
		"JWK": jwk, "JWKS": set, "kid": []byte(k.ID), "alg": []byte("RS256"), "kty": []byte("RSA"), "e": []byte("AQAB"),
		"n": []byte(base64.RawURLEncoding.EncodeToString(public.N.Bytes())), "n in bytes": public.N.Bytes(),
		"certificate":     []byte(base64.StdEncoding.EncodeToString(cert)),
		"certificate PEM": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}),
	}
	for name, der := range map[string][]byte{"SPKI": spki, "PKCS1": x509.MarshalPKCS1PublicKey(public)} {
		label := map[string]string{"SPKI": "PUBLIC KEY", "PKCS1": "RSA PUBLIC KEY"}[name]
		text := string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
		body := strings.SplitN(text, "\n", 2)[1]
		body = body[:strings.LastIndex(body, "-----END")]
		out[name+" DER"] = der
		out[name+" PEM"] = []byte(text)
		out[name+" PEM without the last line feed"] = []byte(text[:len(text)-1])
		out[name+" PEM with one more line feed"] = []byte(text + "\n")
		out[name+" PEM with CRLF"] = []byte(strings.Join(strings.Split(text, "\n"), "\r\n"))
		out[name+" PEM on one line"] = []byte(strings.Join(strings.Split(text, "\n"), ""))
		out[name+" base64 lines"] = []byte(body)
		out[name+" base64"] = []byte(strings.Join(strings.Split(body, "\n"), ""))
	}
	return out
}

func unbase64(t *testing.T, s string) []byte {
	t.Helper()
	out, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// idToken is what an ID token says, as a story tells it.
func idToken(t *testing.T, ring *keys.Ring, start time.Time, raw, access string) map[string]string {
	t.Helper()
	s := newStory(t, ring)
	s.token("id_token", start, raw, access, basicClient())
	return s.said
}

// signedBy is which key of a ring signed a token.
func signedBy(t *testing.T, ring *keys.Ring, parts []string) string {
	t.Helper()
	return newStory(t, ring).signedBy([]byte(parts[0]+"."+parts[1]), parts[2], basicClient())
}

package token

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// TestSecrets derives each HMAC secret a second time, from the key as the
// standard library reads it.
func TestSecrets(t *testing.T) {
	t.Parallel()
	ring := keys.New()
	k, err := ring.Signing(keys.RS256)
	if err != nil {
		t.Fatal(err)
	}
	public, ok := k.Public().(*rsa.PublicKey)
	if !ok {
		t.Fatalf("%T, want an RSA key", k.Public())
	}
	const password = "pass word"
	sum := sha256.Sum256([]byte(password))
	e := Edit{
		TokenEdit: &fault.TokenEdit{SecretText: json.RawMessage(`"written"`)}, Ring: ring, Key: k,
		ClientSecret: password, Honest: fault.Honest{Client: "shop"},
	}
	parsed := func(parse func([]byte) (any, error)) func([]byte) bool {
		return func(der []byte) bool {
			got, err := parse(der)
			return err == nil && public.Equal(got)
		}
	}
	spki := parsed(x509.ParsePKIXPublicKey)
	pkcs1 := parsed(func(der []byte) (any, error) { return x509.ParsePKCS1PublicKey(der) })
	certificate := func(der []byte) bool {
		c, err := x509.ParseCertificate(der)
		return err == nil && public.Equal(c.PublicKey)
	}
	is := map[fault.Secret]func([]byte) bool{
		fault.SecretPEM:              inPEM(spki, "\n", "\n"),
		fault.SecretPEMNoNewline:     inPEM(spki, "\n", ""),
		fault.SecretPEMCRLF:          inPEM(spki, "\r\n", "\r\n"),
		fault.SecretPEMOneLine:       inPEM(spki, "", ""),
		fault.SecretPEMExtraNewline:  inPEM(spki, "\n", "\n\n"),
		fault.SecretLines:            inBase64(spki, 64),
		fault.SecretBase64:           inBase64(spki, 0),
		fault.SecretDER:              spki,
		fault.SecretPKCS1PEM:         inPEM(pkcs1, "\n", "\n"),
		fault.SecretPKCS1NoNewline:   inPEM(pkcs1, "\n", ""),
		fault.SecretPKCS1CRLF:        inPEM(pkcs1, "\r\n", "\r\n"),
		fault.SecretPKCS1OneLine:     inPEM(pkcs1, "", ""),
		fault.SecretPKCS1Extra:       inPEM(pkcs1, "\n", "\n\n"),
		fault.SecretPKCS1Lines:       inBase64(pkcs1, 64),
		fault.SecretPKCS1Base64:      inBase64(pkcs1, 0),
		fault.SecretPKCS1DER:         pkcs1,
		fault.SecretCertificate:      inBase64(certificate, 0),
		fault.SecretCertificatePEM:   inPEM(certificate, "\n", "\n"),
		fault.SecretModulus:          text(base64.RawURLEncoding.EncodeToString(public.N.Bytes())),
		fault.SecretModulusBytes:     text(string(public.N.Bytes())),
		fault.SecretExponent:         text("AQAB"),
		fault.SecretKeyType:          text("RSA"),
		fault.SecretAlgorithm:        text("RS256"),
		fault.SecretKeyID:            text(k.ID),
		fault.SecretJWK:              func(b []byte) bool { return decodes[map[string]string](b) && bytes.Contains(b, []byte(k.ID)) },
		fault.SecretJWKS:             func(b []byte) bool { return decodes[map[string][]map[string]any](b) && bytes.Contains(b, []byte(k.ID)) },
		fault.SecretEmpty:            text(""),
		fault.SecretZero:             text("\x00"),
		fault.SecretWord:             text("secret"),
		fault.SecretClientID:         text("shop"),
		fault.SecretClientSecret:     text(password),
		fault.SecretClientSecretHash: text(hex.EncodeToString(sum[:])),
		fault.SecretWritten:          text("written"),
	}
	for _, spelling := range fault.Secrets() {
		got, ok, err := secret(spelling, e, k)
		if holds := is[spelling]; err != nil || !ok || holds == nil || !holds(got) {
			t.Errorf("%q: %q, %v, %v", spelling, got, ok, err)
		}
	}
}

// TestSecretsThatAreNot are those of a key or a client that has nothing of the
// kind.
func TestSecretsThatAreNot(t *testing.T) {
	t.Parallel()
	ring := keys.New()
	k, err := ring.Signing(keys.ES256)
	if err != nil {
		t.Fatal(err)
	}
	for _, spelling := range []fault.Secret{
		fault.SecretClientSecret, fault.SecretClientSecretHash, fault.SecretModulus, fault.SecretModulusBytes, fault.SecretExponent,
		fault.SecretPKCS1PEM, fault.SecretPKCS1DER, fault.SecretWritten,
	} {
		if got, ok, err := secret(spelling, Edit{TokenEdit: &fault.TokenEdit{}, Ring: ring, Key: k}, k); ok || err != nil {
			t.Errorf("%q: %q, %v, %v", spelling, got, ok, err)
		}
	}
}

func text(want string) func([]byte) bool { return func(got []byte) bool { return string(got) == want } }

// inPEM is a PEM block with those line ends, of what is in it.
func inPEM(holds func([]byte) bool, between, last string) func([]byte) bool {
	return func(got []byte) bool {
		body := strings.TrimRight(string(got), "\r\n")
		if string(got) != body+last {
			return false
		}
		_, rest, _ := strings.Cut(body, "-----BEGIN ")
		label, rest, _ := strings.Cut(rest, "-----")
		inner, found := strings.CutSuffix(rest, "-----END "+label+"-----")
		if between != "" {
			standard := strings.ReplaceAll(body, between, "\n") + "\n"
			block, left := pem.Decode([]byte(standard))
			return block != nil && len(left) == 0 && strings.Count(body, between) == strings.Count(standard, "\n")-1 && holds(block.Bytes)
		}
		der, err := base64.StdEncoding.DecodeString(inner)
		return found && err == nil && holds(der) && !strings.ContainsAny(body, "\r\n")
	}
}

// inBase64 is base64 in lines of that many characters, or in one line.
func inBase64(holds func([]byte) bool, width int) func([]byte) bool {
	return func(got []byte) bool {
		lines := strings.Split(strings.TrimSuffix(string(got), "\n"), "\n")
		if width == 0 && len(lines) != 1 || width > 0 && slices.ContainsFunc(lines[:len(lines)-1], func(l string) bool { return len(l) != width }) {
			return false
		}
		der, err := base64.StdEncoding.DecodeString(strings.Join(lines, ""))
		return err == nil && holds(der)
	}
}

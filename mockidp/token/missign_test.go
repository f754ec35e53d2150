package token

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// signed is an ECDSA signature, and what proves it.
func signed(t *testing.T, alg, input string) (sig []byte, public *ecdsa.PublicKey) {
	t.Helper()
	k, err := keys.New().Signing(alg)
	if err != nil {
		t.Fatal(err)
	}
	if sig, err = k.SignRaw([]byte(input)); err != nil {
		t.Fatal(err)
	}
	public, ok := k.Public().(*ecdsa.PublicKey)
	if !ok {
		t.Fatalf("%T, want an ECDSA key", k.Public())
	}
	return sig, public
}

// TestMutations shows of each mutation of a signature what it is, compared with
// the good one.
func TestMutations(t *testing.T) {
	t.Parallel()
	const input = "header.payload"
	good, public := signed(t, keys.ES256, input)
	sum := sha256.Sum256([]byte(input))
	verify := func(r, s []byte) bool {
		return ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(r), new(big.Int).SetBytes(s))
	}
	if !verify(good[:32], good[32:]) {
		t.Fatal("the signature is bad before it is changed")
	}
	differsAt := func(i int) func([]byte) bool {
		return func(sig []byte) bool {
			return len(sig) == 64 && sig[i] != good[i] && bytes.Equal(sig[:i], good[:i]) && bytes.Equal(sig[i+1:], good[i+1:])
		}
	}
	is := map[fault.Mutation]func([]byte) bool{
		fault.FlipFirst:  differsAt(0),
		fault.FlipMiddle: differsAt(32),
		fault.FlipLast:   differsAt(63),
		fault.CutLast:    func(sig []byte) bool { return bytes.Equal(sig, good[:63]) },
		fault.CutFirst:   func(sig []byte) bool { return bytes.Equal(sig, good[1:]) },
		fault.CutHalf:    func(sig []byte) bool { return bytes.Equal(sig, good[:32]) },
		fault.Extended:   func(sig []byte) bool { return len(sig) == 65 && bytes.HasPrefix(sig, good) },
		fault.Emptied:    func(sig []byte) bool { return len(sig) == 0 },
		fault.Zeros:      func(sig []byte) bool { return bytes.Equal(sig, make([]byte, 64)) },
		fault.Ones:       func(sig []byte) bool { return bytes.Equal(sig, bytes.Repeat([]byte{255}, 64)) },
		fault.GroupOrder: func(sig []byte) bool {
			n := public.Params().N.Bytes()
			return bytes.Equal(sig[:32], n) && bytes.Equal(sig[32:], n)
		},
		fault.ZeroPadded: func(sig []byte) bool {
			return len(sig) == 66 && sig[0] == 0 && sig[33] == 0 && verify(sig[:33], sig[33:])
		},
		fault.PaddedTwice: func(sig []byte) bool {
			return len(sig) == 128 && bytes.Equal(sig[:32], make([]byte, 32)) && bytes.Equal(sig[64:96], make([]byte, 32)) && verify(sig[:64], sig[64:])
		},
		fault.DER: func(sig []byte) bool { return ecdsa.VerifyASN1(public, sum[:], sig) },
	}
	// The rest leaves the octets alone: it is in the input or in the alphabet.
	for _, m := range []fault.Mutation{"", fault.OfAnother, fault.PaddedBase64, fault.StandardBase64, fault.StrayBits} {
		is[m] = func(sig []byte) bool { return bytes.Equal(sig, good) }
	}
	for _, m := range append(fault.Mutations(), "") {
		d := Draft{flaws: flaws{signature: m}}
		got, err := d.mutate(bytes.Clone(good))
		if holds := is[m]; err != nil || holds == nil || !holds(got) {
			t.Errorf("%q: %x, %v; the signature was %x", m, got, err, good)
		}
	}
}

// TestSignatureAlphabets holds the spellings of a signature to decoders that
// take one of them only.
func TestSignatureAlphabets(t *testing.T) {
	t.Parallel()
	sig := []byte{0xfb, 0xff, 0xbf, 0x01} // both characters that differ, and bits to spare
	strict := base64.RawURLEncoding.Strict()
	for m, by := range map[fault.Mutation]*base64.Encoding{
		"":                   strict,
		fault.PaddedBase64:   base64.URLEncoding,
		fault.StandardBase64: base64.RawStdEncoding,
		fault.StrayBits:      base64.RawURLEncoding, // lenient
	} {
		d := Draft{flaws: flaws{signature: m}}
		text := d.encodedSignature(sig)
		if got, err := by.DecodeString(text); err != nil || !bytes.Equal(got, sig) {
			t.Errorf("%q: %q is %x, %v", m, text, got, err)
		}
		if _, err := strict.DecodeString(text); (err == nil) != (m == "") {
			t.Errorf("%q: %q in base64url without padding: %v", m, text, err)
		}
	}
}

// TestGroupOrder has an order for each curve, and none for what is no ECDSA
// signature.
func TestGroupOrder(t *testing.T) {
	t.Parallel()
	for _, alg := range []string{keys.ES256, keys.ES384, keys.ES512} {
		sig, public := signed(t, alg, "x")
		order := groupOrder(len(sig) / 2)
		if len(order) != len(sig) || new(big.Int).SetBytes(order[:len(order)/2]).Cmp(public.Params().N) != 0 {
			t.Errorf("%s: %x", alg, order)
		}
	}
	if order := groupOrder(128); order != nil {
		t.Errorf("for RSA: %s", strings.ToUpper(base64.StdEncoding.EncodeToString(order)))
	}
}

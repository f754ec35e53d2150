package token

import (
	"crypto/sha512"
	"encoding/base64"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/keys"
)

func TestHash(t *testing.T) {
	t.Parallel()
	// The values for SHA-256 are those of OpenID Connect Core 1.0, appendixes
	// A.3 and A.4.
	const access, code = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"
	half384 := sha512.Sum384([]byte(access))
	half512 := sha512.Sum512([]byte(access))
	long := base64.RawURLEncoding.EncodeToString(half512[:32])
	for _, tc := range []struct{ alg, value, want string }{
		{keys.RS256, access, "77QmUPtjPfzWtF2AnpK9RQ"},
		{keys.HS256, code, "LDktKdoQak3Pk0cnXxCltA"},
		{keys.PS384, access, base64.RawURLEncoding.EncodeToString(half384[:24])},
		{keys.ES512, access, long},
		{keys.EdDSA, access, long},
		{keys.None, access, ""},
		{"XS256", access, ""},
	} {
		if got := Hash(tc.alg, tc.value); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.alg, got, tc.want)
		}
	}
}

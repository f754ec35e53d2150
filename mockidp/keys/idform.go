package keys

import (
	"crypto/sha1" // as an identifier, not for security
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"strconv"
)

// IDForm is how a ring makes the kid of a key from its RFC 7638 thumbprint. The
// zero value is the thumbprint in base64url.
type IDForm string

// The other forms.
const (
	// IDBase64 is in base64 with "+", "/" and "=".
	IDBase64 IDForm = "base64"
	// IDHex has 40 hexadecimal digits.
	IDHex IDForm = "hex"
	// IDCapitals has 40 characters of capital letters and digits.
	IDCapitals IDForm = "capitals"
	// IDSHA1 is a SHA-1 hash in base64url.
	IDSHA1 IDForm = "sha1"
	// IDNumber is a number of three digits.
	IDNumber IDForm = "number"
)

// IDForms are all forms but the zero value.
func IDForms() []IDForm { return []IDForm{IDBase64, IDHex, IDCapitals, IDSHA1, IDNumber} }

// id is the kid of a key with that thumbprint.
func (f IDForm) id(print []byte) string {
	short := sha1.Sum(print)
	switch f {
	case IDBase64:
		return base64.StdEncoding.EncodeToString(print)
	case IDHex:
		return hex.EncodeToString(short[:])
	case IDCapitals:
		return fmt.Sprintf("%X", short)
	case IDSHA1:
		return base64.RawURLEncoding.EncodeToString(short[:])
	case IDNumber:
		n := new(big.Int).Mod(new(big.Int).SetBytes(print), big.NewInt(800))
		return strconv.FormatInt(200+n.Int64(), 10)
	}
	return base64.RawURLEncoding.EncodeToString(print)
}

// Published is the set of n RSA keys with kids of a form that a ring publishes,
// the first of which signs; see New for the usual one.
func Published(n int, form IDForm) *Ring {
	r := empty()
	r.form = form
	r.use(RS256)
	for range n - 1 {
		r.retired = append(r.retired, r.lazy(RS256))
	}
	return r
}

// Other is a published key of an algorithm that is not the current one, and the
// current one where there is no other.
func (r *Ring) Other(alg string) (*Key, error) {
	r.mu.Lock()
	for _, e := range r.retired {
		if e.alg == alg {
			r.mu.Unlock()
			return e.key()
		}
	}
	r.mu.Unlock()
	return r.Signing(alg)
}

package token

import (
	"crypto/elliptic"
	"encoding/binary"
	"slices"
	"unicode/utf16"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/internal/ordered"
)

// payload is the octets that are signed for the JSON of some claims.
func payload(how fault.Payload, claims []byte) []byte {
	switch how {
	case fault.PayloadArray:
		return slices.Concat([]byte("["), claims, []byte("]"))
	case fault.PayloadText:
		return ordered.Quote(string(claims))
	case fault.PayloadNumber:
		return []byte("7")
	case fault.PayloadNull:
		return []byte("null")
	case fault.PayloadEmpty:
		return nil
	case fault.PayloadNotJSON:
		return []byte("iss=x&sub=y")
	case fault.PayloadUTF16:
		out := []byte{0xfe, 0xff}
		for _, unit := range utf16.Encode([]rune(string(claims))) {
			out = binary.BigEndian.AppendUint16(out, unit)
		}
		return out
	case fault.PayloadBOM:
		return append([]byte("\ufeff"), claims...)
	case fault.PayloadNotUTF8:
		return slices.Concat(claims[:len(claims)-1], []byte(`,"text":"`), []byte{0xff}, []byte(`"}`))
	case fault.PayloadTwoObjects:
		return append(slices.Clone(claims), "{}"...)
	case fault.PayloadCut:
		return claims[:len(claims)-1]
	}
	return claims
}

// groupOrder is an ECDSA signature whose halves of that many bytes are the
// order of the group, which is 0 to whoever computes modulo it.
func groupOrder(half int) []byte {
	for _, c := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		if p := c.Params(); (p.BitSize+7)/8 == half {
			order := p.N.FillBytes(make([]byte, half))
			return slices.Concat(order, order)
		}
	}
	return nil
}

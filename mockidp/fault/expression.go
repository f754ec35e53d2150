package fault

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/internal/ordered"
)

// The expressions of a value. Each stands alone in an object, with its
// argument.
const (
	// exprNow is the provider's time plus a Go duration as a NumericDate,
	// exprMillis the same in milliseconds, as a careless provider writes it.
	exprNow    = "$now"
	exprMillis = "$now_ms"
	// exprOwn is the honest value of the member that is set.
	exprOwn = "$own"
	// exprAppend and exprPrepend are that value, a text, with text added.
	exprAppend  = "$append"
	exprPrepend = "$prepend"
	// exprCut is its first bytes; a negative number leaves out the last ones.
	exprCut = "$cut"
	// exprClaim is the honest value of another member.
	exprClaim  = "$claim"
	exprClient = "$client"
	exprIssuer = "$issuer"
	exprOther  = "$other"
	// exprUpper and exprLower change the case of a text, exprString is the
	// JSON of a value as a text.
	exprUpper  = "$upper"
	exprLower  = "$lower"
	exprString = "$string"
	// exprJoin is several texts as one, exprMerge several objects as one.
	exprJoin  = "$join"
	exprMerge = "$merge"
	// exprRepeat is a text many times over, or an array of many equal items;
	// exprNest is arrays within arrays.
	exprRepeat = "$repeat"
	exprNest   = "$nest"
	// exprRaw is text that is put in as it is, JSON or not.
	exprRaw = "$raw"
	// exprJWK, exprKid and exprCert name a key of the provider.
	exprJWK  = "$jwk"
	exprKid  = "$kid"
	exprCert = "$x5c"
)

// repetition is the argument of "$repeat".
type repetition struct {
	Value json.RawMessage `json:"value"`
	Times int             `json:"times"`
}

// evaluate is the value of an expression. Validate has refused what has no
// meaning at all.
func evaluate(op string, arg json.RawMessage, name string, h Honest) (json.RawMessage, bool) {
	switch op {
	case exprOwn:
		return h.claim(name)
	case exprAppend, exprPrepend, exprCut:
		return extended(op, arg, name, h)
	case exprUpper, exprLower, exprString, exprJoin, exprMerge, exprRepeat:
		return computed(op, arg, name, h)
	case exprNest:
		n, err := strconv.Atoi(string(arg))
		return []byte(strings.Repeat("[", max(n, 0)) + strings.Repeat("]", max(n, 0))), err == nil
	}
	word, ok := text(arg)
	if !ok {
		return nil, false
	}
	switch op {
	case exprNow, exprMillis:
		return date(op, word, h.Now)
	case exprClaim:
		return h.claim(word)
	case exprClient:
		return ordered.Quote(h.Client), h.Client != ""
	case exprIssuer:
		return ordered.Quote(h.Issuer), h.Issuer != ""
	case exprOther:
		return h.other(word)
	case exprRaw:
		return []byte(word), true
	default:
		return h.key(op, word)
	}
}

func date(op, offset string, now time.Time) (json.RawMessage, bool) {
	d, err := time.ParseDuration(offset)
	if err != nil {
		return nil, false
	}
	n := now.Add(d).Unix()
	if op == exprMillis {
		n = now.Add(d).UnixMilli()
	}
	return strconv.AppendInt(nil, n, 10), true
}

func (h Honest) claim(name string) (json.RawMessage, bool) {
	if h.Claim == nil {
		return nil, false
	}
	return h.Claim(name)
}

func (h Honest) other(what string) (json.RawMessage, bool) {
	if h.Other == nil {
		return nil, false
	}
	s, ok := h.Other(what)
	return ordered.Quote(s), ok
}

func (h Honest) key(op, name string) (json.RawMessage, bool) {
	if op == exprCert {
		if h.Certificate == nil {
			return nil, false
		}
		cert, ok := h.Certificate(name)
		return list([]json.RawMessage{ordered.Quote(cert)}), ok
	}
	if h.Key == nil {
		return nil, false
	}
	jwk, ok := h.Key(name)
	if !ok || op == exprJWK {
		return jwk, ok
	}
	members, _ := object(jwk)
	for _, m := range members {
		if m.Name == "kid" {
			return m.Value, true
		}
	}
	return nil, false
}

// extended is a text made from the honest value.
func extended(op string, arg json.RawMessage, name string, h Honest) (json.RawMessage, bool) {
	own, ok := h.claim(name)
	if !ok {
		return nil, false
	}
	value, ok := text(own)
	if !ok {
		return nil, false
	}
	if op == exprCut {
		n, err := strconv.Atoi(string(arg))
		if n < 0 {
			n += len(value)
		}
		if err != nil || n < 0 || n > len(value) {
			return nil, false
		}
		return ordered.Quote(value[:n]), true
	}
	more, ok := text(arg)
	if op == exprPrepend {
		return ordered.Quote(more + value), ok
	}
	return ordered.Quote(value + more), ok
}

// computed is an expression whose argument is a value too.
func computed(op string, arg json.RawMessage, name string, h Honest) (json.RawMessage, bool) {
	if op == exprRepeat {
		var r repetition
		if json.Unmarshal(arg, &r) != nil {
			return nil, false
		}
		value, ok := Resolve(r.Value, name, h)
		if !ok {
			return nil, false
		}
		return repeat(value, r.Times)
	}
	value, ok := Resolve(arg, name, h)
	if !ok {
		return nil, false
	}
	switch op {
	case exprString:
		return ordered.Quote(string(value)), true
	case exprJoin:
		items, _ := array(value)
		var b strings.Builder
		for _, item := range items {
			s, ok := text(item)
			if !ok {
				return nil, false
			}
			b.WriteString(s)
		}
		return ordered.Quote(b.String()), true
	case exprMerge:
		items, _ := array(value)
		return merged(items)
	}
	s, ok := text(value)
	if op == exprUpper {
		return ordered.Quote(strings.ToUpper(s)), ok
	}
	return ordered.Quote(strings.ToLower(s)), ok
}

// repeat reports false for what would be too long.
func repeat(value json.RawMessage, times int) (json.RawMessage, bool) {
	if times < 0 || (len(value)+1)*times > maxValue {
		return nil, false
	}
	if s, ok := text(value); ok {
		return ordered.Quote(strings.Repeat(s, times)), true
	}
	items := make([]json.RawMessage, times)
	for i := range items {
		items[i] = value
	}
	return list(items), true
}

// merged is the members of several objects. The last one of a name stays,
// where the first one stood.
func merged(objects []json.RawMessage) (json.RawMessage, bool) {
	var out []ordered.Member
	for _, o := range objects {
		members, ok := object(bytes.TrimSpace(o))
		if !ok {
			return nil, false
		}
		for _, m := range members {
			out = put(out, m)
		}
	}
	return ordered.Text(out), true
}

func put(members []ordered.Member, m ordered.Member) []ordered.Member {
	for i := range members {
		if members[i].Name == m.Name {
			members[i].Value = m.Value
			return members
		}
	}
	return append(members, m)
}

package report

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
)

const redactedToken = "[redacted token]"

// compact is a JWS or JWE in compact serialisation, also with its dots
// percent-encoded. "ey" and "ew" are how a JSON object begins in base64url,
// with and without white space after the brace.
var compact = regexp.MustCompile(`e[yw][A-Za-z0-9_-]+(?:(?:\.|%2[Ee])[A-Za-z0-9_-]*){2,4}`)

// nesting bounds how deep tokens within tokens are decoded.
const nesting = 3

// guarded is a copy of the report without compact tokens, in valid UTF-8,
// whose evidence can always be marshalled.
func guarded(r Report) Report {
	return Scrub(r, func(s string) string {
		return redact(strings.ToValidUTF8(s, "\ufffd"), nesting)
	})
}

// redact replaces compact tokens by their decoded header and claims, which
// prove what was sent but sign nobody in.
func redact(s string, depth int) string {
	return compact.ReplaceAllStringFunc(s, func(t string) string {
		parts := strings.Split(strings.NewReplacer("%2E", ".", "%2e", ".").Replace(t), ".")
		header, ok := object(parts[0])
		if !ok && !strings.HasPrefix(t, "eyJ") {
			return t // a host name may begin with "ew"
		}
		claims, isJWT := object(parts[1])
		if !ok || !isJWT || len(parts) != 3 || depth == 0 {
			return redactedToken
		}
		return redact(header, depth-1) + "." + redact(claims, depth-1)
	})
}

// object is the JSON object that is base64url-encoded in s.
func object(s string) (string, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || !bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) {
		return "", false
	}
	var out bytes.Buffer
	if json.Compact(&out, raw) != nil {
		return "", false
	}
	return out.String(), true
}

// Scrub is a deep copy of v with f applied to every string, also to those
// within raw JSON. It walks by reflection so that a field added to the
// evidence cannot be forgotten here.
func Scrub[T any](v T, f func(string) string) T {
	out := reflect.ValueOf(&v).Elem()
	scrubValue(out, f)
	return out.Interface().(T)
}

func scrubValue(v reflect.Value, f func(string) string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(f(v.String()))
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				scrubValue(v.Field(i), f)
			}
		}
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		fresh := reflect.New(v.Type().Elem())
		fresh.Elem().Set(v.Elem())
		scrubValue(fresh.Elem(), f)
		v.Set(fresh)
	case reflect.Slice:
		if raw, ok := v.Interface().(json.RawMessage); ok {
			v.Set(reflect.ValueOf(scrubRaw(raw, f)))
			return
		}
		if v.IsNil() || v.Type().Elem().Kind() == reflect.Uint8 {
			return // a screenshot
		}
		fresh := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(fresh, v)
		for i := range fresh.Len() {
			scrubValue(fresh.Index(i), f)
		}
		v.Set(fresh)
	}
}

// scrubRaw applies f to the strings of a JSON value and leaves all else as it
// was written: number formats and lone surrogates are what a fault may be
// about. What is not JSON becomes a JSON string.
func scrubRaw(raw json.RawMessage, f func(string) string) json.RawMessage {
	if len(raw) == 0 {
		return nil
	}
	if !json.Valid(raw) {
		return quote(f(string(raw)))
	}
	var out []byte
	for rest := []byte(raw); len(rest) > 0; {
		start := bytes.IndexByte(rest, '"')
		if start < 0 {
			return append(out, rest...)
		}
		end := start + literal(rest[start:])
		var s string
		if json.Unmarshal(rest[start:end], &s) == nil && f(s) != s {
			out = append(append(out, rest[:start]...), quote(f(s))...)
		} else {
			out = append(out, bytes.ToValidUTF8(rest[:end], []byte("\ufffd"))...)
		}
		rest = rest[end:]
	}
	return out
}

// literal is the length of the string literal that b, valid JSON, begins with.
func literal(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// quote is s as a JSON string. A string can always be encoded.
func quote(s string) json.RawMessage {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return json.RawMessage(`""`)
	}
	return bytes.TrimSpace(out.Bytes())
}

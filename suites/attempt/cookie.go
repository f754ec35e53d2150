package attempt

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// Readings are the texts that the value of a cookie can be read as: as it is,
// unescaped, and each part of it decoded from Base64.
func (c Cookie) Readings() []string {
	texts := []string{c.Value}
	if plain, err := url.QueryUnescape(c.Value); err == nil && plain != c.Value {
		texts = append(texts, plain)
	}
	for _, text := range texts {
		for _, part := range append(strings.Split(text, "."), text) {
			part = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(part), "=")
			if decoded, err := base64.RawStdEncoding.DecodeString(part); err == nil && len(decoded) > 0 {
				texts = append(texts, string(decoded))
			}
		}
	}
	return texts
}

// Rewritten is the cookie with one text in it replaced by another, encoded as
// the one before was. ok is false where no reading has the text.
func (c Cookie) Rewritten(from, to string) (_ Cookie, ok bool) {
	type coding struct {
		decode func(string) (string, error)
		encode func(string) string
	}
	b64 := func(e *base64.Encoding) coding {
		return coding{
			func(s string) (string, error) { b, err := e.DecodeString(s); return string(b), err },
			func(s string) string { return e.EncodeToString([]byte(s)) },
		}
	}
	for _, k := range []coding{
		{func(s string) (string, error) { return s, nil }, func(s string) string { return s }},
		{url.QueryUnescape, url.QueryEscape},
		b64(base64.URLEncoding), b64(base64.StdEncoding), b64(base64.RawURLEncoding), b64(base64.RawStdEncoding),
	} {
		text, err := k.decode(c.Value)
		if err != nil || !strings.Contains(text, from) {
			continue
		}
		c.Value = k.encode(strings.Replace(text, from, to, 1))
		return c, true
	}
	return c, false
}

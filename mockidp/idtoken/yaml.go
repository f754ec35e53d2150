package idtoken

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// WriteYAML writes a user as an item of the users of a configuration file.
// Values are written as JSON, which YAML takes, and keep their types.
func WriteYAML(w io.Writer, u identity.User) error {
	var b bytes.Buffer
	for _, f := range []struct {
		before, name string
		value        any
	}{{"- ", "username", u.Username}, {"  ", "password", u.Password}, {"  ", "sub", u.Subject}} {
		text, err := flow(f.value)
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%s%s: %s\n", f.before, f.name, text)
	}
	if len(u.Claims) > 0 {
		b.WriteString("  claims:\n")
	}
	for _, name := range slices.Sorted(maps.Keys(u.Claims)) {
		key, err := flow(name)
		if err != nil {
			return err
		}
		text, err := flow(u.Claims[name])
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "    %s: %s\n", key, text)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// flow is a value as JSON in which every character is one that YAML takes as
// it is (YAML 1.2.2, section 5.1).
func flow(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", err
	}
	var out strings.Builder
	for _, r := range strings.TrimSuffix(b.String(), "\n") {
		if r > unicode.MaxASCII && r <= 0xffff && !unicode.IsPrint(r) || r == 0x7f {
			fmt.Fprintf(&out, `\u%04x`, r)
		} else {
			out.WriteRune(r)
		}
	}
	return out.String(), nil
}

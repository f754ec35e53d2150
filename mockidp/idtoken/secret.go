package idtoken

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// secretWords are words in names of members that hold secrets.
func secretWords() []string {
	return []string{
		"token", "tokens", "secret", "secrets", "password", "passwd", "pwd", "passphrase", "passcode", "credential", "credentials",
		"otp", "pin", "cookie", "cookies", "jwt", "bearer", "authorization", "apikey", "privatekey", "accesskey", "refreshtoken", "accesstoken", "ticket",
	}
}

var (
	jwt     = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*\.`)
	pem     = regexp.MustCompile(`-----BEGIN [A-Z ]*(KEY|CERTIFICATE)`)
	prefix  = regexp.MustCompile(`^(gh[pousr]_|github_pat_|sk_live_|sk_test_|rk_live_|xox[abprs]-|AKIA[0-9A-Z]{16}|ya29\.|(?i:bearer) )`)
	blob    = regexp.MustCompile(`^[A-Za-z0-9+/_=-]{40,}$`)
	phc     = regexp.MustCompile(`^\$(2[aby]|argon2[a-z]*|scrypt|pbkdf2[a-z0-9-]*|5|6)\$`)
	account = regexp.MustCompile(`^[a-z][a-z0-9+.-]*://[^/@\s]*:[^/@\s]+@`)
)

// clean is a claim without what looks like a secret: the claim's value, why it
// goes as a whole, and the members that went alone.
func clean(name string, value any) (kept any, why string, inside []Claim) {
	if why = named(name); why != "" {
		return nil, why, nil
	}
	switch v := value.(type) {
	case string:
		return v, looks(v), nil
	case []any:
		// Without one of its items a list would be another one.
		for _, item := range v {
			if _, why, inside := clean("", item); why != "" || len(inside) > 0 {
				return nil, "an item looks like a secret", nil
			}
		}
	case map[string]any:
		out := make(map[string]any, len(v))
		for _, member := range slices.Sorted(maps.Keys(v)) {
			kept, why, deeper := clean(member, v[member])
			for _, c := range deeper {
				inside = append(inside, Claim{name + "." + c.Name, c.Type, c.Dropped})
			}
			if why != "" {
				inside = append(inside, Claim{name + "." + member, jsonType(v[member]), why})
				continue
			}
			out[member] = kept
		}
		return out, "", inside
	}
	return value, "", nil
}

// named says whether a name is that of a secret.
func named(name string) string {
	words := words(name)
	for i, w := range words {
		pair := w
		if i+1 < len(words) {
			pair += words[i+1]
		}
		if slices.Contains(secretWords(), w) || slices.Contains(secretWords(), pair) {
			return "named like a secret"
		}
	}
	return ""
}

// words are the parts of a name, in small letters: "accessToken" has two.
func words(name string) []string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			b.WriteByte(' ')
		case unicode.IsUpper(r) && lower:
			b.WriteByte(' ')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
		lower = unicode.IsLower(r) || unicode.IsDigit(r)
	}
	return strings.Fields(strings.ToLower(b.String()))
}

// looks says what kind of secret a text looks like.
func looks(s string) string {
	switch {
	case jwt.MatchString(s):
		return "looks like a token"
	case pem.MatchString(s):
		return "looks like a key"
	case phc.MatchString(s):
		return "looks like the hash of a password"
	case account.MatchString(s):
		return "looks like an address with a password"
	case prefix.MatchString(s), blob.MatchString(s) && mixed(s):
		return "looks like a secret"
	}
	return ""
}

// mixed reports whether a long text has what random ones have and names have
// not: capitals, small letters and digits.
func mixed(s string) bool {
	return strings.ContainsFunc(s, unicode.IsUpper) && strings.ContainsFunc(s, unicode.IsLower) && strings.ContainsFunc(s, unicode.IsDigit)
}

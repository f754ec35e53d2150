package profile

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
)

// alphabet are the characters of made-up identifiers.
const alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// SubjectOf is the subject of a made-up person, in the form that the provider
// gives subjects: the same for the same seed. Words of the form are those of
// Made.
func (p *Profile) SubjectOf(seed string) string {
	if p.Subject == "" {
		return seed
	}
	return Made(seed).Text(p.Subject)
}

// Made makes identifiers of a seed: "{uuid}", "{hex:N}", "{digits:N}" and
// "{alnum:N}" with N characters. An empty seed makes new ones each time.
func Made(seed string) Values {
	return func(word string) (any, bool) {
		kind, size, _ := strings.Cut(word, ":")
		if kind == "uuid" {
			h := letters(seed, word, 32, 16)
			return fmt.Sprintf("%s-%s-4%s-8%s-%s", h[:8], h[8:12], h[13:16], h[17:20], h[20:]), true
		}
		base := map[string]int{"hex": 16, "digits": 10, "alnum": len(alphabet)}[kind]
		n, err := strconv.Atoi(size)
		if base == 0 || err != nil {
			return nil, false
		}
		return letters(seed, word, n, base), true
	}
}

// letters are n characters of the first so many of the alphabet.
func letters(seed, word string, n, base int) string {
	if seed == "" {
		seed = rand.Text()
	}
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		sum := sha256.Sum256([]byte(seed + "\x00" + word + "\x00" + strconv.Itoa(i)))
		for _, c := range sum {
			if b.Len() < n {
				b.WriteByte(alphabet[int(c)%base])
			}
		}
	}
	return b.String()
}

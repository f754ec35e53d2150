package profile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// Values are what the words in braces of a text stand for, such as
// "{client_id}". It reports false of a word that stands for nothing.
type Values func(word string) (any, bool)

// word is one in braces, and jsonWord one that may be a whole JSON text.
var (
	word     = regexp.MustCompile(`\{[a-z_]+(?::[a-zA-Z0-9_:]+)?\}`)
	jsonWord = regexp.MustCompile(`"` + word.String() + `"|` + word.String())
)

// Expand is a JSON value with its words replaced. A text that is one word and
// nothing else becomes the value that the word stands for, whatever its type.
// It reports false when a word stands for nothing.
func (v Values) Expand(value json.RawMessage) (json.RawMessage, bool) {
	whole := true
	out := jsonWord.ReplaceAllFunc(value, func(found []byte) []byte {
		name := strings.Trim(string(found), `"{}`)
		is, ok := v(name)
		if !ok {
			whole = false
			return found
		}
		text, err := json.Marshal(is)
		if err != nil {
			whole = false
			return found
		}
		if found[0] == '"' {
			return text
		}
		return bytes.Trim(text, `"`)
	})
	return out, whole
}

// Text is a text with its words replaced. Words that stand for nothing stay.
func (v Values) Text(text string) string {
	return word.ReplaceAllStringFunc(text, func(found string) string {
		if is, ok := v(strings.Trim(found, "{}")); ok {
			return fmt.Sprint(is)
		}
		return found
	})
}

// Or asks others about words that stand for nothing.
func (v Values) Or(others Values) Values {
	return func(word string) (any, bool) {
		if is, ok := v(word); ok {
			return is, true
		}
		return others(word)
	}
}

// None knows no word.
func None(string) (any, bool) { return nil, false }

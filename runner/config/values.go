package config

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/countersign-oidc/countersign/mockidp/document"
)

// field is a key of a mapping and what reads its value.
type field struct {
	key  string
	read func(*yaml.Node)
}

// mapping reads the fields of n and gives the keys that were there.
func (r *reader) mapping(n *yaml.Node, what string, fields ...field) map[string]*yaml.Node {
	seen := map[string]*yaml.Node{}
	if n.Kind != yaml.MappingNode {
		r.fail(n, "%s must be a mapping of keys to values, not %s", what, kindOf(n))
		return seen
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if !r.key(key, seen) {
			continue
		}
		at := slices.IndexFunc(fields, func(f field) bool { return f.key == key.Value })
		switch {
		case at < 0:
			known := make([]string, len(fields))
			for i, f := range fields {
				known[i] = f.key
			}
			r.fail(key, "unknown key %s%s", show(key.Value), document.Suggest(key.Value, known))
		case isNull(value):
			r.fail(value, "%q has no value; give one or leave the key out", key.Value)
		default:
			fields[at].read(value)
		}
	}
	return seen
}

// key reports keys that are not text or not the first of their name.
func (r *reader) key(key *yaml.Node, seen map[string]*yaml.Node) bool {
	if key.Kind != yaml.ScalarNode {
		r.fail(key, "a key must be text, not %s", kindOf(key))
		return false
	}
	if first, ok := seen[key.Value]; ok {
		r.fail(key, "key %s is already set on line %d", show(key.Value), first.Line)
		return false
	}
	seen[key.Value] = key
	return true
}

// text reads a string that is not empty.
func (r *reader) text(n *yaml.Node) (string, bool) {
	if n.Kind != yaml.ScalarNode {
		r.fail(n, "must be text, not %s", kindOf(n))
		return "", false
	}
	if n.ShortTag() != "!!str" {
		r.fail(n, "must be text, not %s; put it in quotes", kindOf(n))
		return "", false
	}
	if strings.TrimSpace(n.Value) == "" {
		r.fail(n, "must not be empty")
		return "", false
	}
	return n.Value, true
}

// list reads a sequence with read, once for each item.
func (r *reader) list(n *yaml.Node, read func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		example := "a, b"
		if n.Kind == yaml.ScalarNode && suiteName.MatchString(n.Value) {
			example = n.Value
		}
		r.fail(n, "must be a list, not %s; write [%s]", kindOf(n), example)
		return
	}
	for _, item := range n.Content {
		read(item)
	}
}

// words reads a list of different words that match pattern.
func (r *reader) words(n *yaml.Node, pattern *regexp.Regexp, example string) []string {
	var out []string
	r.list(n, func(item *yaml.Node) {
		s, ok := r.text(item)
		switch {
		case !ok:
		case !pattern.MatchString(s):
			r.fail(item, "%s is not a name such as %q", show(s), example)
		case slices.Contains(out, s):
			r.fail(item, "%q is listed twice", s)
		default:
			out = append(out, s)
		}
	})
	return out
}

func (r *reader) truth(n *yaml.Node) bool {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
		r.fail(n, "must be true or false, not %s", describe(n))
		return false
	}
	return strings.EqualFold(n.Value, "true")
}

func (r *reader) number(n *yaml.Node, lowest, highest int) int {
	i, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || err != nil || i < lowest || i > highest {
		r.fail(n, "must be a whole number from %d to %d, not %s", lowest, highest, describe(n))
		return 0
	}
	return i
}

func (r *reader) duration(n *yaml.Node, lowest time.Duration) time.Duration {
	if n.Kind == yaml.ScalarNode && (n.ShortTag() == "!!int" || n.ShortTag() == "!!float") {
		r.fail(n, "%s has no unit; write a duration such as 90s, 5m or 1h30m", show(n.Value))
		return 0
	}
	s, ok := r.text(n)
	if !ok {
		return 0
	}
	d, err := time.ParseDuration(s)
	switch {
	case err != nil:
		r.fail(n, "%s is not a duration; write one such as 90s, 5m or 1h30m", show(s))
	case d < lowest:
		r.fail(n, "must be at least %s, not %s", lowest, show(s))
	}
	return d
}

// choice reads one of a few words.
func (r *reader) choice(n *yaml.Node, words ...string) string {
	if n.Kind != yaml.ScalarNode || !slices.Contains(words, n.Value) {
		r.fail(n, "must be %s, not %s", alternatives(words), describe(n))
	}
	return n.Value
}

// data reads any value as encoding/json with UseNumber would.
func (r *reader) data(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		out, seen := map[string]any{}, map[string]*yaml.Node{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if r.key(n.Content[i], seen) {
				out[n.Content[i].Value] = r.data(n.Content[i+1])
			}
		}
		return out
	case yaml.SequenceNode:
		out := make([]any, len(n.Content))
		for i, c := range n.Content {
			out[i] = r.data(c)
		}
		return out
	}
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int", "!!float":
		if !json.Valid([]byte(n.Value)) {
			r.fail(n, "%s is not a number that JSON knows; write it in decimal or put it in quotes", show(n.Value))
			return nil
		}
		return json.Number(n.Value)
	case "!!str", "!!timestamp":
		r.placeholders(n, n.Value)
		return n.Value
	}
	r.fail(n, "the tag %s is not supported", n.ShortTag())
	return nil
}

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		switch n.ShortTag() {
		case "!!int", "!!float":
			return "a number"
		case "!!bool":
			return "true or false"
		case "!!null":
			return "nothing"
		case "!!timestamp":
			return "a date"
		case "!!str":
			return "text"
		}
	}
	return "a value tagged " + n.ShortTag()
}

// describe is the value itself if it is short, else its kind.
func describe(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode && n.Value != "" {
		return show(n.Value)
	}
	return kindOf(n)
}

// show quotes a value from the file and cuts it to a length that fits a line.
func show(s string) string {
	if utf8.RuneCountInString(s) > 60 {
		s = string([]rune(s)[:60]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

func alternatives(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = strconv.Quote(w)
	}
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	return strings.Join(quoted[:len(quoted)-1], ", ") + " or " + quoted[len(quoted)-1]
}

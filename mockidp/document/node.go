package document

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// shape is a type of JSON.
type shape int

const (
	isNull shape = iota
	isBoolean
	isNumber
	isText
	isArray
	isObject
)

// node is one value of a document.
type node struct {
	shape shape
	pos   Position
	// value is the literal of a number or a boolean, and what a text says.
	value string
	items []*node
	names []name // of an object, one for each item
}

// name is the name of a member and where it is written.
type name struct {
	value string
	pos   Position
}

func (n *node) child(token string) *node {
	switch n.shape {
	case isObject:
		for i, m := range n.names {
			if m.value == token {
				return n.items[i]
			}
		}
	case isArray:
		if i, err := strconv.Atoi(token); err == nil && i >= 0 && i < len(n.items) {
			return n.items[i]
		}
	}
	return nil
}

// find is the value that reference tokens lead to, or nil.
func (n *node) find(tokens []string) *node {
	for _, t := range tokens {
		if n = n.child(t); n == nil {
			return nil
		}
	}
	return n
}

// span is where a value stands in the JSON of its document.
type span struct {
	from, to int
	pos      Position
	pointer  string
}

// innermost is the shortest span around the byte before an offset.
func innermost(spans []span, offset int) span {
	best := spans[len(spans)-1] // the root ends last
	for _, s := range spans {
		if s.from < offset && offset <= s.to && s.to-s.from < best.to-best.from {
			best = s
		}
	}
	return best
}

func (n *node) encode() ([]byte, []span) {
	var b bytes.Buffer
	var spans []span
	n.write(&b, &spans, "")
	return b.Bytes(), spans
}

func (n *node) write(b *bytes.Buffer, spans *[]span, pointer string) {
	from := b.Len()
	switch n.shape {
	case isNull:
		b.WriteString("null")
	case isBoolean, isNumber:
		b.WriteString(n.value)
	case isText:
		b.Write(quote(n.value))
	case isArray:
		b.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				b.WriteByte(',')
			}
			item.write(b, spans, pointer+Pointer(i))
		}
		b.WriteByte(']')
	case isObject:
		b.WriteByte('{')
		for i, item := range n.items {
			if i > 0 {
				b.WriteByte(',')
			}
			b.Write(quote(n.names[i].value))
			b.WriteByte(':')
			item.write(b, spans, pointer+Pointer(n.names[i].value))
		}
		b.WriteByte('}')
	}
	*spans = append(*spans, span{from, b.Len(), n.pos, pointer})
}

// quote is a text in JSON, characters of HTML left as they are.
func quote(s string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err) // a string has a JSON form
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// json reads the data as JSON (RFC 8259), which YAML's parser would misread in
// places: it knows no surrogate pairs.
func (r *reader) json() {
	var whole json.RawMessage
	if err := json.Unmarshal(r.data, &whole); err != nil {
		r.brokenJSON(err)
		return
	}
	dec := json.NewDecoder(bytes.NewReader(r.data))
	dec.UseNumber()
	p := &jsonReader{reader: r, dec: dec, last: Position{1, 1}}
	r.root = p.value(0)
}

func (r *reader) brokenJSON(err error) {
	var wrong *json.SyntaxError
	switch {
	case len(bytes.TrimSpace(r.data)) == 0:
		r.at(Position{1, 1}, "empty")
	case errors.As(err, &wrong) && !strings.Contains(err.Error(), "unexpected end"):
		r.at(position(r.data, int(wrong.Offset)-1), "not valid JSON: "+err.Error())
	default:
		r.at(position(r.data, len(r.data)), "not valid JSON: the file ends too early")
	}
}

type jsonReader struct {
	*reader
	dec *json.Decoder
	// read is how far the place of the last token has been counted.
	read int
	last Position
}

// here is the place of the next token. It counts on from the token before:
// counting from the start would take quadratic time.
func (p *jsonReader) here() Position {
	to := p.offset()
	step := position(p.data[p.read:], to-p.read)
	if step.Line == 1 {
		p.last.Column += step.Column - 1
	} else {
		p.last = Position{p.last.Line + step.Line - 1, step.Column}
	}
	p.read = to
	return p.last
}

// offset is where the next token begins. The offset of the decoder is behind the
// token before, so separators and space lie between.
func (p *jsonReader) offset() int {
	from := int(p.dec.InputOffset())
	rest := p.data[from:]
	return from + len(rest) - len(bytes.TrimLeft(rest, " \t\r\n,:"))
}

// value reads a value, or nil after a problem that ends the reading.
func (p *jsonReader) value(depth int) *node {
	at := p.here()
	n := &node{pos: at}
	if depth > maxDepth {
		p.at(at, tooDeep)
		return nil
	}
	from := p.offset()
	token, err := p.dec.Token()
	if err != nil {
		p.at(at, "not valid JSON: "+err.Error())
		return nil
	}
	switch t := token.(type) {
	case nil:
	case bool:
		n.shape, n.value = isBoolean, strconv.FormatBool(t)
	case json.Number:
		n.shape, n.value = isNumber, t.String()
		if why := unfit(n.value); why != "" {
			p.at(at, why)
		}
	case string:
		n.shape, n.value = isText, t
		p.lossless(from, at, t)
	case json.Delim:
		n.shape = isArray
		if t == '{' {
			n.shape = isObject
		}
		return p.rest(n, depth)
	}
	return n
}

// rest reads the items of an array or object up to its end.
func (p *jsonReader) rest(n *node, depth int) *node {
	seen := make(map[string]int)
	for p.dec.More() {
		if n.shape == isObject {
			key := p.value(depth)
			if key == nil {
				return nil
			}
			if line, twice := seen[key.value]; twice {
				p.at(key.pos, fmt.Sprintf("%q is already set on line %d", shorten(key.value), line))
			}
			seen[key.value] = key.pos.Line
			n.names = append(n.names, name{key.value, key.pos})
		}
		item := p.value(depth + 1)
		if item == nil {
			return nil
		}
		n.items = append(n.items, item)
	}
	if _, err := p.dec.Token(); err != nil {
		p.at(n.pos, "not valid JSON: "+err.Error())
		return nil
	}
	return n
}

// lossless refuses half a surrogate pair, for which encoding/json puts
// something else.
func (p *jsonReader) lossless(from int, at Position, s string) {
	raw := p.data[from:p.dec.InputOffset()]
	if strings.ContainsRune(s, utf8.RuneError) && !bytes.ContainsRune(raw, utf8.RuneError) &&
		!bytes.Contains(bytes.ToLower(raw), []byte(`\ufffd`)) {
		p.at(at, "half a surrogate pair is no character")
	}
}

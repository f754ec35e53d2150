package journal

import (
	"bytes"
	"encoding/binary"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// record is an entry as a log keeps it. The parameters and headers, which are
// most of it, are one string: as maps they would take three times the memory
// and be gone through by every garbage collection. Method and path are in it
// too, because they would keep the whole line of the request alive, and a body
// with tokens, so that they are kept once. Other bodies are as they were: the
// discovery document is one slice for all that ask.
type record struct {
	Entry
	packed string
}

// maxNumber is how many bytes a number below 2 Mi takes at most.
const maxNumber = 3

func pack(e Entry) record {
	maps := [...]map[string][]string{e.Query, e.Form, e.Header}
	size := 3*maxNumber + len(e.Method) + len(e.Path)
	if len(e.Tokens) > 0 {
		size += len(e.Body)
	}
	for _, m := range maps {
		size += packedSize(m)
	}
	out := appendText(appendText(make([]byte, 0, size), e.Method), e.Path)
	for _, m := range maps {
		out = appendMap(out, m)
	}
	e.Method, e.Path, e.Query, e.Form, e.Header = "", "", nil, nil, nil
	at := len(out)
	if len(e.Tokens) == 0 || e.Body == nil {
		return record{e, string(append(out, 0))}
	}
	out = append(binary.AppendUvarint(out, uint64(len(e.Body))+1), e.Body...)
	packed := string(out)
	e.Tokens, e.Body = slices.Clone(e.Tokens), nil
	for i, t := range e.Tokens {
		if found := strings.Index(packed[at:], t.Value); found >= 0 {
			e.Tokens[i].Value = packed[at+found:][:len(t.Value)]
		}
	}
	return record{e, packed}
}

// size is about how many bytes of memory a record takes. A body that several
// records share counts for each of them.
func (r *record) size() int {
	const fixed = 512 // the struct itself and the short texts
	n := fixed + len(r.packed) + len(r.Body) + len(r.Document) + len(r.Location) + len(r.ErrorDescription) +
		len(r.User) + len(r.Client) + packedSize(r.Response)
	for _, t := range r.Tokens {
		n += fixed/4 + len(t.HonestHeader) + len(t.HonestClaims)
	}
	for _, id := range r.Faults {
		n += fixed/16 + len(id)
	}
	return n
}

// entry is the entry as it was, with maps of its own.
func (r *record) entry() Entry {
	e, u := r.Entry, unpacker(r.packed)
	e.Method, e.Path = u.text(), u.text()
	e.Query, e.Form, e.Header = url.Values(u.values()), url.Values(u.values()), http.Header(u.values())
	if n := u.number(); n > 0 {
		e.Body = []byte(u[:n-1])
	} else {
		e.Body = bytes.Clone(e.Body)
	}
	e.Tokens = slices.Clone(e.Tokens)
	return e
}

// appendMap writes a map as its number of names plus one, zero for nil, and
// each name with the number of its values and those.
func appendMap(out []byte, m map[string][]string) []byte {
	if m == nil {
		return append(out, 0)
	}
	out = binary.AppendUvarint(out, uint64(len(m))+1)
	for name, values := range m {
		out = appendText(out, name)
		out = binary.AppendUvarint(out, uint64(len(values)))
		for _, v := range values {
			out = appendText(out, v)
		}
	}
	return out
}

func appendText(out []byte, s string) []byte {
	return append(binary.AppendUvarint(out, uint64(len(s))), s...)
}

// packedSize is what a map comes to, or a little more.
func packedSize(m map[string][]string) int {
	size := maxNumber
	for name, values := range m {
		size += len(name) + 2*maxNumber
		for _, v := range values {
			size += len(v) + maxNumber
		}
	}
	return size
}

// unpacker is what is left to read of a packed string. It reads only what pack
// wrote.
type unpacker string

func (u *unpacker) number() int {
	n, shift := 0, 0
	for i := 0; ; i++ {
		b := (*u)[i]
		n |= int(b&0x7f) << shift
		if b < 0x80 {
			*u = (*u)[i+1:]
			return n
		}
		shift += 7
	}
}

func (u *unpacker) text() string {
	n := u.number()
	s := string((*u)[:n])
	*u = (*u)[n:]
	return s
}

func (u *unpacker) values() map[string][]string {
	names := u.number()
	if names == 0 {
		return nil
	}
	m := make(map[string][]string, names-1)
	for range names - 1 {
		name := u.text()
		values := make([]string, u.number())
		for i := range values {
			values[i] = u.text()
		}
		m[name] = values
	}
	return m
}

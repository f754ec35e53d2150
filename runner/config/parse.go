package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// maxSize bounds a configuration file: a larger one is some other file.
const maxSize = 1 << 20

// Load reads the configuration file at path.
func Load(path string) (File, error) {
	data, err := read(path)
	if err != nil {
		return File{}, err
	}
	return Parse(path, data)
}

func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no configuration at %s: check the path: %w", path, fs.ErrNotExist)
	}
	if err != nil {
		return nil, fmt.Errorf("configuration is unreadable, check its permissions: %w", err)
	}
	defer func() { _ = f.Close() }() // opened for reading only
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("configuration is unreadable, is it a regular file?: %w", err)
	}
	return data, nil
}

// Parse reads a configuration; name is what problems call it. The error is of
// type Problems. An empty file is a valid one: the embedded shop, all checks.
func Parse(name string, data []byte) (File, error) {
	r := reader{name: name}
	var f File
	if root := r.document(data); root != nil {
		r.file(root, &f)
	}
	if len(r.problems) > 0 {
		return File{}, r.sorted()
	}
	if f.Shop.Kind() == KindEmbedded && f.Shop.Embedded == nil {
		f.Shop.Embedded = &Embedded{}
	}
	return f, nil
}

// document is the root of the only document of the file, or nil if there is
// none or something is wrong with it.
func (r *reader) document(data []byte) *yaml.Node {
	if len(data) > maxSize {
		r.at(1, 1, "larger than 1 MiB, which is no configuration")
		return nil
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		r.syntax(err, data)
		return nil
	}
	var doc, second yaml.Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		r.syntax(err, data)
		return nil
	}
	switch err := loader.Load(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		r.syntax(err, data)
		return nil
	default:
		r.at(second.Line, second.Column, "a second document begins here; put everything into the first")
		return nil
	}
	if len(doc.Content) != 1 || isNull(doc.Content[0]) {
		return nil
	}
	if r.strange(doc.Content[0]) {
		return nil
	}
	return doc.Content[0]
}

// syntax reports malformed YAML where the parser stopped.
func (r *reader) syntax(err error, data []byte) {
	var all *yaml.LoadErrors
	if errors.As(err, &all) && len(all.Errors) > 0 {
		err = all.Errors[0]
	}
	var e *yaml.LoadError
	if !errors.As(err, &e) {
		r.at(1, 1, "not valid YAML: %s", err)
		return
	}
	mark, hint := e.Mark, ""
	switch {
	case strings.Contains(e.Message, "control characters"):
		line, column := control(data)
		r.at(line, column, "not valid YAML: a control character")
		return
	case strings.Contains(e.ContextMsg, "quoted scalar"):
		mark, hint = e.ContextMark, "; a quote that opens here is not closed"
	case strings.Contains(e.Message, "tab character"), tabAt(data, mark.Line, mark.Column):
		hint = "; indent with spaces"
	case strings.Contains(e.Message, "mapping values are not allowed"):
		hint = "; put text that contains \": \" in quotes, or check the indentation"
	}
	r.at(max(mark.Line, 1), max(mark.Column, 1), "not valid YAML: %s%s", e.Message, hint)
}

// tabAt says whether there is a tab at a place.
func tabAt(data []byte, line, column int) bool {
	lines := bytes.Split(data, []byte("\n"))
	return line >= 1 && line <= len(lines) && column >= 1 && column <= len(lines[line-1]) && lines[line-1][column-1] == '\t'
}

// control is the place of the first control character, which the parser does
// not tell.
func control(data []byte) (line, column int) {
	at := bytes.IndexFunc(data, func(c rune) bool { return c < 0x20 && c != '\t' && c != '\n' && c != '\r' || c == 0x7f })
	before := data[:max(at, 0)]
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
}

// strange reports anchors, aliases and merge keys, and placeholders that YAML
// takes for mappings. It follows no alias, so that a small file cannot stand
// for a huge one.
func (r *reader) strange(n *yaml.Node) bool {
	found := false
	switch {
	case n.Kind == yaml.AliasNode:
		r.fail(n, "aliases are not supported; write the value out")
		return true
	case n.Anchor != "":
		r.fail(n, "anchors are not supported; write the value where it is used")
		found = true
	case n.ShortTag() == "!!merge":
		r.fail(n, "merge keys are not supported; write the values out")
		found = true
	case unquoted(n):
		r.fail(n, "put text with placeholders in quotes: \"{{%s}}\"", n.Content[0].Content[0].Value)
		return true
	}
	for _, c := range n.Content {
		found = r.strange(c) || found
	}
	return found
}

// unquoted says whether n is {{word}} as YAML reads it without quotes: a
// mapping whose only key is a mapping.
func unquoted(n *yaml.Node) bool {
	if n.Kind != yaml.MappingNode || n.Style&yaml.FlowStyle == 0 || len(n.Content) != 2 {
		return false
	}
	key := n.Content[0]
	return key.Kind == yaml.MappingNode && len(key.Content) == 2 &&
		key.Content[0].Kind == yaml.ScalarNode && isNull(key.Content[1]) && isNull(n.Content[1])
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

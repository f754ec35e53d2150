package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// Module is the path that the imports of this module begin with.
const Module = "github.com/countersign-oidc/countersign"

// Tree is the module as the rules see it.
type Tree struct {
	Fset  *token.FileSet
	Go    []File // every Go file, tests included
	Texts []Text // every text file, Go files included
}

// File is one parsed Go file. Build constraints are not applied: a rule holds
// on every system.
type File struct {
	Path  string // from the root, with slashes
	Lines int
	AST   *ast.File
}

// Text is one text file.
type Text struct {
	Path string
	Data []byte
}

// Dir is the directory of the package, from the root of the module.
func (f File) Dir() string { return path.Dir(f.Path) }

// Test says whether the file is compiled into tests only.
func (f File) Test() bool { return strings.HasSuffix(f.Path, "_test.go") }

// Main says whether the file belongs to a program.
func (f File) Main() bool { return f.AST.Name.Name == "main" }

// Import is one import of a file.
type Import struct {
	Path string
	Name string // as the file calls it; "." and "_" as written
	Pos  token.Pos
}

// Imports lists what the file imports.
func (f File) Imports() []Import {
	var all []Import
	for _, spec := range f.AST.Imports {
		imp := Import{Path: strings.Trim(spec.Path.Value, "`\""), Pos: spec.Pos()}
		imp.Name = path.Base(imp.Path)
		if spec.Name != nil {
			imp.Name = spec.Name.Name
		}
		all = append(all, imp)
	}
	return all
}

// Load reads the module at the root of a file system.
func Load(root fs.FS) (*Tree, error) {
	t := &Tree{Fset: token.NewFileSet()}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && skipped(root, name):
			return fs.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		data, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		return t.add(name, data)
	})
	if err != nil {
		return nil, fmt.Errorf("read module: %w", err)
	}
	return t, nil
}

// skipped says which directories are not ours: what tools and targets of the
// Makefile leave behind.
func skipped(root fs.FS, name string) bool {
	if name == "." {
		return false
	}
	if slices.Contains([]string{"bin", "countersign-report"}, name) {
		return true
	}
	base := path.Base(name)
	if base == "node_modules" {
		return true // what npm put there is not ours
	}
	if strings.HasPrefix(base, ".") {
		return base != ".ci" && base != ".github"
	}
	_, err := fs.Stat(root, path.Join(name, "go.mod"))
	return err == nil // a module of its own
}

func (t *Tree) add(name string, data []byte) error {
	if bytes.IndexByte(data, 0) >= 0 || !utf8.Valid(data) {
		return nil
	}
	t.Texts = append(t.Texts, Text{Path: name, Data: data})
	if path.Ext(name) != ".go" || strings.Contains("/"+name, "/testdata/") {
		return nil
	}
	file, err := parser.ParseFile(t.Fset, name, data, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	t.Go = append(t.Go, File{Path: name, Lines: bytes.Count(data, []byte("\n")), AST: file})
	return nil
}

// HasPackage says whether a directory, or one below it, holds Go files.
func (t *Tree) HasPackage(dir string) bool {
	return slices.ContainsFunc(t.Go, func(f File) bool { return within(f.Dir(), dir) })
}

// within says whether a slash-separated path is another one or below it.
func within(name, dir string) bool {
	return name == dir || strings.HasPrefix(name, dir+"/")
}

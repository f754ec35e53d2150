package archtest

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// The sizes that are never exceeded, in lines.
const (
	maxFile     = 500
	maxTestFile = 800
	maxFunc     = 80
	maxTestFunc = 120
)

func noInit() Rule {
	return Rule{
		Name: "no-init",
		Why:  "what an import does on the quiet cannot be configured, ordered or tested",
		check: func(t *Tree, report func(token.Pos, string, ...any)) {
			for _, f := range t.Go {
				for _, fn := range functions(f) {
					if fn.Recv == nil && fn.Name.Name == "init" {
						report(fn.Pos(), "func init")
					}
				}
			}
		},
	}
}

func packageNames() Rule {
	names := []string{"util", "utils", "common", "helper", "helpers", "testutil", "testutils", "misc"}
	return Rule{
		Name: "package-names",
		Why:  "a package is named after what it is about; these are about nothing and grow",
		check: func(t *Tree, report func(token.Pos, string, ...any)) {
			for _, f := range t.Go {
				name := strings.TrimSuffix(f.AST.Name.Name, "_test")
				if slices.Contains(names, name) || slices.Contains(names, path.Base(f.Dir())) {
					report(f.AST.Package, "package %s in %s", name, f.Dir())
				}
			}
		},
	}
}

func fileSizes() Rule {
	return Rule{
		Name: "file-sizes",
		Why:  "a file that does not fit in a head hides what it does; 300 lines are plenty",
		check: func(t *Tree, report func(token.Pos, string, ...any)) {
			for _, f := range t.Go {
				limit := maxFile
				if f.Test() {
					limit = maxTestFile
				}
				if f.Lines > limit {
					report(f.AST.Package, "%d lines, the limit is %d", f.Lines, limit)
				}
			}
		},
	}
}

func functionSizes() Rule {
	return Rule{
		Name: "function-sizes",
		Why:  "a function that needs scrolling is more than one thought",
		check: func(t *Tree, report func(token.Pos, string, ...any)) {
			for _, f := range t.Go {
				limit := maxFunc
				if f.Test() {
					limit = maxTestFunc
				}
				for _, fn := range functions(f) {
					if n := lines(t, fn); n > limit {
						report(fn.Pos(), "func %s has %d lines, the limit is %d", fn.Name.Name, n, limit)
					}
				}
			}
		},
	}
}

func functions(f File) []*ast.FuncDecl {
	var all []*ast.FuncDecl
	for _, decl := range f.AST.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok {
			all = append(all, fn)
		}
	}
	return all
}

// lines counts the lines of a node.
func lines(t *Tree, n ast.Node) int {
	return t.Fset.Position(n.End()).Line - t.Fset.Position(n.Pos()).Line + 1
}

func errorNouns() Rule {
	return Rule{
		Name: "error-nouns",
		Why:  `wrapped errors read "token request: connection refused"; "failed to" in each layer says nothing`,
		check: func(t *Tree, report func(token.Pos, string, ...any)) {
			for _, f := range t.Go {
				made := append(uses(f, "fmt", "Errorf"), uses(f, "errors", "New")...)
				for _, u := range made {
					if text := firstText(u.call); saysNothing(text) {
						report(u.pos, "error %q", text)
					}
				}
			}
		},
	}
}

func firstText(call *ast.CallExpr) string {
	if call == nil || len(call.Args) == 0 {
		return ""
	}
	lit, ok := call.Args[0].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	text, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return text
}

func saysNothing(text string) bool {
	text = strings.ToLower(text)
	for _, start := range []string{"failed to ", "unable to ", "error while ", "error when "} {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return false
}

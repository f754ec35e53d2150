package archtest

import (
	"go/ast"
	"go/token"
	"slices"
)

// use is a mention of a function of another package.
type use struct {
	pos  token.Pos
	name string
	call *ast.CallExpr // nil where the function is not called on the spot
}

// uses finds the mentions of functions of a package. A dot import counts as
// one, because what follows it cannot be told from the file's own functions.
func uses(f File, importPath string, names ...string) []use {
	var found []use
	for _, imp := range f.Imports() {
		if imp.Path != importPath {
			continue
		}
		if imp.Name == "." {
			found = append(found, use{pos: imp.Pos, name: "the dot import"})
		}
		calls := map[*ast.SelectorExpr]*ast.CallExpr{}
		ast.Inspect(f.AST, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if sel, ok := n.Fun.(*ast.SelectorExpr); ok {
					calls[sel] = n
				}
			case *ast.SelectorExpr:
				pkg, ok := n.X.(*ast.Ident)
				if ok && pkg.Name == imp.Name && slices.Contains(names, n.Sel.Name) {
					found = append(found, use{pos: n.Pos(), name: n.Sel.Name, call: calls[n]})
				}
			}
			return true
		})
	}
	return found
}

func environment() Rule {
	return Rule{
		Name:     "environment",
		Why:      "environment variables are read in cmd only, where --help can tell of them; a test may read CI, to fail where it would skip",
		Packages: []string{"cmd"},
		check: func(t *Tree, report func(token.Pos, string, ...any)) {
			for _, f := range t.Go {
				if within(f.Dir(), "cmd") {
					continue
				}
				for _, u := range uses(f, "os", "Getenv", "LookupEnv", "Environ", "ExpandEnv") {
					if !f.Test() || !readsCI(u.call) {
						report(u.pos, "os: %s outside cmd", u.name)
					}
				}
				for _, u := range uses(f, "syscall", "Getenv", "Environ") {
					report(u.pos, "syscall: %s outside cmd", u.name)
				}
			}
		},
	}
}

func readsCI(call *ast.CallExpr) bool {
	if call == nil || len(call.Args) != 1 {
		return false
	}
	lit, ok := call.Args[0].(*ast.BasicLit)
	return ok && lit.Value == `"CI"`
}

func noSleep() Rule {
	return Rule{
		Name: "no-sleep",
		Why:  "a sleep is too long or too short: wait for the condition with a context, and in tests use testing/synctest",
		check: func(t *Tree, report func(token.Pos, string, ...any)) {
			for _, f := range t.Go {
				for _, u := range uses(f, "time", "Sleep") {
					report(u.pos, "time: %s", u.name)
				}
			}
		},
	}
}

func noBackground() Rule {
	return Rule{
		Name: "no-background",
		Why:  "work that nobody can cancel outlives its caller: take a context, or context.WithoutCancel to tidy up",
		check: func(t *Tree, report func(token.Pos, string, ...any)) {
			for _, f := range t.Go {
				if f.Test() || f.Main() {
					continue
				}
				for _, u := range uses(f, "context", "Background", "TODO") {
					report(u.pos, "context: %s outside main", u.name)
				}
			}
		},
	}
}

func ownSubject() Rule {
	return Rule{
		Name: "own-subject",
		Why:  "a provider may give each client another subject: compare what a shop shows with Spec.Subject",
		check: func(t *Tree, report func(token.Pos, string, ...any)) {
			for _, f := range t.Go {
				if f.Test() || !within(f.Dir(), "suites") {
					continue
				}
				ast.Inspect(f.AST, func(n ast.Node) bool {
					call, ok := n.(*ast.CallExpr)
					if !ok || len(call.Args) > 0 {
						return true
					}
					if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Sub" {
						report(call.Pos(), "a user's own Sub in suites")
					}
					return true
				})
			}
		},
	}
}

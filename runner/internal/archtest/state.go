package archtest

import (
	"errors"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

func packageState() Rule {
	return Rule{
		Name: "package-state",
		Why:  "two providers, shops or runs in one process must not share anything: a package variable is a table that nobody writes to",
		check: func(t *Tree, report func(token.Pos, string, ...any)) {
			for _, files := range packages(t) {
				stateOf(t.Fset, files, report)
			}
		},
	}
}

// packages groups the files of each package with the tests inside it.
func packages(t *Tree) [][]File {
	var all [][]File
	index := map[string]int{}
	for _, f := range t.Go {
		key := f.Dir() + " " + f.AST.Name.Name
		i, ok := index[key]
		if !ok {
			i = len(all)
			index[key] = i
			all = append(all, nil)
		}
		all[i] = append(all[i], f)
	}
	return all
}

// nothing imports nothing: the names of one package resolve without the others.
type nothing struct{}

func (nothing) Import(string) (*types.Package, error) { return nil, errors.New("not imported") }

// stateOf reports the package variables of the product that are written to, by
// the product or by a test, and those that are made to be changed.
func stateOf(fset *token.FileSet, files []File, report func(token.Pos, string, ...any)) {
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: nothing{}, Error: func(error) {}}
	var syntax []*ast.File
	tests := map[string]bool{}
	for _, f := range files {
		syntax = append(syntax, f.AST)
		tests[f.Path] = f.Test()
	}
	// Errors are expected, as imports are not resolved; the compiler has the
	// real ones.
	pkg, _ := config.Check("p", fset, syntax, info)
	isState := func(expr ast.Expr) bool {
		v, ok := info.Uses[base(expr)].(*types.Var)
		return ok && v.Parent() == pkg.Scope() && !tests[fset.Position(v.Pos()).Filename]
	}
	for _, f := range files {
		for _, expr := range written(f.AST) {
			if isState(expr) {
				report(expr.Pos(), "package variable %s is changed here", base(expr).Name)
			}
		}
		if !f.Test() {
			for _, name := range changeable(f) {
				report(name.Pos(), "package variable %s is made to be changed", name.Name)
			}
		}
	}
}

// written lists the expressions that a file assigns to or takes the address of.
func written(file *ast.File) []ast.Expr {
	var all []ast.Expr
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				all = append(all, n.Lhs...)
			}
		case *ast.IncDecStmt:
			all = append(all, n.X)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				all = append(all, n.X)
			}
		case *ast.CallExpr:
			fn, ok := n.Fun.(*ast.Ident)
			if ok && slices.Contains([]string{"delete", "clear"}, fn.Name) && len(n.Args) > 0 {
				all = append(all, n.Args[0])
			}
		}
		return true
	})
	return all
}

// changeable lists the package variables whose type only makes sense when they
// change: those of sync and sync/atomic.
func changeable(f File) []*ast.Ident {
	var names []*ast.Ident
	for _, decl := range f.AST.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.VAR {
			continue
		}
		for _, spec := range group.Specs {
			value, ok := spec.(*ast.ValueSpec)
			if ok && fromSync(f, value.Type) {
				names = append(names, value.Names...)
			}
		}
	}
	return names
}

func fromSync(f File, typ ast.Expr) bool {
	if index, ok := typ.(*ast.IndexExpr); ok {
		typ = index.X
	}
	sel, ok := typ.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	return ok && slices.ContainsFunc(f.Imports(), func(imp Import) bool {
		return imp.Name == pkg.Name && (imp.Path == "sync" || strings.HasPrefix(imp.Path, "sync/"))
	})
}

// base is the variable that an expression such as a.b[c] is a part of, or nil.
func base(expr ast.Expr) *ast.Ident {
	for {
		switch e := expr.(type) {
		case *ast.Ident:
			return e
		case *ast.ParenExpr:
			expr = e.X
		case *ast.SelectorExpr:
			expr = e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.StarExpr:
			expr = e.X
		default:
			return nil
		}
	}
}

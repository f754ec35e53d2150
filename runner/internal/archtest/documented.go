package archtest

import (
	"go/ast"
	"go/token"
)

func documented() Rule {
	return Rule{
		Name: "documented",
		Why:  "an exported symbol is a promise; its comment says which",
		check: func(t *Tree, report func(token.Pos, string, ...any)) {
			for _, f := range undocumentedPackages(t) {
				report(f.AST.Package, "package %s has no comment", f.AST.Name.Name)
			}
			for _, f := range t.Go {
				if f.Test() || f.Main() {
					continue
				}
				for _, decl := range f.AST.Decls {
					for _, name := range undocumented(decl) {
						report(name.Pos(), "%s has no comment", name.Name)
					}
				}
			}
		},
	}
}

// undocumentedPackages returns the first file of each package of which none
// has a package comment.
func undocumentedPackages(t *Tree) []File {
	has := map[string]bool{}
	for _, f := range t.Go {
		has[f.Dir()] = has[f.Dir()] || f.AST.Doc != nil
	}
	var bare []File
	for _, f := range t.Go {
		if !f.Test() && !has[f.Dir()] {
			has[f.Dir()] = true // once each
			bare = append(bare, f)
		}
	}
	return bare
}

func undocumented(decl ast.Decl) []*ast.Ident {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d.Recv) {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		if d.Doc != nil && d.Lparen.IsValid() && d.Tok != token.TYPE {
			return nil // the comment of a group of constants or variables is for each
		}
		var bare []*ast.Ident
		for _, spec := range d.Specs {
			bare = append(bare, undocumentedSpec(spec, d)...)
		}
		return bare
	}
	return nil
}

func undocumentedSpec(spec ast.Spec, group *ast.GenDecl) []*ast.Ident {
	alone := group.Doc != nil && !group.Lparen.IsValid()
	var bare []*ast.Ident
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() && s.Doc == nil && s.Comment == nil && !alone {
			bare = append(bare, s.Name)
		}
	case *ast.ValueSpec:
		for _, name := range s.Names {
			if name.IsExported() && s.Doc == nil && s.Comment == nil && !alone {
				bare = append(bare, name)
			}
		}
	}
	return bare
}

// exportedReceiver says whether a method can be called from outside, as far as
// its receiver is concerned.
func exportedReceiver(recv *ast.FieldList) bool {
	if recv == nil || len(recv.List) == 0 {
		return true
	}
	typ := recv.List[0].Type
	for {
		switch t := typ.(type) {
		case *ast.StarExpr:
			typ = t.X
		case *ast.IndexExpr:
			typ = t.X
		case *ast.IndexListExpr:
			typ = t.X
		case *ast.Ident:
			return t.IsExported()
		default:
			return true
		}
	}
}

package archtest

import (
	"go/token"
	"slices"
	"strings"
)

// layerNames are the top directories, lowest first.
var layerNames = []string{"mockidp", "fixtures", "runner", "suites", "cmd"}

const shopDir = "fixtures/shop"

// layerOf is the layer of a directory, or -1.
func layerOf(dir string) int {
	top, _, _ := strings.Cut(dir, "/")
	return slices.Index(layerNames, top)
}

// local is the directory of an import of this module.
func local(importPath string) (dir string, ok bool) {
	if importPath == Module {
		return ".", true
	}
	return strings.CutPrefix(importPath, Module+"/")
}

func layers() Rule {
	return Rule{
		Name:     "layers",
		Why:      "a package imports its own layer or a lower one (" + strings.Join(layerNames, ", ") + "): each layer is of use without those above it",
		Packages: layerNames,
		check: func(t *Tree, report func(token.Pos, string, ...any)) {
			for _, f := range t.Go {
				own := layerOf(f.Dir())
				if own < 0 {
					report(f.AST.Package, "package %s is in no layer", f.Dir())
					continue
				}
				for _, imp := range f.Imports() {
					dir, ok := local(imp.Path)
					if ok && layerOf(dir) > own {
						report(imp.Pos, "%s imports %s, which is above it", f.Dir(), dir)
					}
				}
			}
		},
	}
}

func shopAlone() Rule {
	return Rule{
		Name:     "shop-alone",
		Why:      "a relying party and the provider it is tested against must not share a bug; tests of the shop live in package shop_test",
		Packages: []string{shopDir},
		check: func(t *Tree, report func(token.Pos, string, ...any)) {
			for _, f := range t.Go {
				if !within(f.Dir(), shopDir) || strings.HasSuffix(f.AST.Name.Name, "_test") {
					continue
				}
				for _, imp := range f.Imports() {
					if dir, ok := local(imp.Path); ok && !within(dir, shopDir) {
						report(imp.Pos, "%s imports %s", f.Dir(), dir)
					}
				}
			}
		},
	}
}

// onlyIn lets nothing but some directories import some modules.
func onlyIn(name, why string, modules []string, dirs ...string) Rule {
	return Rule{
		Name:     name,
		Why:      why,
		Packages: dirs,
		check: func(t *Tree, report func(token.Pos, string, ...any)) {
			for _, f := range t.Go {
				if slices.ContainsFunc(dirs, func(dir string) bool { return within(f.Dir(), dir) }) {
					continue
				}
				for _, imp := range f.Imports() {
					if slices.ContainsFunc(modules, func(m string) bool { return within(imp.Path, m) }) {
						report(imp.Pos, "%s imports %s; only %s may", f.Dir(), imp.Path, strings.Join(dirs, ", "))
					}
				}
			}
		},
	}
}

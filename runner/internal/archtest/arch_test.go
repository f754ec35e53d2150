package archtest

import (
	"os"
	"slices"
	"testing"
)

// pending are the packages that a rule speaks of and that nobody has written
// yet. A line goes when its package comes.
var pending []string

const root = "../../.."

func load(t *testing.T) *Tree {
	t.Helper()
	tree, err := Load(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	if !tree.HasPackage("mockidp") || !tree.HasPackage("runner/internal/archtest") {
		t.Fatalf("%s is not the root of the module", root)
	}
	return tree
}

func TestModuleKeepsTheRules(t *testing.T) {
	tree := load(t)
	for _, rule := range Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			for _, b := range rule.Check(tree) {
				t.Errorf("%v (%s)", b, rule.Why)
			}
		})
	}
}

func TestRulesSpeakOfPackagesThatExist(t *testing.T) {
	tree := load(t)
	var named []string
	for _, rule := range Rules() {
		for _, dir := range rule.Packages {
			named = append(named, dir)
			if !tree.HasPackage(dir) && !slices.Contains(pending, dir) {
				t.Errorf("rule %s speaks of %s, which does not exist", rule.Name, dir)
			}
		}
	}
	for _, dir := range pending {
		if tree.HasPackage(dir) {
			t.Errorf("%s exists now: delete its line in pending", dir)
		}
		if !slices.Contains(named, dir) {
			t.Errorf("%s is pending, but no rule speaks of it", dir)
		}
	}
}

func TestSizes(t *testing.T) {
	tree := load(t)
	var files, funcs []int
	for _, f := range tree.Go {
		if f.Test() {
			continue
		}
		files = append(files, f.Lines)
		for _, fn := range functions(f) {
			funcs = append(funcs, lines(tree, fn))
		}
	}
	slices.Sort(files)
	slices.Sort(funcs)
	at := func(sorted []int, percent int) int { return sorted[(len(sorted)-1)*percent/100] }
	t.Logf("%d source files: median %d lines, 9 of 10 at most %d, longest %d",
		len(files), at(files, 50), at(files, 90), at(files, 100))
	t.Logf("%d functions: median %d lines, 9 of 10 at most %d, longest %d",
		len(funcs), at(funcs, 50), at(funcs, 90), at(funcs, 100))
}

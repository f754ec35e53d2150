package archtest

import (
	"strings"
	"testing"
	"testing/fstest"
)

// A snippet is one file of a module made for a rule.
type snippet struct {
	rule string
	path string
	code string
	want string // what the breach says; empty for a snippet that keeps the rule
}

var long = strings.Repeat("\n", 1000)

// snippets has at least one that breaks and one that keeps each rule.
var snippets = []snippet{
	{"layers", "mockidp/a.go", imports("mockidp", Module+"/runner/check"), "mockidp imports runner/check, which is above it"},
	{"layers", "runner/a_test.go", imports("runner", Module+"/suites/catalog"), "runner imports suites/catalog, which is above it"},
	{"layers", "extra/a.go", "package extra", "package extra is in no layer"},
	{"layers", "a.go", "package countersign", "package . is in no layer"},
	{"layers", "suites/login/a.go", imports("login", Module+"/mockidp", Module+"/suites/harness", "net/http"), ""},

	{"shop-alone", "fixtures/shop/a.go", imports("shop", Module+"/mockidp/token"), "fixtures/shop imports mockidp/token"},
	{"shop-alone", "fixtures/shop/a_test.go", imports("shop", Module+"/fixtures/users"), "fixtures/shop imports fixtures/users"},
	{"shop-alone", "fixtures/shop/b_test.go", imports("shop_test", Module+"/mockidp"), ""},
	{"shop-alone", "fixtures/shop/a.go", imports("shop", Module+"/fixtures/shop/page", "github.com/coreos/go-oidc/v3/oidc"), ""},
	{"shop-alone", "fixtures/shopping/a.go", imports("shopping", Module+"/mockidp"), ""},

	{"browser-alone", "suites/login/a.go", imports("login", "github.com/chromedp/cdproto/network"), "only suites/browser may"},
	{"browser-alone", "suites/browser/a.go", imports("browser", "github.com/chromedp/chromedp"), ""},
	{"containers-alone", "runner/target/a.go", imports("target", "github.com/testcontainers/testcontainers-go"), "only runner/containers may"},
	{"containers-alone", "runner/containers/a.go", imports("containers", "github.com/testcontainers/testcontainers-go"), ""},
	{"ginkgo-alone", "mockidp/a_test.go", imports("mockidp_test", "github.com/onsi/ginkgo/v2"), "only suites, cmd, runner/engine may"},
	{"ginkgo-alone", "runner/engine/a.go", imports("engine", "github.com/onsi/ginkgo/v2/ginkgo/run"), ""},

	{"environment", "runner/a.go", calls("os", `os.LookupEnv("HOME")`), "os: LookupEnv outside cmd"},
	{"environment", "runner/a.go", calls("os", `os.Getenv("CI")`), "os: Getenv outside cmd"},
	{"environment", "runner/a_test.go", calls("os", `os.Getenv("CHROME")`), "os: Getenv outside cmd"},
	{"environment", "runner/a.go", `package a; import env "os"; var read = env.Environ`, "os: Environ outside cmd"},
	{"environment", "runner/a.go", `package a; import . "os"; var ci = Getenv("X")`, "os: the dot import outside cmd"},
	{"environment", "runner/a.go", calls("syscall", `syscall.Getenv("HOME")`), "syscall: Getenv outside cmd"},
	{"environment", "runner/a_test.go", calls("os", `os.Getenv("CI")`), ""},
	{"environment", "cmd/countersign/a.go", calls("os", `os.Getenv("HOME")`), ""},

	{"no-sleep", "runner/a.go", calls("time", `time.Sleep(1)`), "time: Sleep"},
	{"no-sleep", "runner/a_test.go", `package a; import clock "time"; var wait = clock.Sleep`, "time: Sleep"},
	{"no-sleep", "runner/a.go", calls("time", `time.Now()`), ""},

	{"no-background", "runner/a.go", calls("context", `context.Background()`), "context: Background outside main"},
	{"no-background", "cmd/countersign/wire/a.go", calls("context", `context.TODO()`), "context: TODO outside main"},
	{"no-background", "runner/a_test.go", calls("context", `context.Background()`), ""},
	{"no-background", "cmd/countersign/main.go", `package main; import "context"; var ctx = context.Background()`, ""},

	{"own-subject", "suites/login/a.go", `package login; var sub = user.Sub()`, "a user's own Sub in suites"},
	{"own-subject", "suites/login/a.go", `package login; var took = ended.Sub(began)`, ""},
	{"own-subject", "suites/login/a_test.go", `package login; var sub = user.Sub()`, ""},
	{"own-subject", "mockidp/a.go", `package mockidp; var sub = user.Sub()`, ""},

	{"no-init", "mockidp/a.go", "package mockidp\nfunc init() {}", "func init"},
	{"no-init", "mockidp/a_test.go", "package mockidp\nfunc init() {}", "func init"},
	{"no-init", "mockidp/a.go", "package mockidp\ntype t int\nfunc (t) init() {}", ""},

	{"package-state", "runner/a.go", "package a\nvar n int\nfunc f() { n = 1 }", "package variable n is changed here"},
	{"package-state", "runner/a.go", "package a\nvar m = map[string]int{}\nfunc f() { m[`k`]++ }", "package variable m is changed here"},
	{"package-state", "runner/a.go", "package a\nvar m = map[string]int{}\nfunc f() { delete(m, `k`) }", "package variable m is changed here"},
	{"package-state", "runner/a.go", "package a\nvar s struct{ n []int }\nfunc f() *int { return &s.n[0] }", "package variable s is changed here"},
	{"package-state", "runner/a.go", "package a\nimport `sync`\nvar mu sync.Mutex", "package variable mu is made to be changed"},
	{"package-state", "runner/a.go", "package a\nimport `sync/atomic`\nvar p atomic.Pointer[int]", "package variable p is made to be changed"},
	{"package-state", "runner/a.go", "package a\nvar n int\nfunc f() { n := 2; n = 3; m := 0; m++ }", ""},
	{"package-state", "runner/a.go", "package a\nimport `sync`\nvar once = sync.OnceValue(func() int { return 1 })\ntype t struct{ once sync.Once }", ""},
	{"package-state", "runner/a_test.go", "package a\nvar n int\nfunc f() { n = 1 }", ""},

	{"package-names", "runner/a.go", "package helpers", "package helpers in runner"},
	{"package-names", "runner/misc/a.go", "package config", "package config in runner/misc"},
	{"package-names", "runner/a_test.go", "package util_test", "package util in runner"},
	{"package-names", "runner/utility/a.go", "package utility", ""},

	{"file-sizes", "runner/a.go", "package a" + long[:501], "501 lines, the limit is 500"},
	{"file-sizes", "runner/a_test.go", "package a" + long[:801], "801 lines, the limit is 800"},
	{"file-sizes", "runner/a.go", "package a" + long[:500], ""},
	{"file-sizes", "runner/a_test.go", "package a" + long[:800], ""},

	{"function-sizes", "runner/a.go", "package a\nfunc f() {" + long[:80] + "}", "func f has 81 lines, the limit is 80"},
	{"function-sizes", "runner/a_test.go", "package a\nfunc f() {" + long[:120] + "}", "func f has 121 lines, the limit is 120"},
	{"function-sizes", "runner/a.go", "package a\nfunc f() {" + long[:79] + "}", ""},

	{"documented", "runner/a.go", "package a", "package a has no comment"},
	{"documented", "runner/a.go", "// Package a.\npackage a\nfunc F() {}", "F has no comment"},
	{"documented", "runner/a.go", "// Package a.\npackage a\n// T is.\ntype T[K any] struct{}\nfunc (*T[K]) M() {}", "M has no comment"},
	{"documented", "runner/a.go", "// Package a.\npackage a\ntype T int", "T has no comment"},
	{"documented", "runner/a.go", "// Package a.\npackage a\n// Types.\ntype (\nT int\n)", "T has no comment"},
	{"documented", "runner/a.go", "// Package a.\npackage a\nconst (\nC = 1\n)", "C has no comment"},
	{"documented", "runner/a.go", "// Package a.\npackage a\n// Both.\nconst (\nC = 1\nD = 2\n)\ntype t int\nfunc (t) M() {}", ""},
	{"documented", "runner/a.go", "// Package a.\npackage a\nvar (\nV int // is\n)", ""},
	{"documented", "runner/a_test.go", "package a_test\nfunc F() {}", ""},

	{"error-nouns", "runner/a.go", calls("fmt", `fmt.Errorf("failed to read: %w", nil)`), `error "failed to read: %w"`},
	{"error-nouns", "runner/a.go", calls("errors", "errors.New(`Unable to read`)"), `error "Unable to read"`},
	{"error-nouns", "runner/a.go", calls("errors", `errors.New("no Chrome found")`), ""},

	{"prose", "README.md", "A rob" + "ust tool", "the word \"rob" + "ust\""},
	{"prose", "runner/a.go", "package a // Compre" + "hensive", "the word \"Compre" + "hensive\""},
	{"prose", ".ci/run", "echo \u2705", "an emoji"},
	{"prose", "README.md", "Ready \U0001F680", "an emoji"},
	{"prose", "README.md", "- [x] \u2713 \u2192 42 \u00a9", ""},
	{"prose", ".git/COMMIT_EDITMSG", "rob" + "ust", ""},
	{"prose", "bin/countersign", "rob" + "ust", ""},
	{"prose", "image.png", "\x00rob" + "ust", ""},
}

func imports(pkg string, paths ...string) string {
	return "package " + pkg + "\nimport (\n_ \"" + strings.Join(paths, "\"\n_ \"") + "\"\n)"
}

func calls(pkg, expr string) string {
	return "package a\nimport \"" + pkg + "\"\nfunc f() { _ = " + expr + " }"
}

func TestRulesCanFail(t *testing.T) {
	rules := map[string]Rule{}
	broken, kept := map[string]bool{}, map[string]bool{}
	for _, rule := range Rules() {
		rules[rule.Name] = rule
	}
	for _, s := range snippets {
		rule, ok := rules[s.rule]
		if !ok {
			t.Fatalf("no rule %q", s.rule)
		}
		tree, err := Load(fstest.MapFS{s.path: {Data: []byte(s.code)}})
		if err != nil {
			t.Fatalf("%s: %s: %v", s.rule, s.path, err)
		}
		found := rule.Check(tree)
		if s.want == "" {
			kept[s.rule] = true
			if len(found) > 0 {
				t.Errorf("%s: %v, want no breach in %q", s.rule, found, s.code)
			}
			continue
		}
		broken[s.rule] = true
		if len(found) != 1 || !strings.Contains(found[0].What, s.want) || !strings.HasPrefix(found[0].At, s.path+":") {
			t.Errorf("%s: breaches %v, want one in %s with %q", s.rule, found, s.path, s.want)
		}
	}
	for name := range rules {
		if !broken[name] || !kept[name] {
			t.Errorf("rule %s: broken by a snippet: %t, kept by one: %t; want both", name, broken[name], kept[name])
		}
	}
}

func TestEveryRuleSaysWhy(t *testing.T) {
	seen := map[string]bool{}
	for _, rule := range Rules() {
		if rule.Why == "" || seen[rule.Name] {
			t.Errorf("rule %q: why %q, seen before: %t", rule.Name, rule.Why, seen[rule.Name])
		}
		seen[rule.Name] = true
	}
}

func TestLoadSkipsOtherModules(t *testing.T) {
	tree, err := Load(fstest.MapFS{
		"go.mod":             {Data: []byte("module x\n")},
		"mockidp/a.go":       {Data: []byte("package mockidp\n")},
		"mockidp/testdata/b": {Data: []byte("text\n")},
		"tools/go.mod":       {Data: []byte("module x/tools\n")},
		"tools/a.go":         {Data: []byte("package tools\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Go) != 1 || tree.Go[0].Path != "mockidp/a.go" || len(tree.Texts) != 3 {
		t.Errorf("got %d Go files and %d texts, want mockidp/a.go alone and 3", len(tree.Go), len(tree.Texts))
	}
	if tree.HasPackage("tools") || tree.HasPackage("mock") {
		t.Error("HasPackage knows packages that are not there")
	}
}

package archtest

import (
	"fmt"
	"go/token"
)

// Rule is one thing that holds in the whole module.
type Rule struct {
	Name string
	// Why is for the person who has just broken it.
	Why string
	// Packages are the directories that the rule makes an exception for. They
	// have to exist: after a renaming the rule must not fall silent.
	Packages []string

	check func(t *Tree, report func(pos token.Pos, format string, args ...any))
	// texts is the check of a rule about prose instead.
	texts func(t *Tree, report func(path string, line int, format string, args ...any))
}

// Breach is one place where a rule does not hold.
type Breach struct {
	Rule string
	At   string // file:line
	What string
}

// String is the breach as a compiler would print it.
func (b Breach) String() string { return b.At + ": " + b.What }

// Check returns the places where the rule does not hold.
func (r Rule) Check(t *Tree) []Breach {
	var found []Breach
	add := func(at, format string, args ...any) {
		found = append(found, Breach{Rule: r.Name, At: at, What: fmt.Sprintf(format, args...)})
	}
	if r.check != nil {
		r.check(t, func(pos token.Pos, format string, args ...any) {
			p := t.Fset.Position(pos)
			add(fmt.Sprintf("%s:%d", p.Filename, p.Line), format, args...)
		})
	}
	if r.texts != nil {
		r.texts(t, func(path string, line int, format string, args ...any) {
			add(fmt.Sprintf("%s:%d", path, line), format, args...)
		})
	}
	return found
}

// Rules are the rules of this module.
func Rules() []Rule {
	return []Rule{
		layers(),
		shopAlone(),
		onlyIn("browser-alone", "Chrome is driven in one place, so that its traps are known in one place",
			[]string{"github.com/chromedp"}, "suites/browser"),
		onlyIn("containers-alone", "whoever does not need Docker must not compile its client",
			[]string{"github.com/testcontainers"}, "runner/containers"),
		onlyIn("ginkgo-alone", "what is below the suites is used by programs that run no specs",
			[]string{"github.com/onsi/ginkgo"}, "suites", "cmd", "runner/engine"),
		environment(),
		noSleep(),
		noBackground(),
		noInit(),
		ownSubject(),
		packageState(),
		packageNames(),
		fileSizes(),
		functionSizes(),
		documented(),
		errorNouns(),
		prose(),
	}
}

package main

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/fixtures/shop"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

// selectChecks are the checks of the named suites and those that match a
// pattern; without either all. Every unknown name is a problem.
func selectChecks(suites, patterns []string) ([]check.Check, error) {
	var problems []error
	for _, s := range suites {
		if !slices.Contains(catalog.Areas(), s) {
			problems = append(problems, fmt.Errorf("unknown suite %q; known: %s", s, strings.Join(catalog.Areas(), ", ")))
		}
	}
	var selected []check.Check
	matched := make([]bool, len(patterns))
	for _, c := range catalog.All() {
		area, _, _ := strings.Cut(string(c.ID), ".")
		keep := len(suites)+len(patterns) == 0 || slices.Contains(suites, area)
		for i, pattern := range patterns {
			if ok, err := path.Match(pattern, string(c.ID)); err == nil && ok {
				keep, matched[i] = true, true
			}
		}
		if keep {
			selected = append(selected, c)
		}
	}
	for i, pattern := range patterns {
		if !matched[i] {
			problems = append(problems, fmt.Errorf("unknown check %q%s", pattern, similar(pattern)))
		}
	}
	return selected, errors.Join(problems...)
}

// similar suggests the checks that share a word with an unknown one.
func similar(unknown string) string {
	words := strings.FieldsFunc(unknown, func(r rune) bool { return r == '.' || r == '-' || r == '*' })
	type scored struct {
		id    check.ID
		score int
	}
	var near []scored
	for _, c := range catalog.All() {
		n := 0
		for _, w := range words {
			if strings.Contains(string(c.ID), w) {
				n++
			}
		}
		if n > 0 {
			near = append(near, scored{c.ID, n})
		}
	}
	slices.SortStableFunc(near, func(a, b scored) int { return b.score - a.score })
	if len(near) == 0 {
		return "; countersign list shows all"
	}
	ids := make([]string, 0, 3)
	for _, s := range near[:min(3, len(near))] {
		ids = append(ids, string(s.id))
	}
	return "; did you mean " + strings.Join(ids, ", ") + "?"
}

// checkFlaws refuses unknown flaws, all at once.
func checkFlaws(names []string) error {
	var problems []error
	for _, name := range names {
		if _, err := shop.ParseFlaw(name); err != nil {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

package main

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/countersign-oidc/countersign/fixtures/shop"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/runner/report"
	"github.com/countersign-oidc/countersign/suites/catalog"
)

// selection is what is asked for: of the checks of a profile, or of all checks
// without one, those of the suites and those that match a pattern; without
// either all of them.
type selection struct {
	profile        string
	suites, checks []string
}

func (s *selection) flags(c *cobra.Command, profile string) {
	c.Flags().StringVar(&s.profile, "profile", "", profile)
	c.Flags().StringSliceVar(&s.suites, "suite", nil, "only these suites")
	c.Flags().StringSliceVar(&s.checks, "check", nil, "only these checks; * stands for anything")
}

// orRelease is the release profile where nothing is asked for.
func (s selection) orRelease() selection {
	if s.profile == "" && len(s.suites)+len(s.checks) == 0 {
		s.profile = string(check.ProfileRelease)
	}
	return s
}

// String says what is asked for beside the profile.
func (s selection) String() string {
	switch {
	case len(s.suites)+len(s.checks) > 0:
	case s.profile == "":
		return "all checks"
	default:
		return "all checks of the profile"
	}
	return strings.Join(slices.Concat(s.suites, s.checks), ", ")
}

// named is the profile as a report names it.
func (s selection) named() *report.Profile {
	p, ok := catalog.FindProfile(check.Profile(s.profile))
	if !ok {
		return nil
	}
	return &report.Profile{Name: string(p.Name), Version: p.Version()}
}

// resolve are the checks that are asked for. Every unknown name is a problem,
// and so is a choice that leaves nothing.
func (s selection) resolve() ([]check.Check, error) {
	if s.profile == "" {
		return selectChecks(catalog.All(), s.suites, s.checks)
	}
	p, ok := catalog.FindProfile(check.Profile(s.profile))
	if !ok {
		_, err := selectChecks(catalog.All(), s.suites, s.checks)
		return nil, errors.Join(fmt.Errorf("unknown profile %q; known: %s", s.profile, strings.Join(profileNames(), ", ")), err)
	}
	if _, err := selectChecks(catalog.All(), s.suites, s.checks); err != nil {
		return nil, err
	}
	selected, _ := selectChecks(p.Checks(), s.suites, s.checks)
	if len(selected) == 0 {
		return nil, fmt.Errorf("the profile %s has none of %s", s.profile, s)
	}
	return selected, nil
}

func profileNames() []string {
	names := make([]string, 0, len(check.Profiles()))
	for _, p := range check.Profiles() {
		names = append(names, string(p))
	}
	return names
}

// selectChecks are those of the checks that belong to a suite or match a
// pattern; without either all.
func selectChecks(from []check.Check, suites, patterns []string) ([]check.Check, error) {
	var problems []error
	for _, s := range suites {
		if !slices.Contains(catalog.Areas(), s) {
			problems = append(problems, fmt.Errorf("unknown suite %q; known: %s", s, strings.Join(catalog.Areas(), ", ")))
		}
	}
	var selected []check.Check
	matched := make([]bool, len(patterns))
	for _, c := range from {
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

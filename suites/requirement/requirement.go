// Package requirement holds what is asked of relying parties, as data: the rows
// of the requirements catalogue, the modules of the OpenID Foundation's
// relying-party suite and the attacks of PrOfESSOS. It knows no check: Matrix
// lays them beside those that it is given.
package requirement

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
)

// Row is one row of the requirements catalogue.
type Row struct {
	// ID is a stable name such as "TOK-19", which checks cite.
	ID   string `json:"id"`
	Area string `json:"area"`
	// Level says where the row comes from: M, a MUST of a specification; S, a
	// SHOULD; H, hardening after a real bug; I, interoperability; P, a choice
	// that is the shop's; O, only where the shop has the feature. Mixed rows say
	// so, "M front / P back".
	Level string `json:"level"`
	// Advisories are the CVE and GHSA records that the row is taken from.
	Advisories []string `json:"advisories,omitempty"`
	// Text is what the provider or the browser does.
	Text string `json:"text"`
}

// Required reports whether the row needs a check or a reason why there is none:
// a MUST, a SHOULD, a choice, or hardening against a published vulnerability.
func (r Row) Required() bool {
	return r.has("M") || r.has("S") || r.has("P") || r.has("H") && r.published()
}

// has reports whether a letter is among those of the level.
func (r Row) has(letter string) bool {
	for _, word := range strings.FieldsFunc(r.Level, func(c rune) bool { return c == ' ' || c == '/' || c == ',' }) {
		if word == letter {
			return true
		}
	}
	return false
}

func (r Row) published() bool {
	for _, a := range r.Advisories {
		if strings.HasPrefix(a, "CVE-") {
			return true
		}
	}
	return false
}

// Test is a test of another harness: a module of the OpenID Foundation's suite
// or an attack of PrOfESSOS.
type Test struct {
	Number int    `json:"number"`
	Name   string `json:"name"`
	// Rows are the requirements that the test is about.
	Rows []string `json:"rows"`
	// Text is what the provider or the attacker does.
	Text string `json:"text"`
}

//go:embed rows.tsv
var rows string

//go:embed modules.tsv
var modules string

//go:embed attacks.tsv
var attacks string

// Library is what to set or call in a library that shops use, so that it meets
// a requirement.
type Library struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

//go:embed libraries.tsv
var libraries string

// Libraries are what is known of the row.
func (r Row) Libraries() []Library {
	var out []Library
	for _, f := range records(libraries, 3) {
		if slices.Contains(strings.Fields(f[0]), r.ID) {
			out = append(out, Library{Name: f[1], Text: f[2]})
		}
	}
	return out
}

// Rows are all rows, in the order of the catalogue.
func Rows() []Row {
	var out []Row
	for _, f := range records(rows, 5) {
		out = append(out, Row{ID: f[0], Area: f[1], Level: f[2], Advisories: strings.Fields(f[3]), Text: f[4]})
	}
	return out
}

// Modules are the relying-party modules of the OpenID Foundation's suite.
func Modules() []Test { return tests(modules) }

// Attacks are the attacks of PrOfESSOS on relying parties.
func Attacks() []Test { return tests(attacks) }

func tests(data string) []Test {
	var out []Test
	for _, f := range records(data, 4) {
		n, _ := strconv.Atoi(f[0]) // a test holds that they are numbers
		out = append(out, Test{Number: n, Name: f[1], Rows: strings.Fields(f[2]), Text: f[3]})
	}
	return out
}

// records are the lines of a table that have as many fields as they must; a
// test holds that all have.
func records(data string, fields int) [][]string {
	var out [][]string
	for line := range strings.Lines(data) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		if f := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(f) == fields {
			out = append(out, f)
		}
	}
	return out
}

package report

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/countersign-oidc/countersign/runner/check"
)

// findings is how many failures the head of the page names.
const findings = 5

// view is what the page shows, in the order in which it shows it.
type view struct {
	Title, Headline, Rest string
	Tone                  check.Verdict
	// Findings are the first failures, More how many there are besides.
	Findings    []item
	More        int
	Interrupted bool
	Problems    []string
	Facts       []check.Fact
	// Slow are the slowest of the checks that took longer than SlowAfter, and
	// SlowMore is how many more there are.
	Slow      []slowView
	SlowMore  int
	SlowAfter string
	Total     int
	Counts    []tally
	Attention []item
	Areas     []areaView

	Policy string
	CSS    template.CSS
	JS     template.JS
}

// tally is one part of the bar of counts: N checks from X on, W wide, in
// thousandths.
type tally struct {
	Verdict check.Verdict
	N, X, W int
}

type slowView struct{ ID, Anchor, Took string }

type areaView struct {
	Name, Title, About string
	Counts             []tally
	Items              []item
}

// item is one check on the page.
type item struct {
	check.Result
	Anchor string
	Took   string
	Cites  []cite
	// Cases are the variants of the requirement, Proof all other evidence.
	Cases []evidenceView
	// CaseCounts are the cases by outcome.
	CaseCounts []tally
	Proof      []evidenceView
	// Fold is true for a check that passed and has much to show for it.
	Fold   bool
	Needed []string
	// Libraries are what to set or call in common libraries.
	Libraries []Library
	// File is that of the trace, if there is one.
	File  string
	Open  bool
	Above bool
}

func newView(r Report) view {
	v := view{
		Headline:    headline(r.Summary),
		Rest:        remainder(r.Summary),
		Tone:        tone(r),
		Interrupted: r.Run.Interrupted,
		Problems:    r.Problems,
		Facts:       runFacts(r.Run),
		SlowAfter:   strconv.Itoa(int(SlowAfter.Seconds())) + " s",
		Total:       len(r.Checks),
		Counts:      tallies(r.Summary),
	}
	if r.Run.Interrupted && r.Summary.Fail == 0 {
		v.Headline, v.Rest = "The run was interrupted.", strings.TrimSpace(v.Headline+" "+v.Rest)
	}
	v.Title = v.Headline
	if r.Run.Target != "" {
		v.Title = r.Run.Target + ": " + v.Headline
	}
	rows := r.rows()
	anchors := map[string]int{}
	for _, g := range byArea(r.Checks) {
		a := areaView{Name: g.name, Counts: tallies(count(g.checks))}
		a.Title, a.About = areaWords(g.name)
		for _, c := range g.checks {
			i := newItem(c, anchors, rows)
			if c.Verdict == check.Fail || c.Verdict == check.Error {
				i.Open = true
				v.Attention = append(v.Attention, i)
				i.Above = true
			}
			a.Items = append(a.Items, i)
		}
		v.Areas = append(v.Areas, a)
	}
	slow, more := r.Slow()
	v.SlowMore = more
	for _, c := range slow {
		v.Slow = append(v.Slow, slowView{string(c.ID), anchor(c.ID), duration(c.DurationMS)})
	}
	failuresFirst(v.Attention)
	v.Findings = v.Attention[:min(r.Summary.Fail, findings)]
	v.More = r.Summary.Fail - len(v.Findings)
	return v
}

// rows are the requirements by their ID.
func (r Report) rows() map[string]Requirement {
	rows := map[string]Requirement{}
	for _, q := range r.Requirements {
		rows[q.ID] = q
	}
	return rows
}

// failuresFirst is stable, so that suites keep their order.
func failuresFirst(items []item) {
	var fails, others []item
	for _, i := range items {
		if i.Verdict == check.Fail {
			fails = append(fails, i)
		} else {
			others = append(others, i)
		}
	}
	copy(items, append(fails, others...))
}

func newItem(c check.Result, anchors map[string]int, rows map[string]Requirement) item {
	place := anchor(c.ID)
	anchors[place]++
	if n := anchors[place]; n > 1 {
		place += "-" + strconv.Itoa(n)
	}
	i := item{Result: c, Anchor: place, Took: duration(c.DurationMS)}
	for _, ref := range c.Refs {
		cited := citation(ref)
		cited.Says = rows[ref].Text
		for _, l := range rows[ref].Libraries {
			if !slices.Contains(i.Libraries, l) {
				i.Libraries = append(i.Libraries, l)
			}
		}
		i.Cites = append(i.Cites, cited)
	}
	for _, n := range c.Needs {
		i.Needed = append(i.Needed, string(n))
	}
	if len(c.Trace) > 0 {
		i.File = traceFile(c.ID)
	}
	i.sort(c)
	return i
}

// sort parts the evidence into cases and what else there is. The list of cases
// stays short enough to be seen as a whole, so the evidence of a case is folded
// up in it; that of the first which did not pass follows in full. So is what a
// check that passed has to show.
func (i *item) sort(c check.Result) {
	var outcomes []check.Result
	var others, shown []evidenceView
	for _, e := range c.Evidence {
		v := newEvidence(e, c)
		if v.Outcome == "" {
			others = append(others, v)
			continue
		}
		if v.Outcome != check.Pass && shown == nil {
			v.Below = i.Anchor + "-case"
			shown = []evidenceView{v}
		}
		i.Cases = append(i.Cases, v)
		outcomes = append(outcomes, check.Result{Verdict: v.Outcome})
	}
	i.CaseCounts = tallies(count(outcomes))
	i.Proof = slices.Concat(shown, others)
	i.Fold = c.Verdict == check.Pass && len(i.Proof) > 1
}

// anchor is where the page shows a check, the first of its ID.
func anchor(id check.ID) string { return "check-" + string(id) }

// Word is the verdict as the page says it.
func (t tally) Word() string { return word(t.Verdict) }

// Word is the verdict as the page says it.
func (i item) Word() string { return word(i.Verdict) }

// Search is the text that the filter looks at.
func (i item) Search() string {
	return strings.ToLower(strings.Join([]string{
		string(i.ID), i.Title, i.Reason, word(i.Verdict), strings.Join(i.Refs, " "),
	}, " "))
}

func word(v check.Verdict) string {
	switch v {
	case check.Pass:
		return "Passed"
	case check.Fail:
		return "Failed"
	case check.Warn:
		return "Warning"
	case check.Skip:
		return "Skipped"
	default:
		return "Undecided"
	}
}

// tone is the verdict that colours the head of the page.
func tone(r Report) check.Verdict {
	s := r.Summary
	switch {
	case s.Fail > 0:
		return check.Fail
	case s.Error > 0 || r.Run.Interrupted:
		return check.Error
	case s.Pass == 0 && s.Warn == 0:
		return check.Skip
	case s.Warn > 0:
		return check.Warn
	default:
		return check.Pass
	}
}

// tallies lays the counts out over a thousand units, gravest first; what
// there is of a verdict stays visible however rare it is.
func tallies(s Summary) []tally {
	all := []tally{
		{Verdict: check.Fail, N: s.Fail},
		{Verdict: check.Error, N: s.Error},
		{Verdict: check.Warn, N: s.Warn},
		{Verdict: check.Pass, N: s.Pass},
		{Verdict: check.Skip, N: s.Skip},
	}
	total := s.Fail + s.Error + s.Warn + s.Pass + s.Skip
	var out []tally
	for _, t := range all {
		if t.N > 0 {
			t.W = max(12, t.N*1000/total)
			out = append(out, t)
		}
	}
	widest, sum := 0, 0
	for i, t := range out {
		if sum += t.W; t.W > out[widest].W {
			widest = i
		}
	}
	for i, x := 0, 0; i < len(out); i++ {
		if i == widest {
			out[i].W += 1000 - sum
		}
		out[i].X = x
		x += out[i].W
	}
	return out
}

// areaWords name a suite for somebody who has not read the specifications.
func areaWords(name string) (title, about string) {
	switch name {
	case "login":
		return "Signing in", "The way from the shop to the provider and back."
	case "claims":
		return "Who the customer is", "How the shop reads what the provider says about a person."
	case "session":
		return "Staying signed in", "How long a sign-in lasts and what ends it."
	case "logout":
		return "Signing out", "Whether signing out ends the session at the shop and at the provider."
	case "idtoken":
		return "Proof of identity (ID token)", "Whether the shop checks the signed statement it gets from the provider."
	case "signature":
		return "Signatures", "Whether the shop can be made to accept a statement that the provider did not sign."
	case "keys":
		return "Keys", "How the shop gets the provider's keys, and what it does when they change."
	case "discovery":
		return "Discovery", "How the shop reads the provider's description of itself."
	case "token":
		return "Token responses", "Whether the shop checks what the provider sends for a code."
	case "resilience":
		return "Outages", "What customers notice when the provider is slow, broken or away."
	case "attack":
		return "Attacks", "Whether somebody can be signed in as another, or another as them."
	case "initiated":
		return "Sign-ins that others start", "Whether a link from elsewhere can start a sign-in, and only that."
	case "accounts":
		return "Accounts", "Whether each person gets their own account and nobody else's."
	case "":
		return "Other checks", ""
	}
	return fmt.Sprintf("Other: %s", name), ""
}

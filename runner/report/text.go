package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/countersign-oidc/countersign/runner/check"
)

// visible shows what would not be seen or would reorder its surroundings:
// control characters and bidirectional overrides, which a hostile value may
// carry to look like something else.
func visible(s string) string {
	if !strings.ContainsFunc(s, hidden) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hidden(r) {
			fmt.Fprintf(&b, "<U+%04X>", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func hidden(r rune) bool {
	switch {
	case r == '\n', r == '\t':
		return false
	case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
		return true
	}
	return r == '\u200b' || r == '\u2060' || r == '\ufeff' || r == '\ufffe' || r == '\uffff'
}

// group is the checks of one area.
type group struct {
	name   string
	checks []check.Result
}

// byArea groups checks in the order in which their areas appear.
func byArea(checks []check.Result) []group {
	var out []group
	place := map[string]int{}
	for _, c := range checks {
		a := area(c.ID)
		i, ok := place[a]
		if !ok {
			i = len(out)
			place[a] = i
			out = append(out, group{name: a})
		}
		out[i].checks = append(out[i].checks, c)
	}
	return out
}

// runFacts are the facts of a run that are known.
func runFacts(r Run) []check.Fact {
	var out []check.Fact
	add := func(name, value string) {
		if value != "" {
			out = append(out, check.Fact{Name: name, Value: value})
		}
	}
	if !r.Started.IsZero() {
		add("Started", r.Started.UTC().Format("2 January 2006, 15:04:05 UTC"))
	}
	add("Took", duration(r.DurationMS))
	add("Target", r.Target)
	add("Shop", r.Shop)
	add("Flaws of the shop", strings.Join(r.Flaws, ", "))
	add("Provider", r.Provider)
	add("Browser", r.Browser)
	if r.Profile != nil {
		add("Profile", r.Profile.String())
	}
	add("Checks asked for", r.Selection)
	if r.Processes > 0 {
		add("Processes", strconv.Itoa(r.Processes))
	}
	if r.Seed != 0 {
		add("Seed", strconv.FormatInt(r.Seed, 10))
	}
	add("Tool", strings.TrimSpace(r.Tool+" "+r.Version))
	add("Command", r.Command)
	return out
}

// duration is a length of time as a person says it.
func duration(ms int64) string {
	switch {
	case ms < 0:
		return ""
	case ms < 1000:
		return fmt.Sprintf("%d ms", ms)
	case ms < 60_000:
		return fmt.Sprintf("%.1f s", float64(ms)/1000)
	default:
		d := time.Duration(ms) * time.Millisecond
		if d < time.Hour {
			return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
		}
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
}

// headline says in one or two plain sentences what came out. Skipped checks
// are not among those of which some failed.
func headline(s Summary) string {
	tried := s.Pass + s.Fail + s.Warn + s.Error
	switch {
	case tried+s.Skip == 0:
		return "Nothing was checked."
	case tried == 0:
		return fmt.Sprintf("Nothing was checked: %s skipped.", were(s.Skip, "check"))
	case s.Fail > 0:
		return fmt.Sprintf("%d of %s failed.", s.Fail, plural(tried, "check"))
	case s.Error > 0:
		return fmt.Sprintf("%d of %s could not be decided. Nothing failed.", s.Error, plural(tried, "check"))
	case s.Pass == 0:
		return fmt.Sprintf("%s ended with a warning. Nothing failed.", plural(s.Warn, "check"))
	default:
		return fmt.Sprintf("%s passed. Nothing failed.", plural(s.Pass, "check"))
	}
}

// remainder says what the headline leaves out.
func remainder(s Summary) string {
	var parts []string
	if s.Fail > 0 && s.Error > 0 {
		parts = append(parts, were(s.Error, "check")+" not decided")
	}
	if s.Warn > 0 && s.Fail+s.Error+s.Pass > 0 {
		parts = append(parts, plural(s.Warn, "check")+" ended with a warning")
	}
	if s.Skip > 0 && s.Pass+s.Fail+s.Warn+s.Error > 0 {
		parts = append(parts, were(s.Skip, "check")+" skipped")
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "; ") + "."
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

func were(n int, noun string) string {
	if n == 1 {
		return "1 " + noun + " was"
	}
	return plural(n, noun) + " were"
}

package config

import (
	"regexp"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/countersign-oidc/countersign/runner/check"
)

// Waiver is a failure that a team knows of and accepts for a while.
type Waiver struct {
	Check check.ID
	// Reason says why, Owner who answers for it.
	Reason, Owner string
	// Until is the last day on which it holds.
	Until time.Time
	// Line is where the file says so.
	Line int
}

// LoadWaivers reads a file of waivers.
func LoadWaivers(path string) ([]Waiver, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	return ParseWaivers(path, data)
}

// ParseWaivers reads waivers; name is what problems call the file. The error
// is of type Problems.
func ParseWaivers(name string, data []byte) ([]Waiver, error) {
	r := reader{name: name}
	var out []Waiver
	if root := r.document(data); root != nil {
		r.mapping(root, "the file", field{"waivers", func(n *yaml.Node) {
			seen := map[check.ID]int{}
			r.list(n, func(n *yaml.Node) {
				w := r.waiver(n)
				if first := seen[w.Check]; first > 0 && w.Check != "" {
					r.fail(n, "%q is waived on line %d already", w.Check, first)
				}
				seen[w.Check] = n.Line
				out = append(out, w)
			})
		}})
	}
	if len(r.problems) > 0 {
		return nil, r.sorted()
	}
	return out, nil
}

var fullCheckName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+$`)

func (r *reader) waiver(n *yaml.Node) Waiver {
	w := Waiver{Line: n.Line}
	seen := r.mapping(n, "a waiver",
		field{"check", func(n *yaml.Node) {
			s := r.plain(n)
			if s != "" && !fullCheckName.MatchString(s) {
				r.fail(n, "%s is not the ID of one check such as \"idtoken.audience-other\"", show(s))
			}
			w.Check = check.ID(s)
		}},
		field{"reason", func(n *yaml.Node) { w.Reason = r.plain(n) }},
		field{"owner", func(n *yaml.Node) { w.Owner = r.plain(n) }},
		field{"until", func(n *yaml.Node) { w.Until = r.date(n) }},
	)
	if n.Kind == yaml.MappingNode {
		for _, key := range []string{"check", "reason", "owner", "until"} {
			if seen[key] == nil {
				r.fail(n, "a waiver lacks %q", key)
			}
		}
	}
	return w
}

// date reads a day such as 2027-03-31.
func (r *reader) date(n *yaml.Node) time.Time {
	day, err := time.Parse(time.DateOnly, n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		r.fail(n, "must be a day such as 2027-03-31, not %s", describe(n))
	}
	return day
}

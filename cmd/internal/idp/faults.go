package idp

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/settings"
	"github.com/countersign-oidc/countersign/mockidp/vendor"
)

// ownFaults are those of the files on the command line and the errors of the
// vendor.
func (f idpFlags) ownFaults() ([]fault.Spec, error) {
	var own []fault.Spec
	var problems []error
	for _, path := range f.faultFiles {
		specs, err := settings.LoadFaults(path)
		own, problems = append(own, specs...), append(problems, err)
	}
	if f.vendor != "" {
		p, err := vendor.ByName(f.vendor)
		if err != nil {
			problems = append(problems, fmt.Errorf("--vendor: %w", err))
		}
		own = append(own, p.Faults(f.client.ID, time.Now())...)
	}
	return own, errors.Join(problems...)
}

// arm adds the faults on the command line to each issuer.
func (f idpFlags) arm(issuers []settings.Issuer, own []fault.Spec) error {
	var problems []error
	for _, text := range f.faults {
		a, err := readFault(text, own)
		if err != nil {
			problems = append(problems, fmt.Errorf("--fault %s: %w", text, err))
			continue
		}
		armed := false
		for i := range issuers {
			if a.User == "" || knows(issuers[i], a.User) {
				issuers[i].Faults = append(issuers[i].Faults, a)
				armed = true
			}
		}
		if !armed {
			problems = append(problems, fmt.Errorf("--fault %s: nobody is called %q", text, a.User))
		}
	}
	return errors.Join(problems...)
}

func knows(i settings.Issuer, username string) bool {
	for _, u := range i.Users {
		if u.Username == username {
			return true
		}
	}
	return false
}

var times = regexp.MustCompile(`x([0-9]+)$`)

// readFault reads ID[@user][xN]. An ID that itself ends like a number of times
// is taken whole.
func readFault(text string, own []fault.Spec) (settings.Armed, error) {
	id, user, ofUser := strings.Cut(text, "@")
	budget := 0
	cut := &id
	if ofUser {
		cut = &user
	}
	if _, err := settings.Named(fault.ID(id), own); err == nil && !ofUser {
		cut = new(string)
	}
	if m := times.FindStringSubmatch(*cut); m != nil {
		n, err := strconv.Atoi(m[1])
		if err != nil || n == 0 {
			return settings.Armed{}, fmt.Errorf("%q is not a number of exchanges; leave it out for all", m[1])
		}
		budget, *cut = n, strings.TrimSuffix(*cut, m[0])
	}
	if ofUser && user == "" {
		return settings.Armed{}, errors.New("no user after @")
	}
	return settings.Arm(fault.ID(id), own, user, budget)
}

// listFaults prints every fault, one a line.
func listFaults(out io.Writer, specs []fault.Spec, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(specs)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, s := range specs {
		var refs []string
		for _, r := range s.Refs {
			refs = append(refs, r.String())
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.ID, s.Title, strings.Join(slices.Compact(refs), "; "))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%d faults\n", len(specs))
	return err
}

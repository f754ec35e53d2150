package judge

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/attempt"
)

// Kept decides whether the claims that were sent are in what the shop kept,
// equal in value and JSON type. Numbers are compared by their digits.
func Kept(want map[string]json.RawMessage, token json.RawMessage) Finding {
	var got map[string]json.RawMessage
	if err := json.Unmarshal(token, &got); err != nil {
		return Fail("The shop does not tell what it kept of the token.")
	}
	sorted := make([]string, 0, len(want))
	for name := range want {
		sorted = append(sorted, name)
	}
	slices.Sort(sorted)
	for _, name := range sorted {
		value, ok := got[name]
		switch {
		case !ok:
			return Fail("The claim %s, sent as %s, was not kept.", name, want[name])
		case !sameJSON(want[name], value):
			return Fail("The claim %s was sent as %s and kept as %s.", name, want[name], value)
		}
	}
	return Pass("The claims %s were kept as they were sent.", strings.Join(sorted, ", "))
}

// sameJSON compares two documents as exact values: members in any order,
// numbers by their digits.
func sameJSON(a, b json.RawMessage) bool {
	x, err1 := canonical(a)
	y, err2 := canonical(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}

func canonical(doc json.RawMessage) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, io.ErrUnexpectedEOF
	}
	return json.Marshal(v)
}

// Mapping is a claim that became an identity of a service.
type Mapping struct {
	Claim   string `json:"claim"`
	Service string `json:"service"`
	Type    string `json:"type"`
	Issuer  string `json:"issuer"`
	Value   string `json:"value"`
}

// Mapped decides whether a mapping is among the rows that the shop lists.
func Mapped(rows json.RawMessage, want Mapping) Finding {
	var list []Mapping
	if err := json.Unmarshal(rows, &list); err != nil {
		return Fail("The shop lists no mapped claims.")
	}
	for _, m := range list {
		if m == want {
			return Pass("The claim %s is mapped to (%s, %s, %s) with its value.", want.Claim, want.Service, want.Type, want.Issuer)
		}
	}
	return Fail("The claim %s with value %q is not mapped to (%s, %s, %s); the shop lists %s.",
		want.Claim, want.Value, want.Service, want.Type, want.Issuer, rows)
}

// NotMapped decides whether the shop lists no identity for a claim.
func NotMapped(rows json.RawMessage, claim, sent string) Finding {
	var list []Mapping
	if len(rows) > 0 && json.Unmarshal(rows, &list) != nil {
		return Fail("The shop's list of mapped claims is not readable: %s.", rows)
	}
	for _, m := range list {
		if m.Claim == claim {
			return Fail("From the claims %s the shop mapped %s to the value %q.", sent, claim, m.Value)
		}
	}
	return Pass("From the claims %s the shop mapped nothing for %s.", sent, claim)
}

// SameCustomer decides whether two sign-ins are of one customer, and
// OtherCustomer whether they are of two.
func SameCustomer(first, second string) Finding {
	if first == "" {
		return Undecided("The shop does not tell which customer is signed in.")
	}
	if first != second {
		return Fail("The same person became the customer %s first and %s later.", first, second)
	}
	return Pass("The same person is the same customer each time.")
}

// OtherCustomer decides whether the second of two people is kept apart from
// the first: as a customer of their own, or refused.
func OtherCustomer(second attempt.SignIn, firstID, secondID string) Finding {
	switch {
	case firstID == "":
		return Undecided("The shop does not tell which customer is signed in.")
	case !second.Who.SignedIn:
		return First(NotCrashed(second), Pass("The second person was refused."))
	case firstID == secondID:
		return Fail("Two people are the same customer, %s, for the shop.", firstID)
	}
	return Pass("Two people are two customers.")
}

// Taken is a sign-in and which customer it ended as, if any.
type Taken struct {
	SignIn   attempt.SignIn
	Customer string
}

// OneReading decides on sign-ins that name an attacker and a victim twice
// throughout, once in either order: a shop that always reads the same place
// takes one of them for the attacker's.
func OneReading(victim string, tried ...Taken) Finding {
	if victim == "" {
		return Undecided("The shop does not tell which customer is signed in.")
	}
	victims := 0
	for _, t := range tried {
		if !t.SignIn.Who.SignedIn {
			if f := NotCrashed(t.SignIn); f.Verdict != check.Pass {
				return f
			}
		} else if t.Customer == victim {
			victims++
		}
	}
	if victims > 1 {
		return Fail("The shop took the attacker for the customer %s in either order of the two subjects.", victim)
	}
	return Pass("Of two subjects the shop took none, or the one at the same place each time.")
}

// Literal decides whether a person with an odd subject is signed in by exactly
// that subject, or refused.
func Literal(a attempt.SignIn) Finding {
	switch {
	case !a.Who.SignedIn:
		return First(NotCrashed(a), Pass("%s was refused.", a.Title))
	case a.Who.Subject != a.Subject:
		return Fail("%s ended signed in as %q, although the subject is %q.", a.Title, a.Who.Subject, a.Subject)
	}
	return Pass("%s kept the subject as it is.", a.Title)
}

// Distinct decides whether no two of the customers are one; "" is nobody.
func Distinct(customers []string) Finding {
	seen := map[string]bool{}
	for _, id := range customers {
		if id != "" && seen[id] {
			return Fail("Two people are the same customer, %s, for the shop.", id)
		}
		seen[id] = true
	}
	return Pass("Each person is a customer of their own.")
}

// Shown decides whether the shop shows a text of the customer's profile as it
// was sent.
func Shown(what, want, got string) Finding {
	if got != want {
		return Fail("The %s was sent as %q and is shown as %q.", what, want, got)
	}
	return Pass("The %s is shown as it was sent.", what)
}

// NoObjectShown warns of a page that shows a claim of another type as some
// languages print it.
func NoObjectShown(title string, page attempt.Page) Finding {
	for _, printed := range []string{"[object Object]", "map[first:", "Array ( [first]"} {
		if strings.Contains(page.Text, printed) {
			return Warn("After %s the account page shows %s in place of a text.", title, printed)
		}
	}
	return Pass("The account page shows no object in place of a text.")
}

// Anonymous decides whether nobody is signed in.
func Anonymous(a attempt.SignIn) Finding {
	if a.Who.SignedIn {
		return Fail("%s ended signed in as %q, although it must not.", a.Title, a.Who.Subject)
	}
	return Pass("%s ended with nobody signed in.", a.Title)
}

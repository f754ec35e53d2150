package console

import (
	"fmt"
	"slices"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/control"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// maxEntries is how many exchanges the page of sign-ins is about.
const maxEntries = 200

// signInsPage is the page of sign-ins.
type signInsPage struct {
	Armed   []control.Ticket
	Stories []storyView
	// Next is the number of the newest exchange, and Stream where the script
	// hears of newer ones.
	Next   uint64
	Stream string
	Now    string
	// Older is that there were more exchanges than are shown.
	Older  bool
	People []string
}

// storyView is a sign-in, or a single exchange of none.
type storyView struct {
	ID      uint64
	Version string
	SignIn  bool
	At      string
	User    string
	Client  string
	Ending  ending
	Faults  []faultView
	// Open is that it is unfolded before anybody has touched it.
	Open      bool
	Exchanges []exchange
}

func (v *visit) signIns() (answer, error) {
	entries, older, err := v.newest()
	if err != nil {
		return answer{}, err
	}
	tickets, err := v.handle.Tickets(v.Context())
	if err != nil {
		return answer{}, err
	}
	named, err := v.named(tickets)
	if err != nil {
		return answer{}, err
	}
	users, err := v.handle.Users(v.Context())
	if err != nil {
		return answer{}, err
	}
	p := signInsPage{
		Armed: acting(tickets), Older: older, Stream: "/v1/issuers/" + v.info.ID + "/journal/stream",
		Now: v.info.Now.UTC().Format("15:04:05"),
	}
	for _, u := range users[:min(len(users), 3)] {
		p.People = append(p.People, u.Username)
	}
	if len(entries) > 0 {
		p.Next = entries[len(entries)-1].Seq
	}
	opened := false
	for _, s := range stories(entries) {
		view := newStoryView(s, named, v.info.Now)
		// What went wrong last is what people come for.
		view.Open = s.signIn && !opened
		opened = opened || s.signIn
		p.Stories = append(p.Stories, view)
	}
	return v.page("sign-ins", "Sign-ins", p)
}

// newest are the last entries of the journal, and whether there were more.
func (v *visit) newest() ([]journal.Entry, bool, error) {
	var entries []journal.Entry
	older := false
	q := control.Query{Query: journal.Query{Limit: control.MaxLimit}, Secrets: true}
	if v.info.Mark > maxEntries+1 {
		q.After = v.info.Mark - maxEntries - 1 // one more than are shown
	}
	for {
		page, err := v.handle.Journal(v.Context(), q)
		if err != nil {
			return nil, false, err
		}
		entries = append(entries, page.Entries...)
		older = older || page.Missed > 0
		if n := len(entries); n > maxEntries {
			entries, older = slices.Clone(entries[n-maxEntries:]), true
		}
		if len(page.Entries) == 0 || page.Next == q.After {
			return entries, older, nil
		}
		q.After = page.Next
	}
}

func newStoryView(s *story, named map[fault.ID]fault.Spec, now time.Time) storyView {
	v := storyView{
		ID: s.first(), Version: fmt.Sprintf("%d-%d", len(s.entries), s.last().Seq), SignIn: s.signIn,
		At: s.entries[0].At.UTC().Format("15:04:05"), User: s.user(), Client: s.client(), Ending: s.end(),
	}
	for _, e := range s.entries {
		x := exchangeOf(e, named, now)
		x.Alone = !s.signIn
		v.Exchanges = append(v.Exchanges, x)
		for _, f := range x.Faults {
			if !slices.ContainsFunc(v.Faults, func(seen faultView) bool { return seen.ID == f.ID }) {
				v.Faults = append(v.Faults, f)
			}
		}
	}
	return v
}

// Who is the person and the client of a story in words.
func (v storyView) Who() string {
	user, client := v.User, v.Client
	if user == "" {
		user = "nobody yet"
	}
	if client == "" {
		client = "an unknown client"
	}
	return user + " at " + client
}

// named are the faults that have names, and those that are armed.
func (v *visit) named(tickets []control.Ticket) (map[fault.ID]fault.Spec, error) {
	all, err := v.console.options.Host.Faults(v.Context())
	if err != nil {
		return nil, err
	}
	out := make(map[fault.ID]fault.Spec, len(all))
	for _, t := range tickets {
		out[t.Fault.ID] = t.Fault
	}
	for _, s := range all {
		out[s.ID] = s
	}
	return out, nil
}

// acting are the faults that can act.
func acting(tickets []control.Ticket) []control.Ticket {
	return slices.DeleteFunc(slices.Clone(tickets), func(t control.Ticket) bool { return !t.Armed })
}

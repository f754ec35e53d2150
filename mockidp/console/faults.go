package console

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/control"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

// faultsPage is the page where faults are armed.
type faultsPage struct {
	Armed, Ended []control.Ticket
	Users        []identity.User
	// User, Times and Search are what was chosen.
	User, Search string
	Times        int
	Budgets      []budget
	Places       []place
	Found        int
}

// budget is how often a fault acts.
type budget struct {
	Times int
	Text  string
}

// place is where in a sign-in faults act.
type place struct {
	ID, Title string
	Faults    []fault.Spec
}

// usual are the faults that every relying party should be tried with first.
var usual = []fault.ID{
	fault.IDTokenExpPast, fault.IDTokenAudOther, fault.IDTokenIssOther, fault.IDTokenNonceOther, fault.IDTokenSignatureCorrupted,
	fault.IDTokenAlgNone, fault.AuthorizeStateOther, fault.AuthorizeAccessDenied, fault.TokenStatus500, fault.UserInfoSubOther,
	fault.JWKSStatus503, fault.DiscoveryStatus503,
}

// placeTitles are what people call the places, in the order of a sign-in.
var placeTitles = []row{
	{"discovery", "Discovery document"},
	{"jwks", "Key set"},
	{"authorize", "Sign-in page and the way back"},
	{"token", "Token endpoint"},
	{"id_token", "ID token"},
	{"userinfo", "UserInfo"},
	{"end_session", "Sign-out"},
	{"logout_token", "Logout token"},
}

func (v *visit) faults() (answer, error) {
	all, err := v.console.options.Host.Faults(v.Context())
	if err != nil {
		return answer{}, err
	}
	tickets, err := v.handle.Tickets(v.Context())
	if err != nil {
		return answer{}, err
	}
	users, err := v.handle.Users(v.Context())
	if err != nil {
		return answer{}, err
	}
	p := faultsPage{
		Users: users, User: v.FormValue("user"), Search: strings.TrimSpace(v.FormValue("q")),
		Budgets: []budget{{0, "every time"}, {1, "once"}, {2, "the next 2 times"}, {3, "the next 3 times"}, {5, "the next 5 times"}, {10, "the next 10 times"}},
	}
	p.Times, _ = strconv.Atoi(v.FormValue("times")) // what is no number is every time
	for _, t := range slices.Backward(tickets) {
		if t.Armed {
			p.Armed = append(p.Armed, t)
		} else {
			p.Ended = append(p.Ended, t)
		}
	}
	found := matching(all, p.Search)
	p.Found = len(found)
	p.Places = places(found, p.Search == "")
	return v.page("faults", "Faults", p)
}

// matching are the faults with all words of a search.
func matching(all []fault.Spec, search string) []fault.Spec {
	words := strings.Fields(strings.ToLower(search))
	return slices.DeleteFunc(slices.Clone(all), func(s fault.Spec) bool {
		text := searched(s)
		return slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
	})
}

// searched is the text of a fault that a search looks through.
func searched(s fault.Spec) string {
	return strings.ToLower(s.Title + " " + string(s.ID) + " " + refs(s))
}

// places are faults by where they act, with the usual ones in front.
func places(all []fault.Spec, withUsual bool) []place {
	var out []place
	if withUsual {
		first := place{ID: "usual", Title: "The usual ones"}
		for _, id := range usual {
			if i := slices.IndexFunc(all, func(s fault.Spec) bool { return s.ID == id }); i >= 0 {
				first.Faults = append(first.Faults, all[i])
			}
		}
		out = append(out, first)
	}
	known := make(map[string]bool)
	for _, t := range placeTitles {
		known[t.Name] = true
	}
	sorted := make(map[string][]fault.Spec)
	for _, s := range all {
		name, _, _ := strings.Cut(string(s.ID), ".")
		if !known[name] {
			name = "own"
		}
		sorted[name] = append(sorted[name], s)
	}
	for _, t := range append([]row{{"own", "Faults of your own"}}, placeTitles...) {
		if len(sorted[t.Name]) > 0 {
			out = append(out, place{t.Name, t.Value, sorted[t.Name]})
		}
	}
	return out
}

func (v *visit) arm() (answer, error) {
	id, user := fault.ID(v.PostFormValue("fault")), v.PostFormValue("user")
	times, _ := strconv.Atoi(v.PostFormValue("times")) // what is no number is every time
	// What was chosen and looked for stays as it is.
	section := faultsSection
	if kept := (url.Values{"user": {user}, "times": {strconv.Itoa(times)}, "q": {v.PostFormValue("q")}}).Encode(); kept != "" {
		section += "?" + kept
	}
	text, err := armed(id, user, times)
	if err != nil {
		return answer{}, err
	}
	t, err := v.handle.Arm(v.Context(), text)
	if err != nil {
		return v.refused(section, err)
	}
	who := "anybody"
	if user != "" {
		who = user
	}
	return v.done(section, fmt.Sprintf("Armed: %s. Now sign in at the shop as %s, then look at the sign-ins.", t.Fault.Title, who))
}

// armed is a fault to arm by its ID, which the host finds.
func armed(id fault.ID, user string, times int) (settings.Armed, error) {
	text, err := json.Marshal(id)
	return settings.Armed{Fault: text, User: user, Budget: times}, err
}

func (v *visit) disarm() (answer, error) {
	id, _ := strconv.Atoi(v.PostFormValue("ticket")) // what is no number is not there
	t, err := v.handle.Ticket(v.Context(), id)
	if err == nil {
		err = v.handle.Disarm(v.Context(), id)
	}
	section := faultsSection
	if v.PostFormValue("from") == "sign-ins" {
		section = signInsSection
	}
	if err != nil {
		return v.refused(section, err)
	}
	return v.done(section, fmt.Sprintf("Disarmed: %s. The provider is honest again there.", t.Fault.Title))
}

package console

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/control"
	"github.com/countersign-oidc/countersign/mockidp/document"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

func (v *visit) people() (answer, error) {
	users, err := v.handle.Users(v.Context())
	if err != nil {
		return answer{}, err
	}
	return v.page("people", "People", users)
}

// personPage is the form in which a person is edited as JSON.
type personPage struct {
	// Name is the username of a person that exists.
	Name string
	Text string
	// Problems are all that is wrong with what was typed.
	Problems []problem
}

// problem is one thing that is wrong, with its place.
type problem struct {
	Line    int // zero is the whole
	Pointer string
	Text    string
}

// newPerson is where a new person starts from.
func newPerson() identity.User {
	return identity.User{
		Username: "grace", Password: "countersign", Subject: "grace-1",
		Claims: map[string]any{"name": "Grace Hopper", "email": "grace@customers.example", "email_verified": true},
	}
}

// person is the one of that name.
func (v *visit) person(name string) (identity.User, error) {
	users, err := v.handle.Users(v.Context())
	if err != nil {
		return identity.User{}, err
	}
	i := slices.IndexFunc(users, func(u identity.User) bool { return u.Username == name })
	if i < 0 {
		return identity.User{}, &control.Problem{
			Title: "Not found", Status: http.StatusNotFound, Detail: fmt.Sprintf("Nobody is called %q here.", name),
		}
	}
	return users[i], nil
}

func (v *visit) editPerson() (answer, error) {
	name := v.FormValue("user")
	u, title := newPerson(), "New person"
	if name != "" {
		var err error
		if u, err = v.person(name); err != nil {
			return answer{}, err
		}
		title = "Edit " + name
	}
	text, err := readable(u)
	if err != nil {
		return answer{}, err
	}
	return v.page("person", title, personPage{Name: name, Text: text})
}

// readable is a person as JSON that people can edit.
func readable(u identity.User) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(u)
	return strings.TrimSuffix(b.String(), "\n"), err
}

// putPerson takes the form. Browsers send the lines of a text with CR LF (HTML
// Living Standard, section 4.10.22.4).
func (v *visit) putPerson() (answer, error) {
	name := v.PostFormValue("user")
	text := strings.ReplaceAll(v.PostFormValue("json"), "\r\n", "\n")
	problems, err := v.save(name, []byte(text))
	switch {
	case err != nil:
		return answer{}, err
	case len(problems) == 0:
		return v.done(peopleSection, "Saved. It counts from the next sign-in on.")
	}
	title := "New person"
	if name != "" {
		title = "Edit " + name
	}
	a, err := v.page("person", title, personPage{Name: name, Text: text, Problems: problems})
	a.status = http.StatusUnprocessableEntity
	return a, err
}

// save puts a person, or says everything that is wrong with the JSON. A person
// that got another username takes the place of the one of the old name.
func (v *visit) save(name string, text []byte) ([]problem, error) {
	users, err := v.handle.Users(v.Context())
	if err != nil {
		return nil, err
	}
	others := slices.DeleteFunc(slices.Clone(users), func(u identity.User) bool { return u.Username == name })
	u, err := settings.ParseUser(text, others)
	if wrong, ok := errors.AsType[document.Problems](err); ok {
		return problemsOf(wrong), nil
	}
	if err != nil {
		return nil, err
	}
	if u.Username != name && slices.ContainsFunc(others, func(o identity.User) bool { return o.Username == u.Username }) {
		return []problem{{Pointer: "/username", Text: fmt.Sprintf("another person is called %q", u.Username)}}, nil
	}
	if name != "" && u.Username != name {
		// First, since two people cannot have one subject.
		if err := v.handle.RemoveUser(v.Context(), name); err != nil {
			return nil, err
		}
	}
	err = v.handle.PutUser(v.Context(), u)
	if p, ok := errors.AsType[*control.Problem](err); ok {
		var out []problem
		for _, w := range p.Errors {
			out = append(out, problem{Pointer: w.Pointer, Text: w.Detail})
		}
		return out, nil
	}
	return nil, err
}

func problemsOf(wrong document.Problems) []problem {
	var out []problem
	for _, w := range wrong {
		out = append(out, problem{w.Line, w.Pointer, w.Text})
	}
	return out
}

func (v *visit) askRemove() (answer, error) {
	u, err := v.person(v.FormValue("user"))
	if err != nil {
		return answer{}, err
	}
	return v.page("confirm", "Remove "+u.Username+"?", confirmation{
		Text: "Their sessions end in all browsers and their tokens become useless.",
		To:   v.section("people/remove"), Field: row{"user", u.Username}, Yes: "Remove " + u.Username, Back: v.section(peopleSection),
	})
}

// confirmation asks before something that cannot be taken back.
type confirmation struct {
	Text, To  string
	Field     row
	Yes, Back string
}

func (v *visit) removePerson() (answer, error) {
	name := v.PostFormValue("user")
	if err := v.handle.RemoveUser(v.Context(), name); err != nil {
		return v.refused(peopleSection, err)
	}
	return v.done(peopleSection, fmt.Sprintf("%s was removed.", name))
}

func (v *visit) endSessions() (answer, error) {
	name := v.PostFormValue("user")
	n, err := v.handle.EndSessions(v.Context(), name)
	switch {
	case err != nil:
		return v.refused(peopleSection, err)
	case n == 0:
		return v.done(peopleSection, fmt.Sprintf("%s was signed in nowhere.", name))
	}
	return v.done(peopleSection, fmt.Sprintf("%s of %s ended.", plural(n, "session"), name))
}

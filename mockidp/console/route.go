package console

import (
	"errors"
	"net/http"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/control"
)

// The sections of an issuer, by the end of their address.
const (
	signInsSection  = ""
	peopleSection   = "people"
	faultsSection   = "faults"
	settingsSection = "settings"
)

func (c *Console) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Path+"assets/{name}", c.asset)
	mux.HandleFunc("POST "+Path+"session", c.enter)
	mux.HandleFunc("GET "+Path+"{$}", c.start)
	mux.HandleFunc(Path, func(w http.ResponseWriter, r *http.Request) {
		c.inside(w, r, func(*session) (answer, error) {
			return answer{page: "problem", title: "Not found", status: http.StatusNotFound, data: "The console has no such page."}, nil
		})
	})
	for pattern, serve := range map[string]func(*visit) (answer, error){
		"GET {$}":              (*visit).signIns,
		"GET people":           (*visit).people,
		"GET people/edit":      (*visit).editPerson,
		"POST people/edit":     (*visit).putPerson,
		"GET people/remove":    (*visit).askRemove,
		"POST people/remove":   (*visit).removePerson,
		"POST people/sessions": (*visit).endSessions,
		"GET faults":           (*visit).faults,
		"POST faults":          (*visit).arm,
		"POST faults/disarm":   (*visit).disarm,
		"GET settings":         (*visit).settings,
		"POST settings/secret": (*visit).showSecret,
		"POST settings/clock":  (*visit).moveClock,
		"POST settings/keys":   (*visit).rotateKeys,
		"POST settings/clear":  (*visit).clearJournal,
		"GET settings/reset":   (*visit).askReset,
		"POST settings/reset":  (*visit).reset,
	} {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+Path+"i/{issuer}/"+path, func(w http.ResponseWriter, r *http.Request) {
			c.inside(w, r, func(s *session) (answer, error) { return c.visit(s, r, serve) })
		})
	}
	return mux
}

// visit serves a page of an issuer.
func (c *Console) visit(s *session, r *http.Request, serve func(*visit) (answer, error)) (answer, error) {
	if err := r.ParseForm(); err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return answer{page: "problem", title: "Too large", status: http.StatusRequestEntityTooLarge, data: "What was sent is larger than 1 MiB."}, nil
		}
		return answer{page: "problem", title: "Unreadable form", status: http.StatusBadRequest, data: "What was sent is no form."}, nil
	}
	h, err := c.options.Host.Issuer(r.Context(), r.PathValue("issuer"))
	if err != nil {
		return answer{}, err
	}
	info, err := h.Info(r.Context())
	if err != nil {
		return answer{}, err
	}
	return serve(&visit{Request: r, console: c, session: s, handle: h, info: info})
}

// inside serves a page to browsers that are in, and the entrance to others.
func (c *Console) inside(w http.ResponseWriter, r *http.Request, serve func(*session) (answer, error)) {
	s := c.sessions.of(r)
	if s == nil {
		c.entrance(w, r, "")
		return
	}
	a, err := serve(s)
	if p, ok := errors.AsType[*control.Problem](err); ok {
		a, err = answer{page: "problem", title: p.Title, status: p.Status, data: p.Detail}, nil
	}
	if err != nil {
		if r.Context().Err() != nil {
			return // there is nobody to tell
		}
		c.options.Logger.ErrorContext(r.Context(), "console", "method", r.Method, "path", r.URL.Path, "err", err)
		a = answer{page: "problem", title: "Mistake of this program", status: http.StatusInternalServerError, data: "Its log says more."}
	}
	c.write(w, r, s, a)
}

// entrance asks for the token.
func (c *Console) entrance(w http.ResponseWriter, r *http.Request, wrong string) {
	c.write(w, r, nil, answer{page: "entrance", title: "Sign in to the console", status: http.StatusUnauthorized, data: wrong})
}

// start takes the key of the login path out of the address, and goes to the
// issuer if there is but one.
func (c *Console) start(w http.ResponseWriter, r *http.Request) {
	if key := r.URL.Query().Get("key"); key != "" && r.Method == http.MethodGet {
		switch {
		case c.sessions.of(r) != nil:
			http.Redirect(w, r, Path, http.StatusSeeOther)
		case c.spend(key):
			c.sessions.start(w, r)
			http.Redirect(w, r, Path, http.StatusSeeOther)
		default:
			c.entrance(w, r, "This link has been used already, or is of an earlier start. It lets one browser in.")
		}
		return
	}
	c.inside(w, r, func(*session) (answer, error) { return c.issuers(r) })
}

func (c *Console) issuers(r *http.Request) (answer, error) {
	all, err := c.options.Host.Issuers(r.Context())
	if err == nil && len(all) == 1 {
		return answer{to: Path + "i/" + all[0].ID + "/"}, nil
	}
	return answer{page: "issuers", title: "Issuers", data: all}, err
}

// enter lets a browser in that has the token.
func (c *Console) enter(w http.ResponseWriter, r *http.Request) {
	if c.options.Token == "" || !equal(strings.TrimSpace(r.PostFormValue("token")), c.options.Token) {
		c.entrance(w, r, "That is not the token. It was printed when the provider started.")
		return
	}
	c.sessions.start(w, r)
	http.Redirect(w, r, Path, http.StatusSeeOther)
}

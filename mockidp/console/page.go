package console

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
	"time"
)

//go:embed templates assets
var files embed.FS

// pages are the templates by the name of a page.
type pages map[string]*template.Template

func parsePages() (pages, error) {
	base, err := template.New("layout.html").Funcs(template.FuncMap{"searched": searched, "refs": refs}).ParseFS(files, "templates/layout.html", "templates/parts.html")
	if err != nil {
		return nil, fmt.Errorf("console templates: %w", err)
	}
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("console templates: %w", err)
	}
	all := make(pages)
	for _, file := range names {
		name := strings.TrimSuffix(strings.TrimPrefix(file, "templates/"), ".html")
		t, err := base.Clone()
		if err == nil {
			t, err = t.ParseFS(files, file)
		}
		if err != nil {
			return nil, fmt.Errorf("console templates: %w", err)
		}
		all[name] = t
	}
	return all, nil
}

// view is what the layout shows around a page.
type view struct {
	Title, Page string
	// Base is the address of the issuer's pages, and Issuer its URL; both are
	// empty on pages of none.
	Base, Issuer string
	// Inside is that the browser is in.
	Inside bool
	Notice *notice
	// Tabs are the sections of the issuer.
	Tabs []tab
	Data any
}

// tab leads to a section.
type tab struct {
	Title, Path string
	Current     bool
}

// layout is what is around a page of the issuer.
func (v *visit) layout() view {
	out := view{Base: v.section(""), Issuer: v.info.Issuer}
	for _, t := range []tab{
		{Title: "Sign-ins", Path: signInsSection},
		{Title: "People", Path: peopleSection},
		{Title: "Faults", Path: faultsSection},
		{Title: "Settings", Path: settingsSection},
	} {
		rest := strings.TrimPrefix(v.URL.Path, v.section(""))
		current, _, _ := strings.Cut(rest, "/")
		out.Tabs = append(out.Tabs, tab{t.Title, v.section(t.Path), current == t.Path})
	}
	return out
}

// page is an answer with the issuer's sections around it.
func (v *visit) page(name, title string, data any) (answer, error) {
	l := v.layout()
	l.Data = data
	return answer{page: name, title: title, data: l}, nil
}

// write sends an answer. The notice is shown with the next page of a session.
func (c *Console) write(w http.ResponseWriter, r *http.Request, s *session, a answer) {
	if a.to != "" {
		http.Redirect(w, r, a.to, http.StatusSeeOther)
		return
	}
	v, ok := a.data.(view)
	if !ok {
		v = view{Data: a.data}
	}
	v.Title, v.Page, v.Inside = a.title, a.page, s != nil
	if s != nil && r.Header.Get("Sec-Fetch-Dest") != "empty" {
		v.Notice = s.told() // what the script fetches shows none
	}
	var b bytes.Buffer
	if err := c.pages[a.page].ExecuteTemplate(&b, "layout.html", v); err != nil {
		c.options.Logger.ErrorContext(r.Context(), "console", "page", a.page, "err", err)
		http.Error(w, "A mistake of this program; its log says more.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if a.status != 0 {
		w.WriteHeader(a.status)
	}
	_, _ = w.Write(b.Bytes()) // the browser went away
}

// asset serves the style and the script. They hold nothing of anybody, so they
// go to browsers that are not in, too.
func (c *Console) asset(w http.ResponseWriter, r *http.Request) {
	name := "assets/" + r.PathValue("name")
	text, err := files.ReadFile(name)
	if err != nil {
		http.Error(w, "The console has no such file.", http.StatusNotFound)
		return
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(text))
}

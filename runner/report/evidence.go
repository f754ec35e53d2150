package report

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/countersign-oidc/countersign/runner/check"
)

// Values longer than fold characters are folded; beyond cut they are only in
// report.json.
const (
	foldAt = 320
	cutAt  = 8192
)

// text is a value that may be long.
type text struct {
	Short  string // all of it, unless Long is set
	Long   string
	Length int
	Cut    bool
}

type factView struct {
	Name  string
	Value text
}

type evidenceView struct {
	Title string
	// Outcome, Word and Reason are set for one of several cases. Below is where
	// the page shows it if not in the list of cases.
	Outcome             check.Verdict
	Word, Reason, Below string
	Fault               *check.Fault
	FaultCite           cite
	Facts               []factView
	Exchanges           []exchangeView
	Pages               []pageView
	Screenshot          template.URL
	Alt                 string
}

type exchangeView struct {
	At, Endpoint, Request string
	Status                int
	Odd                   bool // an answer that is no success and no redirect
	Faults                []string
	Params, Answer        []factView
	Tokens                []tokenView
	Open                  bool
}

// Detail says whether there is more than the line itself.
func (e exchangeView) Detail() bool {
	return len(e.Params)+len(e.Answer)+len(e.Tokens) > 0
}

type pageView struct {
	At, Title string
	URL       text
	Status    int
}

type tokenView struct {
	Kind, Signature string
	Parts           []partView
	Changed         int
}

type partView struct {
	Name    string
	Members []memberView
}

type memberView struct {
	Name, Note string
	Value, Was text
	Set        bool
	Removed    bool
	HasWas     bool
}

func newEvidence(e check.Evidence, c check.Result) evidenceView {
	v := evidenceView{Title: e.Title, Fault: e.Fault, Facts: facts(e.Facts)}
	if v.Title == "" {
		v.Title = "What was seen"
	}
	if known(e.Outcome) {
		v.Outcome, v.Word, v.Reason = e.Outcome, word(e.Outcome), e.Reason
	}
	if e.Fault != nil && e.Fault.Ref != "" {
		v.FaultCite = citation(e.Fault.Ref)
	}
	for _, x := range e.Exchanges {
		v.Exchanges = append(v.Exchanges, newExchange(x))
	}
	for _, p := range e.Pages {
		page := pageView{At: offset(p.AtMS), Title: p.Title, URL: fold(p.URL), Status: p.Status}
		switch {
		case page.Title != "":
		case p.Status >= 300 && p.Status < 400:
			page.Title = "redirect"
		default:
			page.Title = "page"
		}
		v.Pages = append(v.Pages, page)
	}
	if kind := picture(e.Screenshot); kind != "" {
		v.Screenshot = template.URL("data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(e.Screenshot))
		v.Alt = fmt.Sprintf("The browser at the end of %q of check %s", v.Title, c.ID)
		if n := len(e.Pages); n > 0 && e.Pages[n-1].Title != "" {
			v.Alt += fmt.Sprintf(", showing the page %q", e.Pages[n-1].Title)
		}
	}
	return v
}

// picture is the media type of an image, found by its first bytes: what is
// not a picture must not become part of the page.
func picture(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return "image/jpeg"
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png"
	}
	return ""
}

func newExchange(x check.Exchange) exchangeView {
	v := exchangeView{
		At: offset(x.AtMS), Endpoint: endpoint(x.Endpoint), Request: x.Request,
		Status: x.Status, Odd: x.Status < 200 || x.Status >= 400,
		Faults: x.Faults, Params: facts(x.Params), Answer: facts(x.Answer),
	}
	for _, t := range x.Tokens {
		v.Tokens = append(v.Tokens, newToken(t))
		v.Open = v.Open || v.Tokens[len(v.Tokens)-1].Changed > 0
	}
	return v
}

func newToken(t check.Token) tokenView {
	v := tokenView{Kind: endpoint(t.Kind), Signature: t.Signature}
	for _, p := range []struct {
		name    string
		members []check.Member
	}{{"Header", t.Header}, {"Claims", t.Claims}} {
		part := partView{Name: p.name}
		for _, m := range p.members {
			part.Members = append(part.Members, newMember(m))
			if m.Change != "" {
				v.Changed++
			}
		}
		if len(part.Members) > 0 {
			v.Parts = append(v.Parts, part)
		}
	}
	return v
}

func newMember(m check.Member) memberView {
	v := memberView{
		Name: m.Name, Value: fold(compactJSON(m.Value)), Was: fold(compactJSON(m.Was)), HasWas: len(m.Was) > 0,
		Set: m.Change == "set", Removed: m.Change == "removed", Note: when(m.Name, m.Value),
	}
	if v.Removed && !v.HasWas && len(m.Value) > 0 {
		v.Was, v.HasWas = v.Value, true
	}
	return v
}

// when reads a NumericDate for those who cannot.
func when(name string, value json.RawMessage) string {
	switch name {
	case "exp", "iat", "nbf", "auth_time", "updated_at":
	default:
		return ""
	}
	n, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil || n < 0 || n > 253402300799 { // the year 9999
		return ""
	}
	return time.Unix(n, 0).UTC().Format("2006-01-02 15:04:05 UTC")
}

func compactJSON(raw json.RawMessage) string {
	var b bytes.Buffer
	if len(raw) == 0 || json.Compact(&b, raw) != nil {
		return string(raw)
	}
	return b.String()
}

func facts(in []check.Fact) []factView {
	var out []factView
	for _, f := range in {
		out = append(out, factView{Name: f.Name, Value: fold(f.Value)})
	}
	return out
}

func fold(s string) text {
	n := utf8.RuneCountInString(s)
	if n <= foldAt {
		return text{Short: s}
	}
	t := text{Short: first(s, foldAt/2), Long: s, Length: n}
	if n > cutAt {
		t.Long, t.Cut = first(s, cutAt), true
	}
	return t
}

// first is the first n characters of s.
func first(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

func offset(ms int64) string {
	if ms < 10_000 {
		return fmt.Sprintf("+%d ms", ms)
	}
	return fmt.Sprintf("+%.1f s", float64(ms)/1000)
}

// endpoint is the name of an endpoint or a token as people write it.
func endpoint(name string) string {
	switch name {
	case "id_token":
		return "ID token"
	case "jwks":
		return "JWKS"
	case "userinfo":
		return "UserInfo"
	}
	return strings.ReplaceAll(name, "_", " ")
}

package mockidp

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/ordered"
)

// story is all that a relying party sees of one sign-in and sign-out, as flat
// names and values. Random values are replaced by what is true of them.
type story struct {
	t    *testing.T
	said map[string]string
	// names are what keys and random values are called.
	names *strings.Replacer
	keys  map[string]verifyFunc
}

func (s story) set(name, value string) { s.said[name] = s.names.Replace(value) }

// tell lets a browser go through every endpoint with whatever faults are
// armed. The relying party in it goes on after errors as far as it can.
func tell(t *testing.T, b *browser) story {
	t.Helper()
	s := newStory(t, b.p.Keys())
	s.body("discovery", func() reply {
		return b.exchange(http.MethodGet, b.p.Issuer()+"/.well-known/openid-configuration", nil)
	})
	s.body("jwks", func() reply { return b.exchange(http.MethodGet, b.p.Issuer()+"/keys", nil) })
	code := s.signIn(b)
	start := time.Now()
	client, _ := b.p.Client("shop")
	answer := s.body("token", func() reply {
		return b.exchange(http.MethodPost, b.p.Issuer()+"/swap", codeForm(code), "Authorization", basicHeader(client))
	})
	id, access := member(answer, "id_token"), member(answer, "access_token")
	if id != "" {
		s.token("id_token", start, id, access, client)
	}
	if access != "" {
		s.body("userinfo", func() reply {
			return b.exchange(http.MethodGet, b.p.Issuer()+"/who", nil, "Authorization", "Bearer "+access)
		})
	}
	s.notice(b, time.Now(), client)
	s.signOut(b)
	return s
}

// signIn goes to the authorization response, wherever it is in, and returns
// the code of it.
func (s story) signIn(b *browser) string {
	begun := time.Now()
	page := b.exchange(http.MethodGet, b.p.Issuer()+"/begin?"+authParams().Encode(), nil)
	s.reply("page", page)
	s.set("page.seconds", fmt.Sprint(time.Since(begun).Seconds()))
	if page.Response == nil || page.StatusCode != http.StatusOK || !formAction.MatchString(page.Text) {
		s.set("page.text", page.Text)
		return "none"
	}
	begun = time.Now()
	back := b.exchange(http.MethodPost, action(s.t, page.Text), url.Values{"username": {"ada"}, "password": {"correct horse"}})
	s.reply("authorize", back)
	s.set("authorize.seconds", fmt.Sprint(time.Since(begun).Seconds()))
	if back.Response == nil {
		return "none"
	}
	code := s.response("authorize", back).Get("code")
	if code == "" {
		// A fault kept the code back: the rest of the story has one anyway.
		return "none"
	}
	return code
}

func (s story) signOut(b *browser) {
	out := b.exchange(http.MethodPost, b.p.Issuer()+"/leave", url.Values{
		"client_id": {"shop"}, "post_logout_redirect_uri": {"http://shop.test/bye"},
		"state": {"so-1"}, "confirmed": {"yes"},
	})
	s.reply("end_session", out)
	if out.Response != nil {
		s.response("end_session", out)
	}
}

var (
	inputs   = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
	goodCode = regexp.MustCompile(`^[A-Z2-7]{26}`)
	random   = regexp.MustCompile(`\b[A-Z2-7]{26}\b`)
)

// response is where a redirect goes and what it carries, in whatever mode.
func (s story) response(place string, r reply) url.Values {
	to, mode := r.Header.Get("Location"), "query"
	var pairs string
	posted := make(url.Values)
	switch fields := inputs.FindAllStringSubmatch(r.Text, -1); {
	case to == "" && len(fields) > 0:
		mode, to = "form_post", action(s.t, r.Text)
		for _, f := range fields {
			posted.Add(html.UnescapeString(f[1]), html.UnescapeString(f[2]))
		}
		pairs = posted.Encode()
	case strings.Contains(to, "#"):
		mode = "fragment"
		to, pairs, _ = strings.Cut(to, "#")
	default:
		to, pairs, _ = strings.Cut(to, "?")
	}
	s.set(place+".location", to)
	s.set(place+".mode", mode)
	if r.Header.Get("Location") == "" && mode == "query" {
		s.set(place+".text", random.ReplaceAllString(r.Text, "<code>"))
	}
	values, err := url.ParseQuery(pairs)
	if err != nil {
		s.set(place+".bad", err.Error())
	}
	for name, v := range values {
		text := strings.Join(v, ",")
		if name == "code" {
			text = goodCode.ReplaceAllString(text, "<code>")
		}
		s.set(place+"?"+name, text)
	}
	return values
}

// exchange is one request that may go unanswered.
func (b *browser) exchange(method, target string, form url.Values, header ...string) reply {
	b.t.Helper()
	resp, err := b.c.Do(request(b.t, method, target, form, header...))
	if err != nil {
		return reply{Err: err}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return reply{resp, string(text), err}
}

// reply is everything about an answer but its body.
func (s story) reply(place string, r reply) {
	if r.Response == nil {
		s.set(place+".status", "none: "+errorText(r.Err))
		return
	}
	s.set(place+".status", strconv.Itoa(r.StatusCode))
	if r.Err != nil {
		s.set(place+".end", errorText(r.Err))
	}
	if len(r.Header) > 100 {
		s.set(place+".headers", strconv.Itoa(len(r.Header)/100)+" hundred")
	}
	for name, values := range r.Header {
		if strings.HasPrefix(name, "X-Pad-") {
			continue
		}
		switch name {
		case "Date":
		case "Location":
			if place != "authorize" && place != "end_session" {
				s.set(place+".location", summary(values[0]))
			}
		case "Content-Length":
			n, err := strconv.Atoi(values[0])
			if err != nil || n != len(r.Text) {
				s.set(place+".length", "off by "+strconv.Itoa(n-len(r.Text)))
			}
		case "Set-Cookie", "Content-Security-Policy":
			s.set(place+"."+name, strconv.Itoa(len(values)))
		default:
			s.set(place+".header."+name, summary(strings.Join(values, ", ")))
		}
	}
	if r.Header.Get("Content-Length") == "" {
		s.set(place+".length", "unknown")
	}
}

func errorText(err error) string {
	text := err.Error()
	return text[strings.LastIndex(text, ": ")+1:]
}

// body is an answer with a JSON object, which is returned.
func (s story) body(place string, ask func() reply) []ordered.Member {
	begun := time.Now()
	r := ask()
	s.set(place+".seconds", fmt.Sprint(time.Since(begun).Seconds()))
	s.reply(place, r)
	if r.Response == nil {
		return nil
	}
	text := r.Text
	if r.Header.Get("Content-Encoding") == "gzip" {
		if z, err := gzip.NewReader(strings.NewReader(text)); err == nil {
			plain, err := io.ReadAll(z)
			s.set(place+".gzip", fmt.Sprint(err))
			text = string(plain)
		}
	}
	if n := len(text) - len(strings.TrimSpace(text)); n > 0 {
		s.set(place+".space", strconv.Itoa(n))
	}
	members, err := ordered.Object([]byte(text))
	if err != nil {
		s.set(place+".text", summary(text))
		return nil
	}
	s.members(place+".", members, func(name, v string) string {
		if place == "token" && strings.HasSuffix(name, "_token") && len(v) > 2 && strings.HasPrefix(v, `"`) {
			return "<token>"
		}
		return v
	})
	if place == "jwks" {
		s.keySet(members)
	}
	return members
}

// members are told one by one; of duplicates, in order. Their order counts
// only among those that two stories have in common.
func (s story) members(place string, members []ordered.Member, rewrite func(name, value string) string) {
	told := make(map[string]string)
	var order []string
	for _, m := range members {
		v := summary(rewrite(m.Name, string(m.Value)))
		if old, twice := told[m.Name]; twice {
			v = old + " then " + v
		} else {
			order = append(order, m.Name)
		}
		told[m.Name] = v
	}
	for name, v := range told {
		s.set(place+name, v)
	}
	s.said[place+"ORDER"] = strings.Join(order, " ")
}

// keySet tells the keys one by one in place of the list.
func (s story) keySet(set []ordered.Member) {
	delete(s.said, "jwks.keys")
	for _, m := range set {
		var keys []json.RawMessage
		if m.Name != "keys" || json.Unmarshal(m.Value, &keys) != nil || keys == nil {
			s.set("jwks."+m.Name, string(m.Value))
			continue
		}
		var list []string
		for _, raw := range keys {
			key, err := ordered.Object(raw)
			label := s.label(raw)
			list = append(list, label)
			if err == nil && label[0] != '{' {
				s.members("jwks["+label+"].", key, func(_, v string) string { return v })
			}
		}
		if len(list) > 10 {
			list = append([]string{strconv.Itoa(len(list)) + " keys", "the last"}, list[len(list)-2:]...)
		}
		s.set("jwks.list", strings.Join(list, ", "))
	}
}

// label is what a key is called whose material is known, and its text
// otherwise.
func (s story) label(raw json.RawMessage) string {
	var key struct{ N, X string }
	if json.Unmarshal(raw, &key) != nil || key.N+key.X == "" {
		return summary(s.names.Replace(string(raw)))
	}
	name := s.names.Replace(key.N + key.X)
	if !strings.HasPrefix(name, "<") {
		return summary(s.names.Replace(string(raw)))
	}
	words := strings.Fields(strings.Trim(name, "<>"))
	return words[0] + " " + words[1]
}

func member(members []ordered.Member, name string) string {
	for _, m := range members {
		var text string
		if m.Name == name && json.Unmarshal(m.Value, &text) == nil {
			return text
		}
	}
	return ""
}

// summary keeps a story readable.
func summary(text string) string {
	if len(text) <= 400 {
		return text
	}
	return fmt.Sprintf("%d bytes: %.30q", len(text), text)
}

// changes lists what differs, as "name: old -> new", sorted.
func (s story) changes(to story) []string {
	var out []string
	for name, old := range s.said {
		now, ok := to.said[name]
		switch {
		case strings.HasSuffix(name, "ORDER"):
			if ok && !sameOrder(strings.Fields(old), strings.Fields(now)) {
				out = append(out, name+": "+old+" -> "+now)
			}
		case !ok:
			out = append(out, name+" gone")
		case now != old:
			out = append(out, name+": "+old+" -> "+now)
		}
	}
	for name, now := range to.said {
		if _, ok := s.said[name]; !ok && !strings.HasSuffix(name, "ORDER") {
			out = append(out, name+" new: "+now)
		}
	}
	slices.Sort(out)
	return out
}

func sameOrder(a, b []string) bool {
	common := func(of, in []string) []string {
		return slices.DeleteFunc(slices.Clone(of), func(name string) bool { return !slices.Contains(in, name) })
	}
	return slices.Equal(common(a, b), common(b, a))
}

// notice is the logout token that the relying party gets.
func (s story) notice(b *browser, start time.Time, client identity.Client) {
	got := &inbox{}
	b.p.notices.HTTP.Transport = got
	// Whether the relying party could be told shows in the inbox.
	_, _ = b.p.SendLogout(s.t.Context(), LogoutNotice{Client: "shop", User: "ada"})
	if got.target == "" {
		return
	}
	to, query, _ := strings.Cut(got.target, "?")
	s.set("notice.to", to)
	s.set("notice.type", got.kind)
	form, err := url.ParseQuery(query + got.text)
	if strings.HasPrefix(got.text, "{") || err != nil {
		s.set("notice.text", summary(got.text))
		return
	}
	if query != "" {
		s.set("notice.query", strings.Join(slices.Sorted(maps.Keys(form)), " "))
	}
	for name, v := range form {
		if name != "logout_token" || len(v) > 1 {
			s.set("notice?"+name, strings.Join(v, ","))
		}
	}
	if v := form.Get("logout_token"); v != "" && len(form["logout_token"]) == 1 {
		s.token("logout_token", start, v, "", client)
	}
}

// inbox is a relying party that takes every notice.
type inbox struct{ target, kind, text string }

// RoundTrip keeps the request.
func (i *inbox) RoundTrip(r *http.Request) (*http.Response, error) {
	text, err := io.ReadAll(r.Body)
	i.target, i.kind, i.text = r.URL.String(), r.Header.Get("Content-Type"), string(text)
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(nil)), Request: r}, err
}

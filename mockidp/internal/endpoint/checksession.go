package endpoint

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	_ "embed" // the script is a file, so that editors know it for JavaScript
	"encoding/base64"
	"encoding/hex"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

//go:embed checksession.js
var checkSessionJS string

// stateCookie is the name of the cookie with the browser state. The script of
// the check_session_iframe knows it too.
const stateCookie = "countersign_state"

// SessionState is how relying parties watch the session of a browser (OpenID
// Connect Session Management 1.0). A nil one is for providers without that.
type SessionState struct {
	site       Site
	cookiePath string
	key        []byte
}

// NewSessionState is the session management of one provider. The browser state
// cannot be told from a session's ID, which relying parties know.
func NewSessionState(site Site, cookiePath string) *SessionState {
	return &SessionState{site: site, cookiePath: cookiePath, key: []byte(rand.Text())}
}

// browserState is an opaque value that changes with the session. That nobody
// is signed in is the empty value, without a cookie.
func (s *SessionState) browserState(session state.Session) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(session.SID))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// mark makes an authorization response say what session it comes from: in
// session_state (section 2) and, for the check_session_iframe, in a cookie.
func (s *SessionState) mark(r Response, client string, session state.Session) Response {
	if s == nil || r.Redirect == nil {
		return r
	}
	browserState := s.browserState(session)
	if at := webOrigin(r.Redirect.To); at != "" {
		r.Redirect.Params = append(r.Redirect.Params, Param{"session_state", sessionState(client, at, browserState, rand.Text())})
	}
	return withCookie(r, s.cookie(browserState, 0))
}

// clear takes the browser state away with the session.
func (s *SessionState) clear(r Response) Response {
	if s == nil {
		return r
	}
	return withCookie(r, s.cookie("", -1))
}

func withCookie(r Response, cookie string) Response {
	if r.Header == nil {
		r.Header = make(http.Header)
	}
	r.Header.Add("Set-Cookie", cookie)
	return r
}

// cookie can be read by the script of the check_session_iframe, in whatever
// page it is framed. Browsers demand Secure for that, which they take over
// https and from loopback addresses; elsewhere only relying parties of the same
// site can watch.
func (s *SessionState) cookie(value string, maxAge int) string {
	c := http.Cookie{Name: stateCookie, Value: value, Path: s.cookiePath, MaxAge: maxAge, SameSite: http.SameSiteLaxMode}
	if u, err := url.Parse(s.site.Front); err == nil && (u.Scheme == "https" || loopback(u.Hostname())) {
		c.SameSite, c.Secure = http.SameSiteNoneMode, true
	}
	return c.String()
}

func loopback(host string) bool {
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host).IsLoopback()
}

// sessionState is the value of section 3.2, with the salt behind a dot.
func sessionState(client, origin, browserState, salt string) string {
	sum := sha256.Sum256([]byte(client + " " + origin + " " + browserState + " " + salt))
	return hex.EncodeToString(sum[:]) + "." + salt
}

// webOrigin is the origin of a redirect URI as browsers write it, and "" of one
// that is not for browsers.
func webOrigin(uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Host)
	switch u.Scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	default:
		return ""
	}
	return u.Scheme + "://" + host
}

// CheckSession serves the check_session_iframe (OpenID Connect Session
// Management 1.0, section 3.2). It sees the cookie alone: a session that ends
// without the browser shows when the browser comes back.
type CheckSession struct{}

// Mount registers the endpoint.
func (e *CheckSession) Mount(rt *Router) {
	rt.handle(journal.CheckSession, readOnly(), e.serve)
}

func (e *CheckSession) serve(x *Exchange) Response {
	x.Entry.Page = "check-session"
	return cacheable(Response{
		Status: http.StatusOK,
		Header: http.Header{
			"Content-Type": {"text/html; charset=utf-8"},
			// Every relying party frames this page; that is what it is for.
			"Content-Security-Policy": {"default-src 'none'; script-src '" + digest(checkSessionJS) + "'; base-uri 'none'; frame-ancestors *"},
		},
		Body: []byte("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Session</title>\n<script>" +
			checkSessionJS + "</script>\n</html>\n"),
	})
}

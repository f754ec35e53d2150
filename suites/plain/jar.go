package plain

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/suites/attempt"
)

// jar keeps cookies with their attributes, which net/http/cookiejar does not
// show. Secure cookies go to loopback over http, as browsers have it.
type jar struct{ cookies []attempt.Cookie }

// keep stores the cookies of an answer (RFC 6265, section 5.3).
func (j *jar) keep(at *url.URL, set []*http.Cookie) {
	for _, c := range set {
		kept := attempt.Cookie{
			Name: c.Name, Value: c.Value, Domain: at.Hostname(), Path: c.Path,
			HTTPOnly: c.HttpOnly, Secure: c.Secure, SameSite: sameSite(c.SameSite),
		}
		if c.Domain != "" {
			kept.Domain = "." + strings.TrimPrefix(c.Domain, ".")
			if !matches(kept, at) {
				continue
			}
		}
		if !strings.HasPrefix(kept.Path, "/") {
			kept.Path = defaultPath(at.Path)
		}
		if refused(kept, c) {
			continue
		}
		switch {
		case c.MaxAge > 0:
			kept.Expires = time.Now().Add(time.Duration(c.MaxAge) * time.Second)
		case c.MaxAge < 0, !c.Expires.IsZero() && c.Expires.Before(time.Now()):
			j.drop(kept)
			continue
		case !c.Expires.IsZero():
			kept.Expires = c.Expires
		}
		j.put(kept)
	}
}

// maxCookie is how many bytes name and value of a cookie may have.
const maxCookie = 4096

// refused are the cookies that browsers do not take: prefixed names without
// what the prefix promises, and SameSite=None without Secure (RFC 6265bis,
// section 4.1.3), and those that are too long (section 5.7).
func refused(kept attempt.Cookie, c *http.Cookie) bool {
	switch {
	case len(c.Name)+len(c.Value) > maxCookie:
		return true
	case strings.HasPrefix(c.Name, "__Host-"):
		return !kept.Secure || c.Domain != "" || kept.Path != "/"
	case strings.HasPrefix(c.Name, "__Secure-"):
		return !kept.Secure
	}
	return kept.SameSite == "None" && !kept.Secure
}

func (j *jar) put(c attempt.Cookie) {
	j.drop(c)
	j.cookies = append(j.cookies, c)
}

func (j *jar) drop(c attempt.Cookie) {
	j.cookies = slices.DeleteFunc(j.cookies, func(o attempt.Cookie) bool {
		return o.Name == c.Name && o.Domain == c.Domain && o.Path == c.Path
	})
}

// add sends the cookies that belong to a request that a page leads to (RFC
// 6265bis, section 5.8.3).
func (j *jar) add(req *http.Request, from string) {
	foreign := from != "" && !sameHost(from, req.URL)
	for _, c := range j.cookies {
		switch {
		case !matches(c, req.URL), !below(c.Path, req.URL.Path):
		case !c.Expires.IsZero() && c.Expires.Before(time.Now()):
		case c.Secure && req.URL.Scheme != "https" && !loopback(req.URL.Hostname()):
		case foreign && c.SameSite == "Strict":
		case foreign && c.SameSite == "Lax" && req.Method != http.MethodGet:
		default:
			req.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		}
	}
}

func matches(c attempt.Cookie, at *url.URL) bool {
	host := at.Hostname()
	if domain, ok := strings.CutPrefix(c.Domain, "."); ok {
		return host == domain || strings.HasSuffix(host, c.Domain) && net.ParseIP(host) == nil
	}
	return c.Domain == host
}

func below(cookie, request string) bool {
	if request == "" {
		request = "/"
	}
	rest, ok := strings.CutPrefix(request, cookie)
	return ok && (rest == "" || strings.HasSuffix(cookie, "/") || rest[0] == '/')
}

func defaultPath(request string) string {
	i := strings.LastIndexByte(request, '/')
	if i <= 0 {
		return "/"
	}
	return request[:i]
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func sameHost(from string, to *url.URL) bool {
	u, err := url.Parse(from)
	return err == nil && u.Scheme == to.Scheme && u.Hostname() == to.Hostname()
}

// fetchSite is the Sec-Fetch-Site of a navigation (Fetch Metadata Request
// Headers, section 2.3).
func fetchSite(from string, to *url.URL) string {
	switch {
	case from == "":
		return "none"
	case attempt.Origin(from) == attempt.Origin(to.String()):
		return "same-origin"
	case sameHost(from, to):
		return "same-site"
	}
	return "cross-site"
}

func sameSite(s http.SameSite) string {
	switch s {
	case http.SameSiteLaxMode:
		return "Lax"
	case http.SameSiteStrictMode:
		return "Strict"
	case http.SameSiteNoneMode:
		return "None"
	default:
		return ""
	}
}

// Cookies are all cookies of the visitor.
func (v *Visitor) Cookies(context.Context) ([]attempt.Cookie, error) {
	return slices.DeleteFunc(slices.Clone(v.jar.cookies), func(c attempt.Cookie) bool {
		return !c.Expires.IsZero() && c.Expires.Before(time.Now())
	}), nil
}

// SetCookies plants cookies, as an attacker or a replay would.
func (v *Visitor) SetCookies(_ context.Context, cookies []attempt.Cookie) error {
	for _, c := range cookies {
		v.jar.put(c)
	}
	return nil
}

// Forget removes the cookies of one host.
func (v *Visitor) Forget(_ context.Context, host string) error {
	v.jar.cookies = slices.DeleteFunc(v.jar.cookies, func(c attempt.Cookie) bool {
		return c.Domain == host || c.Domain == "."+host
	})
	return nil
}

package control

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// NewToken is a bearer token of 256 random bits.
func NewToken() string {
	bits := make([]byte, 32)
	_, _ = rand.Read(bits) // never fails
	return base64.RawURLEncoding.EncodeToString(bits)
}

// guard lets through who may call.
type guard struct {
	addr      net.Addr
	names     []string
	token     [sha256.Size]byte
	authorize func(*http.Request) bool
}

// place refuses requests that a page of another site had a browser make: those
// to a name that is not ours, which DNS rebinding needs, and those with the
// Origin of another site (Fetch, section 3.2).
func (g *guard) place(r *http.Request) error {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if !g.own(strings.ToLower(strings.Trim(host, "[]"))) {
		return problem(http.StatusMisdirectedRequest, "the management API is not called %q", r.Host)
	}
	for _, origin := range r.Header.Values("Origin") {
		if origin != "http://"+r.Host && origin != "https://"+r.Host {
			return problem(http.StatusForbidden, "the management API does not answer to pages of %s", origin)
		}
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
		return problem(http.StatusForbidden, "the management API does not answer to pages of another origin")
	}
	return nil
}

// own reports whether a host is one of ours. Addresses are no way for DNS
// rebinding, so a server on all interfaces takes any.
func (g *guard) own(host string) bool {
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host == "localhost" || slices.Contains(g.names, host)
	}
	tcp, ok := g.addr.(*net.TCPAddr)
	return ip.IsLoopback() || ok && (tcp.IP.IsUnspecified() || tcp.IP.Equal(ip.AsSlice()))
}

// caller refuses those who have not the token (RFC 6750).
func (g *guard) caller(r *http.Request) error {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	sum := sha256.Sum256([]byte(token))
	if strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(sum[:], g.token[:]) == 1 {
		return nil
	}
	if g.authorize != nil && g.authorize(r) {
		return nil
	}
	return problem(http.StatusUnauthorized, "give the token that was printed at the start, as Authorization: Bearer ...")
}

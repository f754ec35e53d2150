package mockidp

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// Options says where a server listens and how it is reached. The zero value is
// a free port on 127.0.0.1, without TLS.
type Options struct {
	// Addr is the address to listen on; empty means "127.0.0.1:0".
	Addr string
	// Host is the host name in issuer URLs, without a port; empty means the
	// listener's address, or localhost when it listens on all. A shop and its
	// provider want different names, for example "localhost" here, so that
	// browsers keep their cookies apart.
	Host string
	// URL is the origin that browsers use and issuers start with, such as
	// "https://idp.example.test", where a proxy or a container maps the
	// listener's. It takes the place of Host.
	URL string
	// BackChannelURL is the origin at which relying parties call the endpoints
	// that are theirs (token, keys, UserInfo ...), if it is not that of
	// browsers. Issuers stay those of URL, whichever way discovery is fetched.
	BackChannelURL string
	// TLS serves HTTPS with a certificate of a CA that is made for this
	// server; see Server.CA. Certificate serves HTTPS with this one instead.
	TLS         bool
	Certificate *tls.Certificate
	// Limits protect the server from slow and huge requests.
	Limits Limits
	// Now is the clock of certificates; nil means time.Now.
	Now func() time.Time
	// Observe, if it is set, is called for every exchange once it is in the
	// journal, before the last byte of its answer leaves: it must not block.
	Observe func(Observation)
	// Logger gets what does not belong in a journal; nil discards it.
	Logger *slog.Logger
}

// Observation is an exchange for those who count, trace or log them.
type Observation struct {
	// Issuer is that of the provider, empty for a request that belongs to none.
	Issuer string
	// Entry has secrets as they were received; see journal.Entry.Redacted.
	Entry journal.Entry
	// Began is when the exchange did by the machine's clock, which the
	// provider's may differ from, and Took what it took until it was recorded.
	Began time.Time
	Took  time.Duration
}

// observer tells of the exchanges of an issuer, or is nil.
func (o Options) observer(issuer string) func(journal.Entry, time.Time) {
	if o.Observe == nil {
		return nil
	}
	return func(e journal.Entry, began time.Time) {
		o.Observe(Observation{Issuer: issuer, Entry: e, Began: began, Took: time.Since(began)})
	}
}

// Limits are how long a connection may take over each part of an exchange, and
// how large its request may be. A zero means the default.
type Limits struct {
	// Header bounds the TLS handshake and the request line with its headers
	// (10 s), Request the whole request (30 s), Idle the wait for the next one
	// (2 min). Write bounds each wait for the other side to take an answer,
	// or a byte of one that drips (30 s).
	Header, Request, Idle, Write time.Duration
	// HeaderBytes bounds the request line and headers (64 KiB). A body may
	// have 64 KiB.
	HeaderBytes int
}

// Validate lists everything that is wrong with the options.
func (o Options) Validate() error {
	_, err := o.withDefaults()
	return err
}

// withDefaults checks the options and fills in what is not given.
func (o Options) withDefaults() (Options, error) {
	var errs []error
	for _, u := range []struct{ name, value string }{{"URL", o.URL}, {"back-channel URL", o.BackChannelURL}} {
		if err := checkOrigin(u.value); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", u.name, err))
		}
	}
	if o.URL != "" && o.Host != "" {
		errs = append(errs, fmt.Errorf("URL %q and host %q: the URL says which host it is, leave one out", o.URL, o.Host))
	}
	if strings.ContainsAny(o.Host, "/:@ ") && net.ParseIP(o.Host) == nil {
		errs = append(errs, fmt.Errorf("host %q is not a host name without a port; for an origin there is URL", o.Host))
	}
	for _, l := range []struct {
		name  string
		value *time.Duration
		usual time.Duration
	}{
		{"header", &o.Limits.Header, 10 * time.Second},
		{"request", &o.Limits.Request, 30 * time.Second},
		{"idle", &o.Limits.Idle, 2 * time.Minute},
		{"write", &o.Limits.Write, 30 * time.Second},
	} {
		if *l.value < 0 {
			errs = append(errs, fmt.Errorf("limit %s: %v is negative", l.name, *l.value))
		}
		if *l.value == 0 {
			*l.value = l.usual
		}
	}
	if o.Limits.HeaderBytes < 0 {
		errs = append(errs, fmt.Errorf("limit header bytes: %d is negative", o.Limits.HeaderBytes))
	}
	if o.Limits.HeaderBytes == 0 {
		o.Limits.HeaderBytes = 64 << 10
	}
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o, errors.Join(errs...)
}

// checkOrigin refuses what is more or less than a scheme and a host. An issuer
// is compared as a string, so it must not be given in two spellings.
func checkOrigin(origin string) error {
	if origin == "" {
		return nil
	}
	u, err := url.Parse(origin)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return fmt.Errorf("%q is not an origin such as \"https://idp.example.test\"", origin)
	case u.Scheme+"://"+u.Host != origin:
		return fmt.Errorf("%q is more than an origin; write %q", origin, u.Scheme+"://"+u.Host)
	case strings.ToLower(origin) != origin:
		return fmt.Errorf("%q has capitals, which browsers do not keep; write %q", origin, strings.ToLower(origin))
	}
	return nil
}

// secure reports whether the listener speaks TLS.
func (o Options) secure() bool { return o.TLS || o.Certificate != nil }

// origins are the URLs of a server that listens on an address: that of
// browsers and that of relying parties.
func (o Options) origins(addr net.Addr) (front, back string) {
	front, back = o.URL, o.BackChannelURL
	if front == "" {
		front = "http://" + authority(o.Host, addr, "80")
		if o.secure() {
			front = "https://" + authority(o.Host, addr, "443")
		}
	}
	if back == "" {
		back = front
	}
	return front, back
}

// authority is where issuer URLs point. A server on all interfaces calls
// itself localhost: no browser can go to 0.0.0.0 everywhere.
func authority(host string, addr net.Addr, usual string) string {
	tcp, ok := addr.(*net.TCPAddr)
	switch {
	case !ok:
		return addr.String()
	case host == "" && tcp.IP.IsUnspecified():
		host = "localhost"
	case host == "":
		host = tcp.IP.String()
	}
	if port := strconv.Itoa(tcp.Port); port != usual {
		return net.JoinHostPort(host, port)
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// hosts are the names that a certificate of the server is for.
func hosts(addr net.Addr, origins ...string) []string {
	out := []string{"localhost", "127.0.0.1", "::1"}
	if tcp, ok := addr.(*net.TCPAddr); ok && !tcp.IP.IsUnspecified() {
		out = append(out, tcp.IP.String())
	}
	for _, o := range origins {
		if u, err := url.Parse(o); err == nil {
			out = append(out, u.Hostname())
		}
	}
	return out
}

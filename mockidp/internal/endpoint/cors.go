package endpoint

import (
	"net/http"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// shared reports whether scripts of any origin may call an endpoint: those
// that a relying party in a single page needs. None of them looks at cookies.
// Pages are never shared, nor is introspection, which is for servers.
func shared(k journal.Kind) bool {
	switch k {
	case journal.Discovery, journal.JWKS, journal.Token, journal.UserInfo, journal.Revocation, journal.PAR:
		return true
	}
	return false
}

// share lets scripts read an answer. Without credentials "*" is safe (Fetch,
// section 3.3.5).
func share(h http.Header) {
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "WWW-Authenticate")
}

// preflight answers a browser that asks whether a script may call an endpoint
// (Fetch, section 3.3.1), and reports whether this was such a question. It is
// the browser's own request, so it meets no faults and is not in the journal.
func (to route) preflight(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodOptions || !shared(to.kind) ||
		r.Header.Get("Origin") == "" || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	h := w.Header()
	share(h)
	h.Set("Access-Control-Allow-Methods", strings.Join(to.methods, ", "))
	// "*" does not stand for Authorization.
	h.Set("Access-Control-Allow-Headers", "Authorization, *")
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
	return true
}

package fault

import (
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// transport is a way in which an answer does not arrive as it should. It is
// the same at every endpoint.
type transport struct {
	how, title string
	ref        protocol.Ref
	edit       ResponseEdit
}

// transports are made for each endpoint, since their edits name it.
func transports() []transport {
	raw := "220 mail.example ESMTP\r\n"
	connection, length := rfc("9112", "9"), rfc("9112", "8")
	coded := rfc("9110", "8.4")
	return []transport{
		{"connection.dropped", "closes the connection without an answer", connection, ResponseEdit{Drop: true}},
		{"connection.reset", "resets the connection without an answer", connection, ResponseEdit{Drop: true, End: EndReset}},
		{"connection.silent", "never answers", connection, ResponseEdit{Drop: true, End: EndStall}},
		{"connection.stalled", "stalls behind the first byte", connection, ResponseEdit{Truncate: 1, End: EndStall}},
		{"connection.stalled_header", "stalls behind the header", connection, ResponseEdit{End: EndStall}},
		{"connection.reset_within", "resets the connection within the body", connection, ResponseEdit{Truncate: 10, End: EndReset}},
		{"connection.not_http", "answers with what is not HTTP", rfc("9112", "2"), ResponseEdit{Raw: &raw}},
		{"body.cut", "ends within the body", length, ResponseEdit{Truncate: 10}},
		{"body.slow", "sends a byte a second", connection, ResponseEdit{Drip: "1s"}},
		{"body.late", "takes five seconds", connection, ResponseEdit{Delay: "5s"}},
		{"body.gzip", "compresses its answer although nobody asked", coded, ResponseEdit{Encoding: encodingGzip}},
		{"body.gzip_bomb", "answers with 16 MiB in a few KiB of gzip", coded, ResponseEdit{Pad: 16 << 20, Encoding: encodingGzip}},
		{"body.other_coding", "says that its answer is compressed, which it is not", coded, ResponseEdit{Header: texts{"Content-Encoding": "gzip"}}},
		{"body.chunked", "sends its answer in chunks, which is good", rfc("9112", "7.1"), ResponseEdit{Chunked: true}},
		{"body.empty", "answers with an empty body", rfc("9110", "6.4"), ResponseEdit{Body: new(string)}},
		{"length.too_long", "promises 10 bytes more than it sends", length, ResponseEdit{Length: 10}},
		{"length.too_short", "promises 10 bytes less than it has", length, ResponseEdit{Length: -10}},
		{"status.429", "says that there were too many requests", rfc("6585", "4"), ResponseEdit{Status: 429, Header: texts{"Retry-After": "120"}}},
		{"redirect.elsewhere", "redirects to a foreign origin", rfc("9110", "15.4"), ResponseEdit{Redirect: &Elsewhere{To: canary + "/", Status: 307}}},
		{"redirect.loop", "redirects to itself", rfc("9110", "15.4"), ResponseEdit{Redirect: &Elsewhere{Status: 308}}},
		{"header.many", "sends 5000 header fields", rfc("9110", "5.4"), ResponseEdit{Headers: 5000}},
		{"header.huge", "sends a header field of 2 MiB", rfc("9110", "5.4"), ResponseEdit{HeaderPad: 2 << 20}},
		{"type.missing", "does not say what its answer is", rfc("9110", "8.3"), ResponseEdit{Header: texts{"Content-Type": ""}}},
		{"type.text", "says that its answer is plain text", rfc("9110", "8.3"), ResponseEdit{Header: texts{"Content-Type": "text/plain"}}},
	}
}

// called are the endpoints that relying parties call by themselves, with the
// words for them.
var called = []struct {
	place string
	kind  journal.Kind
	words string
}{
	{"discovery", journal.Discovery, "discovery"},
	{"jwks", journal.JWKS, "the key set"},
	{"token", journal.Token, "the token endpoint"},
	{"userinfo", journal.UserInfo, "UserInfo"},
}

func transportFaults() []Spec {
	var out []Spec
	for _, at := range called {
		for _, t := range transports() {
			e := t.edit
			e.Endpoint = at.kind
			out = append(out, response(ID(at.place+"."+t.how), at.words+" "+t.title, e, t.ref))
		}
	}
	for _, at := range []struct {
		place string
		kind  journal.Kind
		words string
	}{{"authorize", journal.Authorize, "the authorization endpoint"}, {"end_session", journal.EndSession, "the end session endpoint"}} {
		for _, t := range transports() {
			if strings.HasPrefix(t.how, "connection.") && t.edit.Truncate == 0 {
				e := t.edit
				e.Endpoint = at.kind
				out = append(out, response(ID(at.place+"."+t.how), at.words+" "+t.title, e, t.ref))
			}
		}
	}
	return out
}

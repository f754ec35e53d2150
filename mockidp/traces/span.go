package traces

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// span is a span in the JSON of OTLP (opentelemetry-proto, trace/v1; numbers of
// 64 bits are texts, IDs are hexadecimal).
type span struct {
	TraceID    string      `json:"traceId"`
	SpanID     string      `json:"spanId"`
	ParentID   string      `json:"parentSpanId,omitempty"`
	Name       string      `json:"name"`
	Kind       int         `json:"kind"`
	Start      string      `json:"startTimeUnixNano"`
	End        string      `json:"endTimeUnixNano"`
	Attributes []attribute `json:"attributes"`
	Status     status      `json:"status"`
}

type attribute struct {
	Key   string `json:"key"`
	Value value  `json:"value"`
}

type value struct {
	Text  *string `json:"stringValue,omitempty"`
	Int   *string `json:"intValue,omitempty"`
	Array *values `json:"arrayValue,omitempty"`
}

type values struct {
	Values []value `json:"values"`
}

type status struct {
	Code int `json:"code,omitempty"`
}

// The enumerations of trace.proto.
const (
	kindServer  = 2
	kindClient  = 3
	statusError = 2
)

func text(key, v string) attribute { return attribute{key, value{Text: &v}} }

func number(key string, n int) attribute {
	digits := strconv.Itoa(n)
	return attribute{key, value{Int: &digits}}
}

// newSpan is the span of an exchange, and false where the caller does not want
// one. Its attributes are those of the semantic conventions for HTTP and own
// ones; parameters and tokens are none of them.
func newSpan(o mockidp.Observation) (span, bool) {
	e := o.Entry
	s := span{
		SpanID: random(8), Name: e.Method + " " + string(e.Kind), Kind: kindServer,
		Start: nanoseconds(o.Began), End: nanoseconds(o.Began.Add(o.Took)),
		Attributes: []attribute{text("http.request.method", e.Method), text("countersign.kind", string(e.Kind))},
	}
	trace, parent, sampled := parentOf(e.Header)
	if !sampled {
		return s, false
	}
	s.TraceID, s.ParentID = trace, parent
	switch e.Kind {
	case journal.BackChannelLogout:
		s.Kind = kindClient
	case journal.InitiateLogin, journal.FrontChannelLogout:
		// The browser makes these, and the path is a relying party's address.
	default:
		s.Attributes = append(s.Attributes, text("url.path", e.Path))
	}
	if e.Status > 0 {
		s.Attributes = append(s.Attributes, number("http.response.status_code", e.Status))
	}
	for _, a := range []attribute{
		text("countersign.issuer", o.Issuer), text("countersign.client", e.Client), text("countersign.user", e.User), text("error.type", e.Error),
	} {
		if *a.Value.Text != "" {
			s.Attributes = append(s.Attributes, a)
		}
	}
	if len(e.Faults) > 0 {
		ids := &values{}
		for _, id := range e.Faults {
			ids.Values = append(ids.Values, value{Text: &id})
		}
		s.Attributes = append(s.Attributes, attribute{"countersign.faults", value{Array: ids}})
	}
	if e.Status >= 500 || !e.Sent {
		s.Status.Code = statusError
	}
	return s, true
}

var traceparent = regexp.MustCompile(`^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$`)

// parentOf is the trace and the span that a request belongs to (W3C Trace
// Context, section 3.2), or a new trace.
func parentOf(h http.Header) (trace, parent string, sampled bool) {
	m := traceparent.FindStringSubmatch(h.Get("Traceparent"))
	if m == nil || m[1] == "ff" || m[1] == "00" && m[5] != "" ||
		strings.Trim(m[2], "0") == "" || strings.Trim(m[3], "0") == "" {
		return random(16), "", true
	}
	flags, _ := strconv.ParseUint(m[4], 16, 8) // the pattern has two digits
	return m[2], m[3], flags&1 == 1
}

func random(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

func nanoseconds(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }

// document is an ExportTraceServiceRequest.
func (e *Exporter) document(spans []span) any {
	type object = map[string]any
	return object{"resourceSpans": []object{{
		"resource": object{"attributes": []attribute{
			text("service.name", "countersign-idp"), text("service.version", e.version),
		}},
		"scopeSpans": []object{{
			"scope": object{"name": "github.com/countersign-oidc/countersign/mockidp/traces"},
			"spans": spans,
		}},
	}}}
}

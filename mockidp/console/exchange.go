package console

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// row is a name with a value.
type row struct {
	Name, Value string
}

// rows is a list of names with values, under a title.
type rows struct {
	Title string
	Rows  []row
}

// exchange is one exchange as it is shown: without secrets.
type exchange struct {
	Seq          uint64
	Title, At    string
	Method, Path string
	Status       string
	Odd          bool // the answer was none of success
	Parts        []rows
	Tokens       []tokenView
	Faults       []faultView
	// Alone is that it belongs to no sign-in, whose heading would tell of the
	// faults.
	Alone bool
	// Open is that it is unfolded before anybody has touched it.
	Open bool
}

// headers are those of a request that tell something about who made it.
var headers = []string{
	"Authorization", "Content-Type", "Accept", "Accept-Language", "Origin", "Referer", "Cookie", "User-Agent",
}

// exchangeOf shows an entry. named finds the faults by their IDs.
func exchangeOf(raw journal.Entry, named map[fault.ID]fault.Spec, now time.Time) exchange {
	e := raw.Redacted()
	x := exchange{
		Seq: e.Seq, Title: endpointTitle(e.Kind), At: e.At.UTC().Format("15:04:05.000"),
		Method: e.Method, Path: e.Path,
		Status: strconv.Itoa(e.Status), Odd: e.Status < 200 || e.Status >= 400,
	}
	switch {
	case e.Status == 0:
		x.Status = "no answer"
	case !e.Sent:
		x.Status += ", cut off"
		x.Odd = true
	}
	x.Parts = parts(&e)
	for _, t := range raw.Tokens {
		x.Tokens = append(x.Tokens, newTokenView(t, now))
	}
	for _, id := range e.Faults {
		x.Faults = append(x.Faults, newFaultView(fault.ID(id), named))
	}
	x.Open = len(x.Faults) > 0
	return x
}

// parts are what was asked and what was answered.
func parts(e *journal.Entry) []rows {
	answer := []row{{"status", strconv.Itoa(e.Status)}}
	if e.Status == 0 {
		answer = nil
	}
	for _, r := range []row{
		{"error", e.Error},
		{"error_description", e.ErrorDescription},
		{"page", strings.ReplaceAll(e.Page, "-", " ")},
		{"redirect", e.Location},
		{"body", string(e.Body)},
	} {
		if r.Value != "" {
			answer = append(answer, r)
		}
	}
	var header []row
	for _, name := range headers {
		if v := strings.Join(e.Header.Values(name), ", "); v != "" {
			header = append(header, row{name, v})
		}
	}
	if e.ClientAuth != "" {
		header = append(header, row{"the client proved itself by", e.ClientAuth})
	}
	var document []row
	if len(e.Document) > 0 {
		document = []row{{"JSON", string(e.Document)}}
	}
	return slices.DeleteFunc([]rows{
		{"Parameters in the address", values(e.Query)},
		{"Parameters in the body", values(e.Form)},
		{"Body of the request", document},
		{"Headers of the request", header},
		{"Answer", answer},
		{"Parameters of the answer", values(e.Response)},
	}, func(r rows) bool { return len(r.Rows) == 0 })
}

func values(v url.Values) []row {
	var out []row
	for _, name := range slices.Sorted(maps.Keys(v)) {
		for _, value := range v[name] {
			out = append(out, row{name, value})
		}
	}
	return out
}

// endpointTitle is what people call an exchange.
func endpointTitle(k journal.Kind) string {
	if title, ok := map[journal.Kind]string{
		journal.Discovery: "Discovery document", journal.JWKS: "Key set (JWKS)", journal.Authorize: "Authorization request",
		journal.SignIn: "Form of the sign-in pages", journal.Token: "Token request", journal.UserInfo: "UserInfo request",
		journal.EndSession: "Sign-out request", journal.Stray: "Request to an unknown path",
		journal.PAR: "Pushed authorization request", journal.DeviceAuthorization: "Device authorization request",
		journal.Device: "Page of the user code", journal.Apps: "Page of applications", journal.CheckSession: "Session check frame",
		journal.InitiateLogin: "Sign-in begun by the provider", journal.FrontChannelLogout: "Front-channel logout",
		journal.BackChannelLogout: "Back-channel logout", journal.Registration: "Client registration",
		journal.Introspection: "Token introspection", journal.Revocation: "Token revocation",
	}[k]; ok {
		return title
	}
	return strings.ReplaceAll(string(k), "_", " ")
}

// Package check is what a requirement on a shop is and what became of it:
// plain data that survives JSON and crosses processes.
package check

import "encoding/json"

// ID names a check as area.kebab-nouns, for example "idtoken.audience-other".
// It is stable: reports and waivers cite it.
type ID string

// Level says how strong the requirement is.
type Level string

// The levels: a broken Must fails, a broken Should warns.
const (
	Must   Level = "must"
	Should Level = "should"
)

// Capability is something a shop has or lets a harness do.
type Capability string

// Check is one requirement on a shop.
type Check struct {
	ID    ID     `json:"id"`
	Title string `json:"title"`
	Level Level  `json:"level"`
	// Refs are rows of the requirements catalogue ("TOK-19") and sections of
	// specifications ("OpenID Connect Core 1.0, 3.1.3.7 (9)").
	Refs  []string     `json:"refs"`
	Needs []Capability `json:"needs,omitempty"`
	// Policy is the shop's choice that decides, if there is one.
	Policy Policy `json:"policy,omitempty"`
	// Harm is what can happen to a customer if the shop fails; Tried, Judged
	// and Remedy are how it is tried, how it is judged and how to mend it.
	// One or two sentences each.
	Harm   string `json:"harm"`
	Tried  string `json:"tried"`
	Judged string `json:"judged"`
	Remedy string `json:"remedy"`
}

// Verdict is what became of a check.
type Verdict string

// The verdicts. Fail and Warn are the shop's, Error is ours: the check could
// not be decided.
const (
	Pass  Verdict = "pass"
	Fail  Verdict = "fail"
	Warn  Verdict = "warn"
	Skip  Verdict = "skip"
	Error Verdict = "error"
)

// Result is a decided check.
type Result struct {
	Check
	// Trial names the flaws of the shop in a self-test.
	Trial   string  `json:"trial,omitempty"`
	Verdict Verdict `json:"verdict"`
	// Reason is one sentence that a shop's developer understands.
	Reason string `json:"reason"`
	// Waived is what a waiver made of the verdict, if there is one.
	Waived     *Waived    `json:"waived,omitempty"`
	DurationMS int64      `json:"duration_ms"`
	Evidence   []Evidence `json:"evidence"`
	// Trace is all that happened, if it was asked for.
	Trace []Event `json:"trace,omitempty"`
}

// Event is one thing that happened while a check was tried, secrets redacted.
type Event struct {
	AtMS int64 `json:"at_ms"` // since the check began
	// Who acted: Step for the check itself, else a party such as "Browser",
	// "Shop" or "Provider".
	Who  string `json:"who"`
	What string `json:"what"`
	// Status is that of an answer.
	Status int    `json:"status,omitempty"`
	Facts  []Fact `json:"facts,omitempty"`
	// Exchange is what a provider recorded.
	Exchange *Exchange `json:"exchange,omitempty"`
}

// Step is who begins each part of a trace.
const Step = "Check"

// Waived is a verdict that a team accepts until a day.
type Waived struct {
	Verdict Verdict `json:"verdict"`
	Reason  string  `json:"reason"`
	Owner   string  `json:"owner"`
	Until   string  `json:"until"`
}

// Evidence is one thing that was tried and what was seen, secrets redacted.
type Evidence struct {
	// Title says what was tried: "Sign-in with the fault".
	Title string `json:"title"`
	// Outcome and Reason are what it came to, where it is one of several cases.
	Outcome Verdict `json:"outcome,omitempty"`
	Reason  string  `json:"reason,omitempty"`
	// Fault is the fault that was armed, if any.
	Fault *Fault `json:"fault,omitempty"`
	// Facts are the observations that the verdict rests on.
	Facts []Fact `json:"facts,omitempty"`
	// Exchanges are what the provider saw, Pages what the browser showed.
	Exchanges []Exchange `json:"exchanges,omitempty"`
	Pages     []Page     `json:"pages,omitempty"`
	// Screenshot is a JPEG of the end of the sign-in.
	Screenshot []byte `json:"screenshot,omitempty"`
}

// Fault is an armed fault as a report names it.
type Fault struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Ref   string `json:"ref,omitempty"`
	// Fired is how often it changed an exchange.
	Fired int `json:"fired"`
}

// Fact is one observation.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Exchange is one request to the provider and its answer.
type Exchange struct {
	AtMS     int64    `json:"at_ms"` // since the sign-in began
	Endpoint string   `json:"endpoint"`
	Request  string   `json:"request"` // method and path
	Params   []Fact   `json:"params,omitempty"`
	Status   int      `json:"status"`
	Answer   []Fact   `json:"answer,omitempty"`
	Faults   []string `json:"faults,omitempty"`
	Tokens   []Token  `json:"tokens,omitempty"`
}

// Token is a decoded token; its signature is described, never shown.
type Token struct {
	Kind      string   `json:"kind"`
	Header    []Member `json:"header"`
	Claims    []Member `json:"claims"`
	Signature string   `json:"signature"`
}

// Member is a member of a token's header or claims.
type Member struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value,omitempty"`
	// Change is "set" or "removed" where a fault changed the member, and Was
	// its honest value.
	Change string          `json:"change,omitempty"`
	Was    json.RawMessage `json:"was,omitempty"`
}

// Page is a document that the browser showed.
type Page struct {
	AtMS   int64  `json:"at_ms"`
	URL    string `json:"url"`
	Status int    `json:"status"`
	Title  string `json:"title,omitempty"`
}

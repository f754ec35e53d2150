package control

import (
	"net/http"
	"slices"
	"strings"
)

// operation is one thing that the API does. Routing, the checks of what is
// sent and the OpenAPI document all come of it.
type operation struct {
	id, method, path string
	summary          string
	query            []parameter
	// body and answer are names of schemas; empty is none.
	body, answer string
	status       int   // of success; 204 goes without an answer
	refuses      []int // beside what follows from the rest
	open         bool  // needs no token
	stream       bool  // answers with server-sent events
	serve        func(*call) (any, error)
}

// parameter is a parameter of the query.
type parameter struct {
	name, kind, about string
	required          bool
}

// The path prefix of operations on one issuer.
const issuerPath = "/v1/issuers/{issuer}"

func (o operation) ofIssuer() bool { return strings.HasPrefix(o.path, issuerPath) }

// statuses are all that an operation can answer.
func (o operation) statuses() []int {
	all := append([]int{o.status, http.StatusBadRequest, http.StatusForbidden, http.StatusMisdirectedRequest}, o.refuses...)
	if !o.open {
		all = append(all, http.StatusUnauthorized)
	}
	if o.ofIssuer() {
		all = append(all, http.StatusNotFound)
	}
	if o.body != "" {
		all = append(all, http.StatusUnsupportedMediaType,
			http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// operations are all of the API.
func operations() []operation {
	return slices.Concat(hostOperations(), peopleOperations(), faultOperations(), journalOperations(), tokenOperations())
}

func hostOperations() []operation {
	const get, post, del = http.MethodGet, http.MethodPost, http.MethodDelete
	return []operation{
		{
			id: "health", method: get, path: "/healthz", summary: "Whether the process is there.",
			answer: "health", status: 200, open: true,
			serve: func(*call) (any, error) { return health{"ok"}, nil },
		},
		{
			id: "ready", method: get, path: "/readyz", summary: "Whether the provider serves.",
			answer: "health", status: 200, refuses: []int{503}, open: true, serve: (*call).ready,
		},
		{
			id: "listFaults", method: get, path: "/v1/faults", summary: "The named faults, one's own in front of the catalogue.",
			answer: "faults", status: 200, serve: (*call).faults,
		},
		{
			id: "listIssuers", method: get, path: "/v1/issuers", summary: "All issuers, in the order of their paths.",
			answer: "issuers", status: 200, serve: (*call).issuers,
		},
		{
			id: "createIssuer", method: post, path: "/v1/issuers", summary: "Adds an issuer, written as in a configuration file.",
			body: "issuer", answer: "info", status: 201, refuses: []int{409}, serve: (*call).newIssuer,
		},
		{
			id: "getIssuer", method: get, path: issuerPath, summary: "An issuer.",
			answer: "info", status: 200, serve: (*call).info,
		},
		{
			id: "removeIssuer", method: del, path: issuerPath, summary: "Takes an issuer off the server.",
			status: 204, serve: act(Handle.Close),
		},
		{
			id: "resetIssuer", method: post, path: issuerPath + "/reset",
			summary: "Takes an issuer back to how it was made: users, clients, faults and the clock; sessions, codes, tokens and the journal are forgotten.",
			status:  204, serve: act(Handle.Reset),
		},
		{
			id: "moveClock", method: post, path: issuerPath + "/clock", summary: "Moves the issuer's clock.",
			body: "move", answer: "info", status: 200, serve: (*call).moveClock,
		},
	}
}

func peopleOperations() []operation {
	const get, post, del = http.MethodGet, http.MethodPost, http.MethodDelete
	username := []parameter{{"user", "string", "A username.", true}}
	return []operation{
		{
			id: "listUsers", method: get, path: issuerPath + "/users", summary: "All users, in the order of their names.",
			answer: "users", status: 200, serve: (*call).users,
		},
		{
			id: "putUser", method: post, path: issuerPath + "/users", summary: "Adds a user or replaces the one of the same username.",
			body: "user", status: 204, serve: (*call).putUser,
		},
		{
			id: "removeUser", method: del, path: issuerPath + "/users", summary: "Removes a user, with sessions and tokens.",
			query: username, status: 204, serve: (*call).removeUser,
		},
		{
			id: "endSessions", method: del, path: issuerPath + "/sessions",
			summary: "Ends a user's sessions in all browsers and tells relying parties with a back-channel logout.",
			query:   username, answer: "ended", status: 200, serve: (*call).endSessions,
		},
		{
			id: "listClients", method: get, path: issuerPath + "/clients", summary: "All clients, in the order of their IDs.",
			answer: "clients", status: 200, serve: (*call).clients,
		},
		{
			id: "putClient", method: post, path: issuerPath + "/clients", summary: "Adds a client or replaces the one of the same ID.",
			body: "client", status: 204, serve: (*call).putClient,
		},
		{
			id: "removeClient", method: del, path: issuerPath + "/clients", summary: "Removes a client, with what was issued to it.",
			query: []parameter{{"client", "string", "A client ID.", true}}, status: 204, serve: (*call).removeClient,
		},
	}
}

func faultOperations() []operation {
	const get, post, del = http.MethodGet, http.MethodPost, http.MethodDelete
	const ticket = issuerPath + "/armed/{ticket}"
	return []operation{
		{
			id: "arm", method: post, path: issuerPath + "/armed", summary: "Arms a fault: one by its ID or one written out.",
			body: "armed", answer: "ticket", status: 201, serve: (*call).arm,
		},
		{
			id: "listArmed", method: get, path: issuerPath + "/armed",
			summary: "What was armed since the last reset and how often it acted. Of what no longer acts, the newest 256 are kept.",
			answer:  "tickets", status: 200, serve: (*call).tickets,
		},
		{
			id: "getArmed", method: get, path: ticket, summary: "A fault that was armed and how often it acted.",
			answer: "ticket", status: 200, serve: (*call).ticket,
		},
		{
			id: "disarm", method: del, path: ticket, summary: "Keeps a fault from acting again. Disarming twice is harmless.",
			status: 204, serve: (*call).disarm,
		},
	}
}

func tokenOperations() []operation {
	const post = http.MethodPost
	return []operation{
		{
			id: "rotateKeys", method: post, path: issuerPath + "/keys/rotate", summary: "Replaces the signing keys.",
			body: "rotate", status: 204, serve: (*call).rotate,
		},
		{
			id: "mint", method: post, path: issuerPath + "/tokens", summary: "Makes a token without a flow.",
			body: "order", answer: "minted", status: 201, serve: (*call).mint,
		},
		{
			id: "sendLogout", method: post, path: issuerPath + "/logout-tokens",
			summary: "Sends a logout token to a client and says what it answered. It takes 5 seconds at most.",
			body:    "logout_notice", answer: "logout_answer", status: 200, refuses: []int{502}, serve: (*call).sendLogout,
		},
	}
}

func journalOperations() []operation {
	const get, del, path = http.MethodGet, http.MethodDelete, issuerPath + "/journal"
	which := []parameter{
		{"kind", "string", "Only exchanges with this endpoint, such as token.", false},
		{"user", "string", "Only exchanges of this user.", false},
		{"client", "string", "Only exchanges of this client.", false},
		{"fault", "string", "Only exchanges that the fault of this ID changed.", false},
		{"after", "integer", "Only entries with a greater number.", false},
		{"secrets", "string", "\"show\" leaves codes, passwords and tokens as they were received; only from loopback.", false},
	}
	return []operation{
		{
			id: "readJournal", method: get, path: path, summary: "A page of the journal.",
			query:  append(slices.Clone(which), parameter{"limit", "integer", "How many entries at most: 100 by default, up to 1000.", false}),
			answer: "page", status: 200, serve: (*call).journal,
		},
		{
			id: "awaitJournal", method: get, path: path + "/await", summary: "The oldest entry that matches, once there is one.",
			query:  append(slices.Clone(which), parameter{"wait", "string", "How long to wait, such as 5s: 30s by default and at most.", false}),
			answer: "awaited", status: 200, serve: (*call).await,
		},
		{
			id: "followJournal", method: get, path: path + "/stream",
			summary: "The journal as server-sent events: \"entry\" with an entry, \"missed\" with how many were dropped before they could be sent. Goes on behind Last-Event-ID.",
			query:   which, answer: "entry", status: 200, refuses: []int{503}, stream: true, serve: (*call).follow,
		},
		{
			id: "clearJournal", method: del, path: path, summary: "Forgets all entries. Their numbers go on.",
			status: 204, serve: act(Handle.ClearJournal),
		},
	}
}

package fault

import (
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// canary is an origin that is none of the provider's. Nothing listens there:
// a name ending in .example never resolves (RFC 2606, section 2).
const canary = "https://another-issuer.example"

func discoveryFaults() []Spec {
	to := journal.Discovery
	exact, valid := discovery("4.3"), discovery("4.2")
	return []Spec{
		response(DiscoveryStatus503, "discovery is unavailable", down(to, 503, "temporarily_unavailable"), valid),
		set(DiscoveryIssuerOther, "discovery document of another issuer", to, "issuer", `"`+canary+`"`, exact),
		lacking("discovery.issuer.missing", "discovery document without issuer", to, "issuer", exact),
		set("discovery.issuer.slash", "issuer with one slash more", to, "issuer", `{"$append":"/"}`, exact),
		set("discovery.issuer.case", "issuer in upper case", to, "issuer", `{"$upper":{"$own":"value"}}`, exact),
		set("discovery.issuer.path", "issuer with another path", to, "issuer", `{"$append":"/other"}`, exact),
		set("discovery.issuer.cut", "issuer without its last character", to, "issuer", `{"$cut":-1}`, exact),
		set("discovery.issuer.empty", "empty issuer", to, "issuer", `""`, exact),
		set("discovery.issuer.null", "issuer that is null", to, "issuer", `null`, exact),
		set("discovery.issuer.array", "issuer in a list", to, "issuer", `[{"$own":"value"}]`, exact),
		response("discovery.issuer.duplicate", "issuer given twice, the second is another", ResponseEdit{
			Endpoint: to, Duplicate: one("issuer", `"`+canary+`"`),
		}, rfc("8259", "4"), exact),
		response("discovery.issuer.renamed", "member name Issuer in place of issuer", ResponseEdit{
			Endpoint: to, Rename: texts{"issuer": "Issuer"},
		}, discovery("3")),
		response("discovery.body.huge", "discovery document of more than 10 MiB", ResponseEdit{Endpoint: to, Pad: 10 << 20}, valid),
		response("discovery.members.many", "discovery document with a list of 100 000 more values", ResponseEdit{
			Endpoint: to, Set: one("x_unknown", `{"$repeat":{"value":"x","times":100000}}`),
		}, valid),
		response("discovery.members.deep", "discovery document with 100 000 arrays in one another", ResponseEdit{
			Endpoint: to, Set: one("x_unknown", `{"$nest":100000}`),
		}, valid),
		{
			ID: "discovery.issuer.poisoned_later", Title: "a good discovery document first, then one of another issuer",
			Refs: append(refs(exact), discovery("4")), Skip: 1,
			Response: &ResponseEdit{Endpoint: to, Set: one("issuer", `"`+canary+`"`)},
		},
	}
}

// advertised are the members of the discovery document that lead to what a relying party calls or visits.
var advertised = []string{"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"}

func metadataFaults() []Spec {
	to := journal.Discovery
	members := discovery("3")
	var out []Spec
	for _, name := range advertised {
		place := "discovery." + name
		title := spaced(name)
		out = append(out,
			set(ID(place+".elsewhere"), title+" at another origin", to, name, `"`+canary+`/elsewhere"`, members, rfc("9700", "4.4")),
			lacking(ID(place+".missing"), "discovery document without "+title, to, name, members),
		)
	}
	algs := "id_token_signing_alg_values_supported"
	return append(out,
		set("discovery.token_endpoint.relative", "token endpoint that is no absolute URL", to, "token_endpoint", `"/swap"`, members),
		set("discovery.token_endpoint.array", "token endpoint in a list", to, "token_endpoint", `[{"$own":"value"}]`, members),
		set("discovery.token_endpoint.refused", "token endpoint at a port where nobody listens", to, "token_endpoint", `"http://127.0.0.1:1/"`, members),
		set("discovery.jwks_uri.internal", "key set at a link-local address", to, "jwks_uri", `"http://169.254.169.254/latest/meta-data/"`, rfc("8725", "3.10")),
		set("discovery.jwks_uri.file", "key set in a file", to, "jwks_uri", `"file:///etc/passwd"`, rfc("8725", "3.10")),
		set("discovery.end_session_endpoint.script", "end session endpoint that is a script", to, "end_session_endpoint",
			`"javascript:alert(1)"`, discovery("3"), rfc("3986", "7")),
		set("discovery.algs.none", "discovery promises unsigned ID tokens alone", to, algs, `["none"]`, members, rfc("8725", "3.2")),
		set("discovery.algs.hs256", "discovery promises HS256 alone", to, algs, `["HS256"]`, members, rfc("8725", "3.1")),
		set("discovery.algs.none_too", "discovery promises none beside RS256", to, algs, `["RS256","none"]`, members, rfc("8725", "3.2")),
		set("discovery.algs.empty", "discovery promises no algorithm", to, algs, `[]`, members),
		lacking("discovery.algs.missing", "discovery does not say which algorithms sign", to, algs, members),
		set("discovery.response_types.empty", "discovery promises no response type", to, "response_types_supported", `[]`, members),
		set("discovery.pkce.plain", "discovery promises the PKCE method plain alone", to, "code_challenge_methods_supported", `["plain"]`, rfc("7636", "4.2")),
		lacking("discovery.pkce.missing", "discovery does not mention PKCE", to, "code_challenge_methods_supported", rfc("8414", "2")),
		set("discovery.auth_methods.unknown", "discovery promises an unknown way of client authentication", to,
			"token_endpoint_auth_methods_supported", `["x_unknown"]`, members),
		lacking("discovery.iss_parameter.missing", "discovery does not promise the iss parameter", to,
			"authorization_response_iss_parameter_supported", rfc("9207", "3")),
	)
}

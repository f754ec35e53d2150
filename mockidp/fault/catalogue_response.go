package fault

import (
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

func tokenFaults() []Spec {
	to := journal.Token
	ok, bad, id := rfc("6749", "5.1"), rfc("6749", "5.2"), core("3.1.3.3")
	return append([]Spec{
		lacking(TokenIDTokenMissing, "token response without ID token", to, "id_token", id),
		set("token.id_token.null", "token response whose ID token is null", to, "id_token", `null`, id),
		set("token.id_token.empty", "token response with an empty ID token", to, "id_token", `""`, id),
		set("token.id_token.number", "token response whose ID token is a number", to, "id_token", `1`, id),
		set("token.id_token.array", "token response with the ID token in a list", to, "id_token", `[{"$own":"value"}]`, id),
		response("token.id_token.duplicate", "token response with two ID tokens", ResponseEdit{
			Endpoint: to, Duplicate: one("id_token", `"eyJhbGciOiJub25lIn0.e30."`),
		}, rfc("8259", "4")),
		response("token.id_token.renamed", "token response with ID_TOKEN", ResponseEdit{Endpoint: to, Rename: texts{"id_token": "ID_TOKEN"}}, id),
		lacking("token.access_token.missing", "token response without access token", to, "access_token", ok),
		set("token.access_token.empty", "token response with an empty access token", to, "access_token", `""`, ok),
		set("token.access_token.null", "token response whose access token is null", to, "access_token", `null`, ok),
		set("token.access_token.junk", "token response with an access token that UserInfo refuses", to, "access_token", `{"$append":"x"}`, ok),
		response("token.access_token.renamed", "token response with Access_Token", ResponseEdit{Endpoint: to, Rename: texts{"access_token": "Access_Token"}}, ok),
		lacking("token.token_type.missing", "token response without token_type", to, "token_type", ok),
		set("token.token_type.mac", "token response of an unknown type of token", to, "token_type", `"mac"`, rfc("6749", "7.1")),
		set("token.token_type.dpop", "token response of a type that was not negotiated", to, "token_type", `"DPoP"`, rfc("9449", "5")),
		set("token.token_type.number", "token_type that is a number", to, "token_type", `1`, ok),
		set("token.token_type.case", "token_type in upper case, which is good", to, "token_type", `{"$upper":{"$own":"value"}}`, ok),
		lacking("token.expires_in.missing", "token response without expires_in, which is good", to, "expires_in", ok),
		set("token.expires_in.text", "expires_in that is a text", to, "expires_in", `{"$string":{"$own":"value"}}`, ok),
		set("token.expires_in.zero", "expires_in of 0", to, "expires_in", `0`, ok),
		set("token.expires_in.negative", "expires_in of -1", to, "expires_in", `-1`, ok),
		set("token.expires_in.huge", "expires_in of 1e300", to, "expires_in", `1e300`, ok),
		lacking("token.refresh_token.missing", "token response without the refresh token that was granted", to, "refresh_token", rfc("6749", "5.1")),
		lacking("token.scope.missing", "token response without scope, which is good", to, "scope", ok),
		set("token.scope.narrow", "token response with fewer scopes", to, "scope", `"openid"`, ok),
		response(TokenStatus400, "the code is refused", down(to, 400, protocol.InvalidGrant), bad),
		response("token.status.401", "the client is refused", down(to, 401, protocol.InvalidClient), bad),
		response(TokenStatus400WithTokens, "status 400 with good tokens in the body", ResponseEdit{Endpoint: to, Status: 400}, bad),
		response("token.status.200_with_error", "status 200 with an error beside the tokens", ResponseEdit{
			Endpoint: to, Set: one("error", `"invalid_grant"`),
		}, bad),
		response("token.status.201", "status 201 with good tokens", ResponseEdit{Endpoint: to, Status: 201}, ok),
		response(TokenStatus500, "the token endpoint does not work", down(to, 500, protocol.ServerError), ok),
		response(TokenTimeout, "the token endpoint takes a minute", ResponseEdit{Endpoint: to, Delay: "60s"}, ok),
	}, tokenBodyFaults()...)
}

func tokenBodyFaults() []Spec {
	to := journal.Token
	ok, text := rfc("6749", "5.1"), rfc("8259", "8.1")
	form := "access_token=a&token_type=Bearer"
	return []Spec{
		response(TokenBodyNotJSON, "an HTML page in place of tokens", page(to), ok),
		response(TokenBodyTruncated, "the connection ends within the token response", ResponseEdit{Endpoint: to, Truncate: 40}, ok),
		response("token.body.form", "a form in place of JSON", ResponseEdit{
			Endpoint: to, Body: &form, Header: texts{"Content-Type": "application/x-www-form-urlencoded"},
		}, ok),
		response("token.body.bom", "tokens behind a byte order mark", ResponseEdit{Endpoint: to, Prefix: "\ufeff"}, text),
		response("token.body.utf16", "tokens in UTF-16", ResponseEdit{Endpoint: to, Encoding: encodingUTF16}, text),
		response("token.body.trailing", "a second object behind the tokens", ResponseEdit{Endpoint: to, Suffix: `{"sub":"x"}`}, rfc("8259", "2")),
		response("token.body.comment", "a comment in front of the tokens", ResponseEdit{Endpoint: to, Prefix: "/* tokens */"}, rfc("8259", "2")),
		response("token.body.xssi", "tokens behind )]}'", ResponseEdit{Endpoint: to, Prefix: ")]}'\n"}, rfc("8259", "2")),
		set("token.body.nan", "a member that is NaN", to, "x_unknown", `{"$raw":"NaN"}`, rfc("8259", "6")),
		set("token.body.deep", "100 000 arrays in one another beside the tokens", to, "x_unknown", `{"$nest":100000}`, rfc("8259", "9")),
		set("token.body.unknown_members", "unknown members beside the tokens, which is good", to, "x_unknown", `{"a":[1,{"b":null}]}`, ok),
		response("token.cache.allowed", "tokens that may be cached", ResponseEdit{
			Endpoint: to, Header: texts{"Cache-Control": "public, max-age=3600", "Pragma": ""},
		}, ok),
		response("token.cookie.set", "tokens with a cookie", ResponseEdit{Endpoint: to, Header: texts{"Set-Cookie": "countersign_marker=1; Path=/"}}, rfc("6265", "3")),
	}
}

package token

import (
	"encoding/json"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// set are members of a token response by name, each in the words of a response
// edit.
type set map[string]string

func (s set) raw() map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for name, value := range s {
		out[name] = json.RawMessage(value)
	}
	return out
}

// edited is a token response that is edited.
func edited(id, title string, edit fault.ResponseEdit) fault.Spec {
	edit.Endpoint = journal.Token
	return fault.Spec{ID: fault.ID("token." + id), Title: title, Refs: []protocol.Ref{{Spec: "RFC 6749", Section: "5"}}, Response: &edit}
}

func with(id, title string, members set) fault.Spec {
	return edited(id, title, fault.ResponseEdit{Set: members.raw()})
}

func without(member, title string) fault.Spec {
	return edited(member+".missing", title, fault.ResponseEdit{Remove: []string{member}})
}

// values are cases of one member: an ID, a title and a value each.
func values(member string, cases ...[3]string) []fault.Spec {
	list := make([]fault.Spec, 0, len(cases))
	for _, c := range cases {
		list = append(list, with(member+"."+c[0], c[1], set{member: c[2]}))
	}
	return list
}

func typesInCases() []fault.Spec {
	return values("token_type",
		[3]string{"lower", "the token type bearer", `"bearer"`},
		[3]string{"upper", "the token type BEARER", `"BEARER"`},
		[3]string{"mixed", "the token type bEaReR", `"bEaReR"`})
}

func typesOther() []fault.Spec {
	return append(values("token_type",
		[3]string{"empty", "an empty token type", `""`},
		[3]string{"mac", "the token type mac", `"mac"`},
		[3]string{"dpop", "the token type DPoP, which was not negotiated", `"DPoP"`},
		[3]string{"number", "a token type that is a number", "1"},
	), without("token_type", "a token response without token_type"))
}

func expiresIn() []fault.Spec {
	return values("expires_in",
		[3]string{"text", "expires_in as a text", `"3600"`},
		[3]string{"fraction", "expires_in of 3600.5", "3600.5"},
		[3]string{"zero", "expires_in of 0", "0"},
		[3]string{"negative", "expires_in of -1", "-1"},
		[3]string{"huge", "expires_in of 1e12", "1e12"},
		[3]string{"null", "expires_in that is null", "null"})
}

func unknownMembers() []fault.Spec {
	return []fault.Spec{
		with("members.text", "an unknown member beside the tokens", set{"x_unknown": `"value"`}),
		with("members.object", "an unknown object beside the tokens", set{"x_unknown": `{"a":[1,{"b":null}],"access_token":"other"}`}),
		with("members.list", "an unknown list beside the tokens", set{"x_unknown": `[[],{},"id_token"]`}),
	}
}

func idTokenTypes() []fault.Spec {
	return values("id_token",
		[3]string{"null", "an ID token that is null", "null"},
		[3]string{"empty", "an empty ID token", `""`},
		[3]string{"number", "an ID token that is a number", "1"},
		[3]string{"object", "an ID token that is an object", "{}"},
		[3]string{"empty_list", "an ID token that is an empty list", "[]"},
		[3]string{"list", "the ID token in a list", `[{"$own":"value"}]`})
}

// accessTokensMissing come with an ID token that is not bound to an access
// token, so that the shop gets as far as using it.
func accessTokensMissing() []fault.Spec {
	list := append(values("access_token",
		[3]string{"empty", "an empty access token", `""`},
		[3]string{"null", "an access token that is null", "null"},
	), without("access_token", "a token response without access token"))
	for i := range list {
		list[i].Token = &fault.TokenEdit{RemoveClaims: []string{"at_hash"}}
	}
	return list
}

const narrower = "token.scope.narrower"

func scopes() []fault.Spec {
	return []fault.Spec{
		without("scope", "a token response without scope"),
		with("scope.narrower", "a token response with the scope openid alone", set{"scope": `"openid"`}),
	}
}

func refusals() []fault.Spec {
	says := func(status int, code string) fault.Spec {
		body := `{"error":"` + code + `","error_description":"refused"}`
		return edited("refused."+code, "a token response with the error "+code, fault.ResponseEdit{Status: status, Body: &body})
	}
	return []fault.Spec{says(400, "invalid_grant"), says(400, "invalid_request"), says(401, "invalid_client")}
}

func errorsBesideTokens() []fault.Spec {
	alone := `{"error":"invalid_grant"}`
	return []fault.Spec{
		edited("error.alone", "status 200 with nothing but an error", fault.ResponseEdit{Body: &alone}),
		with("error.beside", "status 200 with an error beside good tokens", set{"error": `"invalid_grant"`}),
		edited("error.status", "status 400 with good tokens", fault.ResponseEdit{Status: 400}),
		edited("error.status_and_member", "status 400 with an error beside good tokens", fault.ResponseEdit{Status: 400, Set: set{"error": `"invalid_grant"`}.raw()}),
	}
}

func namesOther() []fault.Spec {
	renamed := func(id, title, from, to string) fault.Spec {
		return edited("names."+id, title, fault.ResponseEdit{Rename: map[string]string{from: to}})
	}
	return []fault.Spec{
		renamed("access_token", "a token response with Access_Token and no access_token", "access_token", "Access_Token"),
		renamed("id_token", "a token response with ID_TOKEN and no id_token", "id_token", "ID_TOKEN"),
	}
}

// rogue is an ID token that nobody signed, of another person.
const rogue = `"eyJhbGciOiJub25lIn0.eyJzdWIiOiJldmUifQ."`

func namesTwice() []fault.Spec {
	return []fault.Spec{
		with("names.id_token_twice", "a token response with a bad ID_TOKEN beside the good id_token", set{"ID_TOKEN": rogue}),
		with("names.access_token_twice", "a token response with a bad Access_Token beside the good access_token", set{"Access_Token": `"junk"`}),
	}
}

// accessTokenIsIDToken has the ID token as the access token and none beside
// it. Without at_hash nothing but the place tells it apart.
func accessTokenIsIDToken() fault.Spec {
	f := edited("access_token.id_token", "the ID token as the access token, and no ID token", fault.ResponseEdit{
		Set: set{"access_token": `{"$claim":"id_token"}`}.raw(), Remove: []string{"id_token"},
	})
	f.Token = &fault.TokenEdit{RemoveClaims: []string{"at_hash"}}
	return f
}

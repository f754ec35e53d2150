package idtoken

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// set are members of a token by name, each in the words of a token edit.
type set map[string]string

func (s set) raw() map[string]json.RawMessage {
	if s == nil {
		return nil
	}
	out := map[string]json.RawMessage{}
	for name, value := range s {
		out[name] = json.RawMessage(value)
	}
	return out
}

// with is an ID token with these claims and without those that are removed.
func with(id, title string, claims set, removed ...string) fault.Spec {
	return fault.Spec{
		ID: fault.ID("id_token." + id), Title: title, Refs: []protocol.Ref{{Spec: "OpenID Connect Core 1.0", Section: "3.1.3.7"}},
		Token: &fault.TokenEdit{SetClaims: claims.raw(), RemoveClaims: removed},
	}
}

// typed is an ID token of another kind by its header.
func typed(typ string, s fault.Spec) fault.Spec {
	s.Token.SetHeader = set{"typ": `"` + typ + `"`}.raw()
	return s
}

// spelt are cases of one claim: an ID, a title and a value each.
func spelt(claim string, cases ...[3]string) []fault.Spec {
	list := make([]fault.Spec, 0, len(cases))
	for _, c := range cases {
		list = append(list, with(claim+"."+c[0], c[1], set{claim: c[2]}))
	}
	return list
}

// wrongTypes are values of a claim that no reader of the specification
// expects; those of the claim itself come first.
func wrongTypes(claim, what string, more ...[3]string) []fault.Spec {
	return append(spelt(claim, more...), spelt(claim,
		[3]string{"null", what + " that is null", "null"},
		[3]string{"true", what + " that is a truth value", "true"},
		[3]string{"empty_list", what + " that is an empty list", "[]"},
		[3]string{"empty_object", what + " that is an object", "{}"},
	)...)
}

func expired() []fault.Spec {
	at := func(id, title, exp, iat string) fault.Spec {
		return with("exp."+id, title, set{"exp": `{"$now":"` + exp + `"}`, "iat": `{"$now":"` + iat + `"}`, "auth_time": `{"$now":"` + iat + `"}`})
	}
	return []fault.Spec{
		at("six_minutes_past", "an ID token that expired six minutes ago", "-6m", "-16m"),
		at("day_past", "an ID token that expired a day ago", "-24h", "-25h"),
		at("year_past", "an ID token that expired a year ago", "-8760h", "-8761h"),
	}
}

func expiryTypes() []fault.Spec {
	return wrongTypes("exp", "an expiry",
		[3]string{"digits", "an expiry that is a text of digits", `"1893456000"`},
		[3]string{"iso_date", "an expiry that is an ISO date", `"2030-01-01T00:00:00Z"`})
}

func expiryZero() []fault.Spec {
	return spelt("exp",
		[3]string{"zero", "an expiry of 0", "0"},
		[3]string{"negative", "an expiry of -1", "-1"},
		[3]string{"nan", "an expiry that is the text NaN", `"NaN"`})
}

func expiryFar() []fault.Spec {
	return spelt("exp",
		[3]string{"huge", "an expiry of 1e300", "1e300"},
		[3]string{"two_to_63", "an expiry of 2^63", "9223372036854775808"},
		[3]string{"two_to_64", "an expiry of 2^64", "18446744073709551616"},
		[3]string{"milliseconds", "an expiry in milliseconds", `{"$now_ms":"1h"}`})
}

func fractions() []fault.Spec {
	return []fault.Spec{
		with("exp.fraction", "an expiry with half a second", set{"exp": "4102444800.5"}),
		with("iat.fraction", "a time of issue with half a second", set{"iat": fmt.Sprintf("%d.5", time.Now().Unix()-1)}),
	}
}

func notYetValid() []fault.Spec {
	return spelt("nbf",
		[3]string{"ten_minutes", "an ID token that is valid in ten minutes", `{"$now":"10m"}`},
		[3]string{"day", "an ID token that is valid tomorrow", `{"$now":"24h"}`})
}

func issuedInFuture() []fault.Spec {
	return spelt("iat",
		[3]string{"tomorrow", "an ID token issued tomorrow", `{"$now":"24h"}`},
		[3]string{"next_year", "an ID token issued in a year", `{"$now":"8760h"}`})
}

func issuedLongAgo() []fault.Spec {
	return spelt("iat",
		[3]string{"week_past", "an ID token issued a week ago", `{"$now":"-168h"}`},
		[3]string{"year_past", "an ID token issued a year ago", `{"$now":"-8760h"}`})
}

// issuersLike are issuers that a careless comparison takes for the right one.
func issuersLike(issuer string) []fault.Spec {
	scheme, rest, _ := strings.Cut(issuer, "://")
	host, path, _ := strings.Cut(rest, "/")
	name, port, _ := strings.Cut(host, ":")
	other := "https"
	if scheme == "https" {
		other = "http"
	}
	if port == "" {
		port = "443"
	}
	cases := [][3]string{
		{"appended", "an issuer with one character more", issuer + "x"},
		{"slash", "an issuer with a slash at its end", issuer + "/"},
		{"cut", "an issuer without its last character", issuer[:len(issuer)-1]},
		{"host_case", "an issuer whose host is in upper case", scheme + "://" + strings.ToUpper(host) + "/" + path},
		{"path_case", "an issuer whose path is in upper case", scheme + "://" + host + "/" + strings.ToUpper(path)},
		{"scheme", "an issuer with the other scheme", other + "://" + rest},
		{"port", "an issuer with a longer spelling of its port", scheme + "://" + name + ":0" + port + "/" + path},
		{"look_alike", "an issuer whose host only looks the same", scheme + "://" + lookAlike(name) + strings.TrimPrefix(host, name) + "/" + path},
		{"user_info", "an issuer of a foreign host with the right one in front of an @", scheme + "://" + rest + "@evil.example"},
		{"tenant", "an issuer of another tenant of the provider", issuer + "/other"},
		{"foreign", "an issuer that is somebody else", "https://evil.example"},
	}
	list := make([]fault.Spec, 0, len(cases))
	for _, c := range cases {
		if c[2] == issuer {
			continue // its path has no letters, for example
		}
		list = append(list, with("iss."+c[0], c[1], set{"iss": quote(c[2])}))
	}
	return list
}

// lookAlike puts Cyrillic letters where Latin ones look the same.
func lookAlike(host string) string {
	out := strings.NewReplacer("a", "а", "c", "с", "e", "е", "o", "о", "p", "р").Replace(host)
	if out == host {
		return host + "\u200b" // a character that does not show
	}
	return out
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

func issuerTypes() []fault.Spec {
	return wrongTypes("iss", "an issuer",
		[3]string{"list", "the right issuer in a list", `[{"$issuer":"url"}]`},
		[3]string{"object", "the right issuer in an object", `{"url":{"$issuer":"url"}}`},
		[3]string{"empty", "an empty issuer", `""`},
		[3]string{"number", "an issuer that is a number", "7"})
}

func audiencesLike() []fault.Spec {
	return spelt("aud",
		[3]string{"other", "another client's audience", `"another-client"`},
		[3]string{"appended", "an audience that is the client ID and a 1", `{"$append":"1"}`},
		[3]string{"prepended", "an audience that ends with the client ID", `{"$prepend":"my-"}`},
		[3]string{"cut", "an audience that lacks the last character of the client ID", `{"$cut":-1}`},
		[3]string{"upper", "an audience that is the client ID in upper case", `{"$upper":{"$own":"value"}}`},
		[3]string{"spaces", "an audience that is the client ID between spaces", `{"$join":[" ",{"$own":"value"}," "]}`},
		[3]string{"joined", "an audience that is the client ID and another one in one text", `{"$append":" another-client"}`},
		[3]string{"list_other", "a list of two other clients as the audience", `["another-client","third-client"]`})
}

func audienceTypes() []fault.Spec {
	return wrongTypes("aud", "an audience",
		[3]string{"empty", "an empty audience", `""`},
		[3]string{"number", "an audience that is a number", "7"},
		[3]string{"list_of_empty", "an audience that is a list of an empty text", `[""]`},
		[3]string{"list_of_null", "an audience that is a list of null", `[null]`},
		[3]string{"nested", "the client ID in a list in a list", `[[{"$client":"id"}]]`})
}

func audiencesBeside() []fault.Spec {
	both := `[{"$client":"id"},"another-client"]`
	return []fault.Spec{
		with("aud.extra", "an audience beside the client, without azp", set{"aud": both}),
		with("aud.extra_first", "an audience before the client, without azp", set{"aud": `["another-client",{"$client":"id"}]`}),
		with("aud.extra_with_azp", "an audience beside the client, with the client as azp", set{"aud": both, "azp": `{"$client":"id"}`}),
		with("aud.extra_other_azp", "an audience beside the client, with the other one as azp", set{"aud": both, "azp": `"another-client"`}),
	}
}

func otherParties() []fault.Spec {
	return spelt("azp",
		[3]string{"other", "another client as azp", `"another-client"`},
		[3]string{"list", "the client in a list as azp", `[{"$client":"id"}]`},
		[3]string{"empty", "an empty azp", `""`})
}

// noncesLike are nonces that a careless comparison takes for the one that was
// sent, of which a sample is given.
func noncesLike(sample string) []fault.Spec {
	other := `{"$upper":{"$own":"value"}}`
	if strings.ToUpper(sample) == sample {
		other = `{"$lower":{"$own":"value"}}`
	}
	cases := [][3]string{
		{"random", "a nonce that nobody sent", `"0f3d6c1e-7a52-4b1c-9d0a-5e2f8c7b6a49"`},
		{"appended", "the nonce and a 1", `{"$append":"1"}`},
		{"cut", "the nonce without its last character", `{"$cut":-1}`},
		{"half", "the first eight characters of the nonce", `{"$cut":8}`},
		{"space", "the nonce and a space", `{"$append":" "}`},
	}
	if strings.ToUpper(sample) != strings.ToLower(sample) {
		cases = append(cases, [3]string{"case", "the nonce in other case", other})
	}
	return spelt("nonce", cases...)
}

func nonceTypes() []fault.Spec {
	return wrongTypes("nonce", "a nonce",
		[3]string{"list", "the right nonce in a list", `[{"$own":"value"}]`},
		[3]string{"empty", "an empty nonce", `""`},
		[3]string{"number", "a nonce that is a number", "7"})
}

// accessTokenHashes are at_hash values of another access token, of another
// hash function and too short ones.
func accessTokenHashes() []fault.Spec {
	return spelt("at_hash",
		[3]string{"other", "an at_hash of another access token", `"77QmUPtjPfzWtF2AnpK9RQ"`},
		[3]string{"long", "an at_hash as long as that of SHA-512", `{"$join":[{"$own":"value"},"77QmUPtjPfzWtF2AnpK9RQ"]}`},
		[3]string{"cut", "the first half of the at_hash", `{"$cut":11}`})
}

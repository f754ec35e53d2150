package mockidp

import "github.com/countersign-oidc/countersign/mockidp/fault"

// expectedLogoutToken is what the faults of logout tokens change.
var expectedLogoutToken = map[fault.ID][]string{
	"logout_token.alg.none": {`logout_token.header.alg: "RS256" -> "none"`, `logout_token.signed: published RS256 -> nobody`},
	"logout_token.alg.other_registered": {
		`logout_token.header.alg: "RS256" -> "ES256"`,
		`logout_token.header.kid: "<published RS256 kid>" -> "<published ES256 kid>"`,
		`logout_token.signed: published RS256 -> published ES256`,
	},
	"logout_token.aud.missing":        {`logout_token.aud gone`},
	"logout_token.aud.other":          {`logout_token.aud: "shop" -> "another-client"`},
	"logout_token.delivery.duplicate": {`notice?logout_token new: ANY`, `logout_token.* gone`},
	"logout_token.delivery.extra":     {`notice?foo new: bar`},
	"logout_token.delivery.json":      {`notice.text new: ANY`, `notice.type: application/x-www-form-urlencoded -> application/json`, `logout_token.* gone`},
	"logout_token.delivery.missing":   {`logout_token.* gone`},
	"logout_token.delivery.query":     {`notice.query new: logout_token`, `notice.type: application/x-www-form-urlencoded -> `},
	"logout_token.events.array": {
		`logout_token.events: {"http://schemas.openid.net/event/backchannel-logout":{}} -> ["http://schemas.openid.net/event/backchannel-logout"]`,
	},
	"logout_token.events.missing": {`logout_token.events gone`},
	"logout_token.events.other": {
		`logout_token.events: {"http://schemas.openid.net/event/backchannel-logout":{}} -> {"http://schemas.openid.net/event/other":{}}`,
	},
	"logout_token.exp.missing":         {`logout_token.exp gone`},
	"logout_token.exp.past":            {`logout_token.exp: 2m0s -> -24h0m0s`},
	"logout_token.iat.missing":         {`logout_token.iat gone`},
	"logout_token.iss.missing":         {`logout_token.iss gone`},
	"logout_token.iss.other":           {`logout_token.iss: "http://op.test/op1" -> "http://op.test/op1/other"`},
	"logout_token.jti.missing":         {`logout_token.jti gone`},
	"logout_token.nonce.present":       {`logout_token.nonce new: "no"`},
	"logout_token.sid.unknown":         {`logout_token.sid new: <random>`},
	"logout_token.signature.corrupted": {`logout_token.signed: published RS256 -> published RS256, middle byte inverted`},
	"logout_token.signature.other_key": {`logout_token.signed: published RS256 -> rogue RS256`},
	"logout_token.source.id_token": {
		`logout_token.ORDER: ANY`, `logout_token.* new`, `logout_token.exp: 2m0s -> 1h0m0s`,
		`logout_token.header.typ: "logout+jwt" -> "JWT"`, `logout_token.events gone`,
	},
	"logout_token.sub.other":       {`logout_token.sub: "sub-ada" -> "bob"`},
	"logout_token.subject.missing": {`logout_token.sub gone`},
	"logout_token.typ.jwt":         {`logout_token.header.typ: "logout+jwt" -> "JWT"`},
}

package fault

func claimFaults() []Spec {
	iss, aud, azp, exp := core("3.1.3.7 (2)"), core("3.1.3.7 (3)"), core("3.1.3.7 (5)"), core("3.1.3.7 (9)")
	iat, nonce, hash := core("3.1.3.7 (10)"), core("3.1.3.7 (11)"), core("3.1.3.8")
	return []Spec{
		claim(IDTokenIssOther, "ID token of another issuer", "iss", `{"$append":"/other"}`, iss),
		without(IDTokenIssMissing, "ID token without issuer", "iss", iss),
		claim("id_token.iss.slash", "ID token whose issuer has one slash more", "iss", `{"$append":"/"}`, iss),
		claim("id_token.iss.case", "ID token whose issuer is in upper case", "iss", `{"$upper":{"$own":"value"}}`, iss),
		claim("id_token.iss.cut", "ID token whose issuer lacks its last character", "iss", `{"$cut":-1}`, iss),
		claim("id_token.iss.userinfo", "ID token whose issuer is the honest one at a foreign host", "iss", `{"$append":"@evil.example"}`, iss),
		claim("id_token.iss.foreign", "ID token of a foreign issuer", "iss", `"`+canary+`"`, iss),
		claim("id_token.iss.empty", "ID token with an empty issuer", "iss", `""`, iss),
		claim(IDTokenAudOther, "ID token for another client", "aud", `"another-client"`, aud),
		without(IDTokenAudMissing, "ID token without audience", "aud", aud),
		claim(IDTokenAudExtra, "ID token for this client and another, without azp", "aud", `[{"$client":"id"},"another-client"]`, aud),
		claim("id_token.aud.registered", "ID token for another client of the provider", "aud", `{"$other":"client_id"}`, aud, core("16.11")),
		claim("id_token.aud.suffix", "ID token for a client whose ID begins like this one's", "aud", `{"$append":"1"}`, aud),
		claim("id_token.aud.prefix", "ID token for a client whose ID this one's begins like", "aud", `{"$cut":-1}`, aud),
		claim("id_token.aud.case", "ID token for the client ID in upper case", "aud", `{"$upper":{"$own":"value"}}`, aud),
		claim("id_token.aud.joined", "ID token for the client ID and another in one text", "aud", `{"$append":" another-client"}`, aud),
		claim("id_token.aud.list", "ID token with the audience in a list, which is good", "aud", `[{"$client":"id"}]`, core("2")),
		claim("id_token.aud.empty_list", "ID token for nobody", "aud", `[]`, aud),
		claim(IDTokenAzpOther, "ID token whose authorized party is another client", "azp", `"another-client"`, azp),
		claim(IDTokenExpPast, "ID token that expired a day ago", "exp", `{"$now":"-24h"}`, exp),
		without(IDTokenExpMissing, "ID token without expiry", "exp", core("2")),
		claim("id_token.exp.just_past", "ID token that expired six minutes ago", "exp", `{"$now":"-6m"}`, exp),
		claim("id_token.exp.year_past", "ID token that expired a year ago", "exp", `{"$now":"-8760h"}`, exp),
		claim("id_token.exp.far", "ID token that expires in 228 years", "exp", `{"$now":"2000000h"}`, exp),
		claim(IDTokenNbfFuture, "ID token that is not valid for another day", "nbf", `{"$now":"24h"}`, rfc("7519", "4.1.5")),
		without(IDTokenIatMissing, "ID token without time of issue", "iat", core("2")),
		claim(IDTokenIatFuture, "ID token issued a day from now", "iat", `{"$now":"24h"}`, iat),
		claim("id_token.iat.old", "ID token issued a week ago", "iat", `{"$now":"-168h"}`, iat),
		claim(IDTokenNonceOther, "ID token with another nonce", "nonce", `{"$append":"x"}`, nonce),
		without(IDTokenNonceMissing, "ID token without the nonce that was sent", "nonce", nonce),
		claim("id_token.nonce.empty", "ID token with an empty nonce", "nonce", `""`, nonce),
		claim("id_token.nonce.null", "ID token whose nonce is null", "nonce", `null`, nonce),
		claim("id_token.nonce.case", "ID token with the nonce in upper case", "nonce", `{"$upper":{"$own":"value"}}`, nonce),
		claim("id_token.nonce.cut", "ID token without the last character of the nonce", "nonce", `{"$cut":-1}`, nonce),
		claim("id_token.nonce.constant", "ID token with the same nonce for everybody", "nonce", `"constant"`, nonce, core("15.5.2")),
		claim(IDTokenAtHashOther, "ID token bound to another access token", "at_hash", `{"$append":"x"}`, hash),
		claim("id_token.at_hash.cut", "ID token with half of the at_hash", "at_hash", `{"$cut":11}`, hash),
		without("id_token.at_hash.missing", "ID token without at_hash, which is good with a code", "at_hash", core("3.1.3.6")),
		without("id_token.auth_time.missing", "ID token without auth_time", "auth_time", core("3.1.3.7 (13)")),
		claim("id_token.auth_time.old", "ID token of a sign-in a year ago", "auth_time", `{"$now":"-8760h"}`, core("3.1.3.7 (13)")),
		claim("id_token.auth_time.future", "ID token of a sign-in tomorrow", "auth_time", `{"$now":"24h"}`, core("2")),
		without("id_token.sid.missing", "ID token without sid", "sid", bcl("2.1")),
		claim("id_token.claims.many", "ID token of more than 64 KiB", "groups", `{"$repeat":{"value":["group-0123456789"],"times":4000}}`, rfc("8725", "3.5")),
		claim("id_token.claims.prototype", "ID token with a claim __proto__", "__proto__", `{"is_admin":true}`, core("2")),
		claim("id_token.claims.deep", "ID token with 10 000 arrays in one another", "x_unknown", `{"$nest":10000}`, rfc("8259", "9")),
	}
}

// typeFaults are claims of the wrong JSON type, duplicates, and subjects that
// look like somebody's.
func typeFaults() []Spec {
	id, twice := core("2"), rfc("7519", "4")
	again := func(name ID, title, member, first, second string) Spec {
		e := TokenEdit{DuplicateClaims: one(member, second)}
		if first != "" {
			e.SetClaims = one(member, first)
		}
		return tokenFault(name, title, e, twice)
	}
	return []Spec{
		without(IDTokenSubMissing, "ID token without subject", "sub", id),
		claim(IDTokenSubEmpty, "ID token with an empty subject", "sub", `""`, id),
		claim("id_token.sub.null", "subject that is null", "sub", `null`, id),
		claim("id_token.sub.number", "subject that is a number", "sub", `12345`, id),
		claim("id_token.sub.boolean", "subject that is true", "sub", `true`, id),
		claim("id_token.sub.array", "subject in a list", "sub", `[{"$own":"value"}]`, id),
		claim("id_token.sub.object", "subject that is a query operator", "sub", `{"x":null}`, id),
		claim("id_token.sub.other_user", "another end-user's subject", "sub", `{"$other":"sub"}`, id),
		claim("id_token.sub.case", "subject in upper case", "sub", `{"$upper":{"$own":"value"}}`, id),
		claim("id_token.sub.space", "subject with a space behind it", "sub", `{"$append":" "}`, id),
		claim("id_token.sub.nul", "subject with a zero byte behind it", "sub", `{"$append":"\u0000"}`, id),
		claim("id_token.sub.zero_width", "subject with a character that does not show", "sub", `{"$append":"\u200d"}`, rfc("8725", "3.8")),
		claim("id_token.sub.long", "subject of 256 characters", "sub", `{"$repeat":{"value":"s","times":256}}`, id),
		claim("id_token.sub.script", "subject that is a script", "sub", `{"$append":"\"><script>document.title='countersign-marker'</script>"}`, rfc("8725", "3.10")),
		again("id_token.sub.duplicate", "two subjects, the second another end-user's", "sub", "", `{"$other":"sub"}`),
		again("id_token.sub.duplicate_first", "two subjects, the first another end-user's", "sub", `{"$other":"sub"}`, `{"$own":"value"}`),
		again("id_token.aud.duplicate", "two audiences, the second this client", "aud", `"another-client"`, `{"$own":"value"}`),
		again("id_token.exp.duplicate", "two expiries, the first a day ago", "exp", `{"$now":"-24h"}`, `{"$own":"value"}`),
		claim("id_token.sub.folded", "a second subject by the name of Sub", "Sub", `{"$other":"sub"}`, id, rfc("7519", "4")),
		claim("id_token.nonce.folded", "a second nonce by the name of Nonce", "Nonce", `"x"`, id),
		claim("id_token.nonce.array", "nonce in a list", "nonce", `[{"$own":"value"}]`, core("3.1.3.7 (11)")),
		claim("id_token.iss.array", "issuer in a list", "iss", `[{"$own":"value"}]`, core("3.1.3.7 (2)")),
		claim("id_token.iss.null", "issuer that is null", "iss", `null`, core("3.1.3.7 (2)")),
		claim("id_token.iss.number", "issuer that is a number", "iss", `1`, core("3.1.3.7 (2)")),
		claim("id_token.aud.number", "audience that is a number", "aud", `1`, core("3.1.3.7 (3)")),
		claim("id_token.aud.null", "audience that is null", "aud", `null`, core("3.1.3.7 (3)")),
		claim("id_token.aud.nested", "audience in a list in a list", "aud", `[[{"$client":"id"}]]`, core("3.1.3.7 (3)")),
		claim("id_token.exp.text", "expiry that is a text", "exp", `{"$string":{"$own":"value"}}`, id),
		claim("id_token.exp.null", "expiry that is null", "exp", `null`, id),
		claim("id_token.exp.zero", "expiry in 1970", "exp", `0`, core("3.1.3.7 (9)")),
		claim("id_token.exp.negative", "expiry before 1970", "exp", `-1`, core("3.1.3.7 (9)")),
		claim("id_token.exp.huge", "expiry that no integer holds", "exp", `1e300`, rfc("7519", "2")),
		claim("id_token.exp.milliseconds", "expiry in milliseconds", "exp", `{"$now_ms":"1h"}`, rfc("7519", "2")),
		claim("id_token.exp.not_json", "expiry that is not JSON", "exp", `{"$raw":"01"}`, rfc("8259", "6")),
		claim("id_token.iat.text", "time of issue that is a text", "iat", `{"$string":{"$own":"value"}}`, id),
		claim("id_token.nbf.text", "nbf that is a text", "nbf", `"tomorrow"`, rfc("7519", "4.1.5")),
		claim("id_token.email_verified.text", "email_verified that is a text", "email_verified", `"false"`, core("5.1")),
		claim("id_token.email_verified.false", "an address that is not verified", "email_verified", `false`, core("5.7")),
		without("id_token.email_verified.missing", "an address that may not be verified", "email_verified", core("5.7")),
		claim("id_token.email.other_user", "an address that looks like somebody's", "email", `{"$append":"@evil.example"}`, core("5.7")),
		claim("id_token.name.script", "a name that is a script", "name", `"<script>document.title='countersign-marker'</script>"`, rfc("8725", "3.10")),
		claim("id_token.picture.internal", "a picture at a link-local address", "picture", `"http://169.254.169.254/latest/meta-data/"`, rfc("8725", "3.10")),
	}
}

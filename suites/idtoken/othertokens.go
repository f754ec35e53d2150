package idtoken

import "github.com/countersign-oidc/countersign/mockidp/fault"

// events is the claim that makes a JWT a logout token (OpenID Connect
// Back-Channel Logout 1.0, section 2.4).
const events = `{"http://schemas.openid.net/event/backchannel-logout":{}}`

// otherTokens are JWTs that the provider signs with the same key for other
// purposes (RFC 8725, section 2.8). Each stands where the ID token belongs.
func otherTokens() []fault.Spec {
	noSession := []string{"nonce", "auth_time", "acr", "amr", "at_hash"}
	return []fault.Spec{
		typed("at+jwt", with("kind.access_token_api", "a JWT access token for an API", set{
			"aud": `"https://api.example"`, "client_id": `{"$client":"id"}`, "scope": `"openid profile"`,
		}, noSession...)),
		typed("at+jwt", with("kind.access_token", "a JWT access token with the client as its audience", set{
			"client_id": `{"$client":"id"}`, "scope": `"openid profile"`,
		}, noSession...)),
		typed("at+jwt", with("kind.access_token_nonce", "a JWT access token with the client as its audience and the nonce in it", set{
			"client_id": `{"$client":"id"}`, "scope": `"openid profile"`,
		}, "auth_time", "acr", "amr")),
		typed("logout+jwt", with("kind.logout_token", "a logout token", set{"events": events}, noSession...)),
		typed("JWT", with("kind.logout_token_plain", "a logout token of type JWT", set{"events": events}, noSession...)),
		typed("JWT", with("kind.authorization_response", "a signed authorization response", set{
			"code": `"SplxlOBeZQQYbYS6WxSbIA"`, "state": `"af0ifjsldkj"`,
		}, append([]string{"sub", "iat", "sid"}, noSession...)...)),
		typed("JWT", with("kind.userinfo", "a signed UserInfo answer", set{"name": `"Ada Lovelace"`},
			append([]string{"exp", "iat", "sid"}, noSession...)...)),
		typed("oauth-authz-req+jwt", with("kind.request_object", "a request object", set{
			"iss": `{"$client":"id"}`, "aud": `{"$issuer":"url"}`, "client_id": `{"$client":"id"}`, "response_type": `"code"`, "scope": `"openid"`,
		}, "sub", "auth_time", "acr", "amr", "at_hash", "sid")),
	}
}

// ordinaryTypes are what the header of an ID token may say of its type (RFC
// 7515, section 4.1.9).
func ordinaryTypes() []fault.Spec {
	absent := fault.Spec{
		ID: "id_token.typ.absent", Title: "an ID token without typ",
		Token: &fault.TokenEdit{RemoveHeader: []string{"typ"}},
	}
	lower := fault.Spec{
		ID: "id_token.typ.lower", Title: "an ID token of type jwt",
		Token: &fault.TokenEdit{SetHeader: set{"typ": `"jwt"`}.raw()},
	}
	return []fault.Spec{absent, lower}
}

package fault

import "slices"

// tokens are the JWTs that a TokenEdit can be about.
func tokens() []string { return []string{IDToken, "userinfo", "logout_token"} }

func sources() []Source {
	return []Source{FromPrevious, FromOtherUser, FromOtherClient, FromIDToken, FromAccessToken, FromLogoutToken, FromUserInfo}
}

func (e *TokenEdit) validate(p *problems) {
	known(p, "token.token", e.Token, tokens())
	known(p, "token.from", e.From, sources())
	known(p, "token.sign", e.Sign, Signings())
	known(p, "token.secret", e.Secret, Secrets())
	known(p, "token.signature", e.Signature, Mutations())
	known(p, "token.payload", e.Payload, Payloads())
	known(p, "token.form", e.Form, Forms())
	known(p, "token.rotate", e.Rotate, Rotations())
	p.values("token.set_header", e.SetHeader, e.RemoveHeader)
	p.values("token.duplicate_header", e.DuplicateHeader, e.RemoveHeader)
	p.values("token.set_claims", e.SetClaims, e.RemoveClaims)
	p.values("token.duplicate_claims", e.DuplicateClaims, e.RemoveClaims)

	members := e.members()
	others := e.Sign != Properly || e.Signature != "" || e.Payload != "" || e.Form != "" || e.Rotate != ""
	switch {
	case e.From != "" && (members > 0 || others):
		p.add("token.from: another token is sent as it is; leave the other edits out")
	case e.From == "" && members == 0 && !others:
		p.add("token: no edits")
	}
	switch {
	case e.Sign == HMAC && e.Secret == "":
		p.add("token.secret: missing; sign %q needs one of %q", HMAC, Secrets())
	case e.Sign != HMAC && e.Secret != "":
		p.add("token.secret: only sign %q takes one", HMAC)
	case e.Secret == SecretWritten && len(e.SecretText) == 0:
		p.add("token.secret_text: missing; secret %q is what it says", SecretWritten)
	case e.Secret != SecretWritten && len(e.SecretText) > 0:
		p.add("token.secret_text: only secret %q takes one", SecretWritten)
	case e.Sign == Unsigned && e.Signature != "":
		p.add("token.signature: a token that is unsigned has none; %q keeps the honest one", BeforeEdits)
	case e.Sign == BeforeEdits && members == 0:
		p.add("token.sign: %q without edits changes nothing", BeforeEdits)
	case e.Sign == Corrupted && e.Signature != "":
		p.add("token.signature: %q is the mutation %q itself", Corrupted, FlipMiddle)
	}
	if slices.Contains([]Form{Encrypted, EncryptedClaim}, e.Form) && e.Signature != "" {
		p.add("token.signature: nobody can read it within a token of form %q", e.Form)
	}
}

func (e *TokenEdit) members() int {
	return len(e.SetHeader) + len(e.RemoveHeader) + len(e.DuplicateHeader) +
		len(e.SetClaims) + len(e.RemoveClaims) + len(e.DuplicateClaims)
}

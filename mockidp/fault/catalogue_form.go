package fault

func formFaults() []Spec {
	compact, asJSON := rfc("7515", "7.1"), rfc("7515", "7.2")
	written := func(id ID, title string, f Form) Spec {
		r := compact
		switch f {
		case FlattenedJSON, GeneralJSON, TwoSignatures:
			r = asJSON
		case Unencoded:
			r = rfc("7797", "3")
		case Detached:
			r = rfc("7515", "Appendix F")
		case Encrypted, EncryptedClaim:
			r = core("3.1.3.7 (1)")
		}
		return tokenFault(id, title, TokenEdit{Form: f}, r)
	}
	return []Spec{
		written("id_token.form.json", "ID token as flattened JSON", FlattenedJSON),
		written("id_token.form.json_general", "ID token as general JSON", GeneralJSON),
		written("id_token.form.two_signatures", "ID token with a rogue signature in front of the good one", TwoSignatures),
		written("id_token.form.detached", "ID token without its payload", Detached),
		written("id_token.form.unencoded", "ID token whose payload is not encoded", Unencoded),
		written("id_token.form.nested", "ID token within a signed token", Nested),
		written("id_token.form.encrypted", "ID token encrypted for nobody", Encrypted),
		written("id_token.form.encrypted_claims", "claims encrypted in place of signed", EncryptedClaim),
		written("id_token.form.two_parts", "ID token of two parts", TwoParts),
		written("id_token.form.four_parts", "ID token of four parts", FourParts),
		written("id_token.form.five_parts", "ID token of five parts", FiveParts),
		written("id_token.form.many_dots", "ID token with 100 000 dots behind it", ManyDots),
		written("id_token.form.truncated", "the first half of an ID token", TruncatedForm),
		written("id_token.form.space_around", "ID token with white space around it", SpaceAround),
		written("id_token.form.space_within", "ID token with line feeds in it", SpaceWithin),
		written("id_token.form.bom", "ID token behind a byte order mark", WithBOM),
		written("id_token.form.padded", "ID token with base64 padding", PaddedParts),
	}
}

func sourceFaults() []Spec {
	kinds := rfc("8725", "3.12")
	from := func(id ID, title string, s Source) Spec {
		return tokenFault(id, title, TokenEdit{From: s}, kinds, core("3.1.3.7"))
	}
	return []Spec{
		from("id_token.source.previous", "the ID token of the sign-in before", FromPrevious),
		from("id_token.source.other_user", "the ID token of another end-user's sign-in", FromOtherUser),
		from("id_token.source.other_client", "the ID token of the end-user's sign-in at another client", FromOtherClient),
		from("id_token.source.access_token", "the access token in place of the ID token", FromAccessToken),
		from("id_token.source.logout_token", "a logout token in place of the ID token", FromLogoutToken),
		from("id_token.source.userinfo", "a signed UserInfo answer in place of the ID token", FromUserInfo),
	}
}

package protocol

// SigningAlgs are the algorithms of signatures with a key pair that the
// provider knows (RFC 7518, section 3.1; RFC 8037, section 3.1).
func SigningAlgs() []string {
	return []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
}

// HMACAlgs are the algorithms of signatures with a client's secret (RFC 7518,
// section 3.2).
func HMACAlgs() []string { return []string{"HS256", "HS384", "HS512"} }

// KeyAlgs are the algorithms by which the key of an encrypted token reaches
// the client (RFC 7518, section 4.1).
func KeyAlgs() []string {
	return append(PublicKeyAlgs(), "A128KW", "A256KW", "dir")
}

// PublicKeyAlgs are those of KeyAlgs that need a public key of the client. The
// others take a key that is made from its secret (OpenID Connect Core 1.0,
// section 10.2).
func PublicKeyAlgs() []string {
	return []string{"RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"}
}

// ContentAlgs are the algorithms that encrypt the content of a token (RFC
// 7518, section 5.1).
func ContentAlgs() []string {
	return []string{"A128CBC-HS256", "A256CBC-HS512", "A128GCM", "A256GCM"}
}

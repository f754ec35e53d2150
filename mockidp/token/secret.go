package token

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/keys"
)

// secret is the octets of an HMAC secret. It reports false when the key or the
// client has nothing of the kind.
func secret(spelling fault.Secret, e Edit, public *keys.Key) ([]byte, bool, error) {
	switch spelling {
	case fault.SecretEmpty:
		return nil, true, nil
	case fault.SecretZero:
		return []byte{0}, true, nil
	case fault.SecretWord:
		return []byte("secret"), true, nil
	case fault.SecretWritten:
		return writtenSecret(e)
	case fault.SecretClientID:
		return []byte(e.Honest.Client), true, nil
	case fault.SecretClientSecret:
		return []byte(e.ClientSecret), e.ClientSecret != "", nil
	case fault.SecretClientSecretHash:
		sum := sha256.Sum256([]byte(e.ClientSecret))
		return []byte(hex.EncodeToString(sum[:])), e.ClientSecret != "", nil
	case fault.SecretAlgorithm:
		return []byte(public.Alg), true, nil
	case fault.SecretKeyID:
		return []byte(public.ID), true, nil
	case fault.SecretJWKS:
		set, err := e.Ring.JWKS()
		return set, err == nil, err
	case fault.SecretModulus, fault.SecretModulusBytes, fault.SecretExponent, fault.SecretKeyType, fault.SecretJWK:
		return jwkSecret(spelling, public)
	case fault.SecretCertificate, fault.SecretCertificatePEM:
		der, err := public.Certificate()
		if spelling == fault.SecretCertificatePEM {
			return block("CERTIFICATE", der), err == nil, err
		}
		return []byte(base64.StdEncoding.EncodeToString(der)), err == nil, err
	default:
		return derSecret(spelling, public)
	}
}

func writtenSecret(e Edit) ([]byte, bool, error) {
	value, ok := fault.Resolve(e.SecretText, "", e.Honest)
	var text *string
	if !ok || json.Unmarshal(value, &text) != nil || text == nil {
		return nil, false, nil //nolint:nilerr // a value that is no text makes no secret
	}
	return []byte(*text), true, nil
}

func jwkSecret(spelling fault.Secret, public *keys.Key) ([]byte, bool, error) {
	jwk, err := public.JWK().MarshalJSON()
	if err != nil || spelling == fault.SecretJWK {
		return jwk, err == nil, err
	}
	var members map[string]string
	if err := json.Unmarshal(jwk, &members); err != nil {
		return nil, false, err
	}
	if spelling == fault.SecretModulusBytes {
		n, err := base64.RawURLEncoding.DecodeString(members["n"])
		return n, len(n) > 0, err
	}
	part := members[string(spelling)]
	return []byte(part), part != "", nil
}

// derSecret is a secret made from the DER form of the public key: as
// SubjectPublicKeyInfo or, for RSA, as PKCS #1.
func derSecret(spelling fault.Secret, k *keys.Key) ([]byte, bool, error) {
	form, how, _ := strings.Cut(string(spelling), "_")
	label := "PUBLIC KEY"
	der, err := x509.MarshalPKIXPublicKey(k.Public())
	if err != nil {
		return nil, false, err
	}
	if form == "pkcs1" {
		public, ok := k.Public().(*rsa.PublicKey)
		if !ok {
			return nil, false, nil
		}
		label, der = "RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(public)
	}
	text := string(block(label, der))
	switch how {
	case "pem":
	case "pem_no_newline":
		text = strings.TrimSuffix(text, "\n")
	case "pem_crlf":
		text = strings.ReplaceAll(text, "\n", "\r\n")
	case "pem_one_line":
		text = strings.ReplaceAll(text, "\n", "")
	case "pem_extra_newline":
		text += "\n"
	case "base64_lines":
		text = strings.TrimPrefix(text, "-----BEGIN "+label+"-----\n")
		text = strings.TrimSuffix(text, "-----END "+label+"-----\n")
	case "base64":
		text = base64.StdEncoding.EncodeToString(der)
	default:
		text = string(der)
	}
	return []byte(text), true, nil
}

func block(label string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})
}

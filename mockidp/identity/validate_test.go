package identity

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"strings"
	"testing"

	jose "github.com/go-jose/go-jose/v4"
)

func shop(edit func(*Client)) Client {
	c := Client{ID: "shop", Secret: strings.Repeat("s", 32), RedirectURIs: []string{"https://shop.test/cb"}}
	edit(&c)
	return c
}

func jwks(keys ...jose.JSONWebKey) *jose.JSONWebKeySet { return &jose.JSONWebKeySet{Keys: keys} }

func p256(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestClientValidate has a row for each rule; an empty problem is a client
// that the rule lets pass.
func TestClientValidate(t *testing.T) {
	t.Parallel()
	ec := p256(t)
	public := jose.JSONWebKey{Key: &ec.PublicKey}
	forEncryption := jose.JSONWebKey{Key: &ec.PublicKey, Use: "enc"}
	weak := jose.JSONWebKey{Key: weakRSA(t)}
	bad := int64(-1)
	for name, tc := range map[string]struct {
		edit    func(*Client)
		problem string
	}{
		"plain":                   {func(*Client) {}, ""},
		"no ID":                   {func(c *Client) { c.ID = "" }, "no client_id"},
		"control character in ID": {func(c *Client) { c.ID = "a\nb" }, "not printable ASCII"},

		"unknown method":             {func(c *Client) { c.AuthMethod = "magic" }, `authentication method "magic"`},
		"post without secret":        {func(c *Client) { c.AuthMethod, c.Secret = AuthPost, "" }, "client_secret_post without a secret"},
		"none with secret":           {func(c *Client) { c.AuthMethod = AuthNone }, "authenticates with none"},
		"secret JWT":                 {func(c *Client) { c.AuthMethod = AuthSecretJWT }, ""},
		"secret JWT, short secret":   {func(c *Client) { c.AuthMethod, c.Secret = AuthSecretJWT, "s" }, "HS256 needs a client secret of at least 32 bytes"},
		"secret JWT, HS512":          {func(c *Client) { c.AuthMethod, c.AuthAlg = AuthSecretJWT, "HS512" }, "HS512 needs a client secret of at least 64 bytes"},
		"secret JWT, RS256":          {func(c *Client) { c.AuthMethod, c.AuthAlg = AuthSecretJWT, "RS256" }, `token_endpoint_auth_signing_alg "RS256"`},
		"private key JWT":            {func(c *Client) { c.AuthMethod, c.Keys = AuthPrivateJWT, jwks(public) }, ""},
		"private key JWT, no keys":   {func(c *Client) { c.AuthMethod = AuthPrivateJWT }, "private_key_jwt without keys"},
		"private key JWT, empty set": {func(c *Client) { c.AuthMethod, c.Keys = AuthPrivateJWT, jwks() }, "private_key_jwt without keys"},
		"private key JWT, none": {func(c *Client) {
			c.AuthMethod, c.Keys, c.AuthAlg = AuthPrivateJWT, jwks(public), "none"
		}, `token_endpoint_auth_signing_alg "none"`},
		"private key JWT, other key": {func(c *Client) {
			c.AuthMethod, c.Keys, c.AuthAlg = AuthPrivateJWT, jwks(public), "RS256"
		}, "no key in jwks is for RS256"},
		"private key JWT, other curve": {func(c *Client) {
			c.AuthMethod, c.Keys, c.AuthAlg = AuthPrivateJWT, jwks(public), "ES384"
		}, "no key in jwks is for ES384"},
		"assertion alg with basic": {func(c *Client) { c.AuthAlg = "HS256" }, "which signs nothing"},

		"private key in jwks":   {func(c *Client) { c.Keys = jwks(public, jose.JSONWebKey{Key: ec}) }, "key 2 of jwks is not a valid public key"},
		"symmetric key in jwks": {func(c *Client) { c.Keys = jwks(jose.JSONWebKey{Key: []byte("0123456789abcdef")}) }, "key 1 of jwks is not a valid public key"},
		"short RSA key":         {func(c *Client) { c.Keys = jwks(weak) }, "less than 2048 bits"},

		"no redirect URIs":              {func(c *Client) { c.RedirectURIs = nil }, "no redirect_uris"},
		"no redirect URIs, for device":  {func(c *Client) { c.RedirectURIs, c.GrantTypes = nil, []GrantType{GrantDevice} }, ""},
		"relative redirect URI":         {func(c *Client) { c.RedirectURIs = []string{"/cb"} }, `"/cb" is not absolute`},
		"redirect URI with fragment":    {func(c *Client) { c.RedirectURIs = []string{"https://a.test/#"} }, "has a fragment"},
		"redirect URI without host":     {func(c *Client) { c.RedirectURIs = []string{"https:///cb"} }, "has no host"},
		"redirect URI with a username":  {func(c *Client) { c.RedirectURIs = []string{"https://shop.test@evil.test/"} }, "has a username"},
		"redirect URI of an app":        {func(c *Client) { c.RedirectURIs = []string{"com.example.app:/cb"} }, ""},
		"redirect URI on loopback":      {func(c *Client) { c.RedirectURIs = []string{"http://[::1]/cb"} }, ""},
		"redirect URI of a script":      {func(c *Client) { c.RedirectURIs = []string{"javascript:alert(1)"} }, "a scheme of an app's own has a dot"},
		"logout URI with fragment":      {func(c *Client) { c.PostLogoutRedirectURIs = []string{"https://a.test/#x"} }, "has a fragment"},
		"back-channel without host":     {func(c *Client) { c.BackChannelLogoutURI = "https:///x" }, "backchannel_logout_uri"},
		"front-channel with fragment":   {func(c *Client) { c.FrontChannelLogoutURI = "https://shop.test/#x" }, "frontchannel_logout_uri"},
		"front-channel elsewhere":       {func(c *Client) { c.FrontChannelLogoutURI = "https://other.test/x" }, "has not the scheme, host and port"},
		"front-channel on another port": {func(c *Client) { c.FrontChannelLogoutURI = "https://shop.test:8443/x" }, "has not the scheme, host and port"},
		"front-channel at home":         {func(c *Client) { c.FrontChannelLogoutURI = "https://shop.test/x?y=z" }, ""},
		"login started by an app":       {func(c *Client) { c.InitiateLoginURI = "com.example.app:/x" }, "initiate_login_uri"},

		"unknown grant":             {func(c *Client) { c.GrantTypes = []GrantType{GrantCode, "password"} }, `grant type "password"`},
		"unknown response":          {func(c *Client) { c.ResponseTypes = []string{"code code"} }, `response type "code code"`},
		"response in another order": {func(c *Client) { c.ResponseTypes = []string{"id_token code"}; c.GrantTypes = GrantTypes() }, ""},
		"id_token without implicit": {func(c *Client) { c.ResponseTypes = []string{"id_token"} }, `"id_token" without grant type implicit`},
		"code without its grant": {func(c *Client) {
			c.ResponseTypes, c.GrantTypes = []string{"code"}, []GrantType{GrantImplicit}
		}, `"code" without grant type authorization_code`},
		"public machine": {func(c *Client) { c.Secret, c.GrantTypes = "", []GrantType{GrantCredentials} }, "without a way to authenticate"},

		"unknown subject type": {func(c *Client) { c.SubjectType = "secret" }, `subject type "secret"`},
		"pairwise":             {func(c *Client) { c.SubjectType = SubjectPairwise }, ""},
		"pairwise, two hosts": {func(c *Client) {
			c.SubjectType, c.RedirectURIs = SubjectPairwise, []string{"https://a.test/", "https://b.test/"}
		}, "2 hosts need a sector_identifier_uri"},
		"pairwise, two hosts of a sector": {func(c *Client) {
			c.SubjectType, c.RedirectURIs = SubjectPairwise, []string{"https://a.test/", "https://b.test/"}
			c.SectorIdentifier = "https://a.test/sector"
		}, ""},
		"sector over http": {func(c *Client) { c.SectorIdentifier = "http://a.test/sector" }, "not an https URL"},

		"ID token ES512": {func(c *Client) { c.IDTokenAlg = "ES512" }, ""},
		"ID token none":  {func(c *Client) { c.IDTokenAlg = "none" }, ""},
		"UserInfo none":  {func(c *Client) { c.UserInfoAlg = "none" }, `userinfo_signed_response_alg "none"`},
		"ID token none in front": {func(c *Client) {
			c.IDTokenAlg, c.ResponseTypes, c.GrantTypes = "none", []string{"code id_token"}, []GrantType{GrantCode, GrantImplicit}
		}, "none with a response type that has an ID token"},
		"ID token HS384":             {func(c *Client) { c.IDTokenAlg = "HS384" }, "HS384 needs a client secret of at least 48 bytes"},
		"UserInfo MD5":               {func(c *Client) { c.UserInfoAlg = "MD5" }, `userinfo_signed_response_alg "MD5"`},
		"request object, no key":     {func(c *Client) { c.RequestAlg = "ES256" }, "no key in jwks is for ES256"},
		"request object":             {func(c *Client) { c.RequestAlg, c.Keys = "ES256", jwks(public) }, ""},
		"request object, other use":  {func(c *Client) { c.RequestAlg, c.Keys = "ES256", jwks(forEncryption) }, "no key in jwks is for ES256"},
		"encrypted":                  {func(c *Client) { c.IDTokenKeyAlg, c.Keys = "ECDH-ES", jwks(forEncryption) }, ""},
		"encrypted, other key":       {func(c *Client) { c.IDTokenKeyAlg, c.Keys = "RSA-OAEP", jwks(public) }, "no key in jwks is for RSA-OAEP"},
		"encrypted, unknown":         {func(c *Client) { c.UserInfoKeyAlg = "RSA1_5" }, `userinfo_encrypted_response_alg "RSA1_5"`},
		"encrypted, unknown content": {func(c *Client) { c.IDTokenKeyAlg, c.IDTokenEnc = "dir", "A1" }, `id_token_encrypted_response_enc "A1"`},
		"content alone":              {func(c *Client) { c.IDTokenEnc = "A128GCM" }, "enc without id_token_encrypted_response_alg"},
		"encrypted with the secret":  {func(c *Client) { c.IDTokenKeyAlg = "A128KW" }, ""},
		"encrypted with no secret":   {func(c *Client) { c.IDTokenKeyAlg, c.Secret = "dir", "" }, "dir needs a client secret"},

		"max_age": {func(c *Client) { c.DefaultMaxAge = &bad }, "default_max_age -1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := shop(tc.edit).Validate()
			switch {
			case tc.problem == "" && err != nil:
				t.Error(err)
			case tc.problem != "" && (err == nil || !strings.Contains(err.Error(), tc.problem)):
				t.Errorf("error %v, want %q", err, tc.problem)
			case err != nil && strings.Contains(err.Error(), "\n"):
				t.Errorf("more than one problem: %v", err)
			}
		})
	}
}

func weakRSA(t *testing.T) *rsa.PublicKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	return &k.PublicKey
}

func TestClientValidateListsAll(t *testing.T) {
	t.Parallel()
	err := Client{AuthMethod: AuthPost, IDTokenAlg: "x", RedirectURIs: []string{"/a", "/b"}}.Validate()
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || len(joined.Unwrap()) != 5 {
		t.Fatalf("%v", err)
	}
	if _, ok := errors.AsType[RedirectError](err); !ok {
		t.Error("no RedirectError among them")
	}
	if _, ok := errors.AsType[RedirectError](shop(func(c *Client) { c.ID = "" }).Validate()); ok {
		t.Error("a RedirectError without need")
	}
}

func TestUserValidate(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		user     User
		problems []string
	}{
		"plain":    {User{Username: "ada", Password: "p", Claims: map[string]any{"tier": 1}}, nil},
		"nothing":  {User{}, []string{"no username", "no password"}},
		"long sub": {User{Username: "ada", Password: "p", Subject: strings.Repeat("s", 256)}, []string{"longer than 255"}},
		"longest":  {User{Username: "ada", Password: "p", Subject: strings.Repeat("s", 255)}, nil},
		"claims": {User{Username: "ada", Password: "p", Claims: map[string]any{"iss": "x", "f": func() {}, "ok": 1}}, []string{
			`claim "f": json`, `claim "iss" is the provider's own`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := tc.user.Validate()
			if (err == nil) != (len(tc.problems) == 0) {
				t.Fatalf("error %v", err)
			}
			if err == nil {
				return
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(tc.problems) {
				t.Fatalf("error %v", err)
			}
			for i, want := range tc.problems {
				if !strings.Contains(lines[i], want) {
					t.Errorf("%q, want %q", lines[i], want)
				}
			}
		})
	}
}

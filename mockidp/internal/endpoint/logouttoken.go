package endpoint

import (
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/token"
)

// logoutToken is what a client is told of a logout with (OpenID Connect
// Back-Channel Logout 1.0, section 2.4). User or session ID may be empty, but
// not both. It is signed even for a client whose ID tokens are not: there
// "none" is forbidden (section 2.6).
func (m *Mint) logoutToken(x *Exchange, c identity.Client, username, sid string, lifetime time.Duration) (journal.Issued, error) {
	now := m.Now()
	var claims token.Members
	claims.Add("iss", m.Issuer)
	claims.Add("aud", c.ID)
	claims.Add("iat", now.Unix())
	claims.Add("exp", now.Add(lifetime).Unix())
	claims.Add("jti", rand.Text())
	claims.Add("events", map[string]struct{}{logoutEvent: {}})
	user, known := m.Directory.user(username)
	switch {
	case known:
		claims.Add("sub", m.Directory.subject(c, user))
	case sid == "" && username == "":
		return journal.Issued{}, errors.New("logout token: neither a user nor a session to name")
	case sid == "":
		return journal.Issued{}, fmt.Errorf("logout token: no user %q", username)
	}
	if sid != "" {
		claims.Add("sid", sid)
	}
	alg := idTokenAlg(c)
	if alg == keys.None {
		alg = keys.RS256
	}
	return m.sign(x, jwt{
		kind: "logout_token", typ: "logout+jwt", client: c, user: username, alg: alg, claims: claims, encryption: idTokenEncryption(c),
	})
}

// idTokenEncryption is how ID tokens are encrypted for a client, and logout
// tokens too (OpenID Connect Back-Channel Logout 1.0, section 2.6 (1)).
func idTokenEncryption(c identity.Client) token.Encryption {
	return token.Encryption{KeyAlg: c.IDTokenKeyAlg, Enc: c.IDTokenEnc}
}

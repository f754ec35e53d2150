package endpoint

import (
	"crypto/rand"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/internal/state"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/token"
)

// Mint makes ID tokens and is the seam where token edits act.
type Mint struct {
	Issuer   string
	Now      func() time.Time
	Ring     *keys.Ring
	Lifetime time.Duration
}

// jwt is a token to be made, honest so far.
type jwt struct {
	// kind is the kind of the journal: "id_token", "userinfo" or
	// "logout_token". Token edits name it.
	kind string
	// typ is the header member (RFC 7515, section 4.1.9).
	typ    string
	client identity.Client
	user   string // the username, for the scope of faults
	alg    string
	claims token.Members
}

// sign makes a token with exactly one signature.
func (m *Mint) sign(x *Exchange, j jwt) (journal.Issued, error) {
	key, err := m.Ring.Signing(j.alg)
	if err != nil {
		return journal.Issued{}, err
	}
	draft := token.NewDraft(key, j.claims)
	if err := m.spoil(x, draft, j); err != nil {
		return journal.Issued{}, err
	}
	value, err := draft.Sign(m.Ring, key)
	if err != nil {
		return journal.Issued{}, err
	}
	out := journal.Issued{Kind: j.kind, Value: value}
	if draft.Changed() {
		header, claims := draft.Honest()
		out.HonestHeader, out.HonestClaims, out.Signing = header.JSON(), claims.JSON(), string(draft.Signing)
	}
	return out, nil
}

func (m *Mint) spoil(x *Exchange, draft *token.Draft, j jwt) error {
	var broken error
	x.faults.Each(j.user, j.client.ID, func(s fault.Spec) bool {
		if s.Token == nil || j.kind != "id_token" {
			return false
		}
		changed, err := draft.Apply(token.Edit{
			TokenEdit: s.Token, Honest: fault.Honest{Now: m.Now(), Client: j.client.ID}, Ring: m.Ring,
		})
		if err != nil {
			broken = err
		}
		return changed
	})
	return broken
}

// idToken makes an ID token (OpenID Connect Core 1.0, section 2).
func (m *Mint) idToken(x *Exchange, c identity.Client, p person, g state.Grant, accessToken string) (journal.Issued, error) {
	alg := c.IDTokenAlg
	if alg == "" {
		alg = keys.RS256
	}
	return m.sign(x, jwt{
		kind: "id_token", typ: "JWT", client: c, user: g.User, alg: alg,
		claims: m.claims(c, p, g, accessToken, m.Now()),
	})
}

func (m *Mint) claims(c identity.Client, p person, g state.Grant, accessToken string, now time.Time) token.Members {
	released := p.released(g.Scopes)
	out := make(token.Members, 0, 10+len(released))
	out.Add("iss", m.Issuer)
	out.Add("sub", p.Sub())
	out.Add("aud", c.ID)
	out.Add("exp", now.Add(m.Lifetime).Unix())
	out.Add("iat", now.Unix())
	out.Add("auth_time", g.AuthTime.Unix())
	if g.Nonce != "" {
		out.Add("nonce", g.Nonce)
	}
	out.Add("at_hash", token.Hash(accessToken))
	out.Add("sid", g.SID)
	out.Add("jti", rand.Text())
	return append(out, released...)
}

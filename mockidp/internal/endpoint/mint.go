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

// idToken makes an ID token with exactly one signature.
func (m *Mint) idToken(x *Exchange, c identity.Client, p person, g state.Grant, accessToken string) (journal.Issued, error) {
	alg := c.IDTokenAlg
	if alg == "" {
		alg = keys.RS256
	}
	key, err := m.Ring.Signing(alg)
	if err != nil {
		return journal.Issued{}, err
	}
	now := m.Now()
	draft := token.NewDraft(key, m.claims(c, p, g, accessToken, now))

	var broken error
	x.faults.Each(g.User, c.ID, func(s fault.Spec) bool {
		if s.Token == nil {
			return false
		}
		changed, err := draft.Apply(token.Edit{
			TokenEdit: s.Token, Honest: fault.Honest{Now: now, Client: c.ID}, Ring: m.Ring,
		})
		if err != nil {
			broken = err
		}
		return changed
	})
	if broken != nil {
		return journal.Issued{}, broken
	}
	value, err := draft.Sign(m.Ring, key)
	if err != nil {
		return journal.Issued{}, err
	}
	out := journal.Issued{Kind: "id_token", Value: value}
	if draft.Changed() {
		header, claims := draft.Honest()
		out.HonestHeader, out.HonestClaims, out.Signing = header.JSON(), claims.JSON(), string(draft.Signing)
	}
	return out, nil
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

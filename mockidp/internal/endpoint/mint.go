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

// Mint makes the provider's JWTs and is the seam where token edits act.
type Mint struct {
	Issuer    string
	Now       func() time.Time
	Directory *Directory
	Ring      *keys.Ring
	// Lifetime is that of ID tokens, AccessLifetime that of access tokens.
	Lifetime, AccessLifetime time.Duration
	Site                     Site
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
	// alg is an algorithm of the ring's keys, one that signs with the
	// client's secret, or "none".
	alg    string
	claims token.Members
	// encryption is applied to the signed token.
	encryption token.Encryption
}

// sign makes a token with at most one signature, and encrypts it if asked to.
func (m *Mint) sign(x *Exchange, j jwt) (journal.Issued, error) {
	if err := m.rotate(x, j); err != nil {
		return journal.Issued{}, err
	}
	key, err := m.key(j)
	if err != nil {
		return journal.Issued{}, err
	}
	draft := token.NewDraft(key, j.typ, j.claims)
	if err := m.spoil(x, draft, j, key); err != nil {
		return journal.Issued{}, err
	}
	value, err := draft.Sign(m.Ring, key)
	if err != nil {
		return journal.Issued{}, err
	}
	if j.encryption.KeyAlg != "" {
		if value, err = j.encryption.Encrypt(j.client, []byte(value), true); err != nil {
			return journal.Issued{}, err
		}
	}
	out := journal.Issued{Kind: j.kind, Value: value}
	if draft.Changed() {
		header, claims := draft.Honest()
		out.HonestHeader, out.HonestClaims, out.Signing = header.JSON(), claims.JSON(), draft.Flaws()
	}
	return out, nil
}

// rotate makes the key rotations of faults, before the key is chosen.
func (m *Mint) rotate(x *Exchange, j jwt) error {
	var broken error
	x.faults.Each(j.user, j.client.ID, func(s fault.Spec) func() {
		if s.Token == nil || s.Token.Kind() != j.kind || s.Token.Rotate == "" || keys.Symmetric(j.alg) || j.alg == keys.None {
			return nil
		}
		return func() { broken = m.Ring.Rotate(keys.Rotation(s.Token.Rotate)) }
	})
	return broken
}

func (m *Mint) spoil(x *Exchange, draft *token.Draft, j jwt, key *keys.Key) error {
	var broken error
	x.faults.Each(j.user, j.client.ID, func(s fault.Spec) func() {
		if s.Token == nil || s.Token.Kind() != j.kind {
			return nil
		}
		edited, err := draft.Edited(token.Edit{
			TokenEdit: s.Token, Honest: x.facts.honest(j.client.ID, j.user), Ring: m.Ring, Key: key,
			ClientSecret: j.client.Secret,
			Earlier:      func(from fault.Source) (string, bool) { return x.facts.earlier(x, j, from) },
		})
		if err != nil {
			broken = err
		}
		if edited == nil {
			return nil
		}
		return func() { *draft = *edited }
	})
	return broken
}

// key is what a token is signed with.
func (m *Mint) key(j jwt) (*keys.Key, error) {
	switch {
	case j.alg == keys.None:
		return keys.Unsecured(), nil
	case keys.Symmetric(j.alg):
		return keys.Secret(j.alg, j.client.Secret)
	default:
		return m.Ring.Signing(j.alg)
	}
}

// hashed are the values that an ID token is sent with and vouches for by their
// hashes (OpenID Connect Core 1.0, sections 3.1.3.6 and 3.3.2.11). Either may be
// empty.
type hashed struct {
	accessToken, code string
	// back is that the token goes through the token endpoint.
	back bool
}

// idToken makes an ID token (OpenID Connect Core 1.0, section 2).
func (m *Mint) idToken(x *Exchange, c identity.Client, p person, g state.Grant, with hashed) (journal.Issued, error) {
	alg, typ := idTokenAlg(c), "JWT"
	if m.Site.Profile.IDToken.NoType {
		typ = ""
	}
	return m.sign(x, jwt{
		kind: "id_token", typ: typ, client: c, user: g.User, alg: alg,
		claims:     m.claims(c, p, g, with, alg),
		encryption: idTokenEncryption(c),
	})
}

// idTokenAlg is what a client is registered for (OpenID Connect Dynamic Client
// Registration 1.0, section 2).
func idTokenAlg(c identity.Client) string {
	if c.IDTokenAlg == "" {
		return keys.RS256
	}
	return c.IDTokenAlg
}

// claims are those of an ID token. There is no azp: the client is its only
// audience, and section 2 discourages the claim without an extension that needs
// it.
func (m *Mint) claims(c identity.Client, p person, g state.Grant, with hashed, alg string) token.Members {
	scopes, now := g.Scopes, m.Now()
	shape := m.Site.Profile.IDToken
	if (c.ThinIDToken || shape.Thin) && with.accessToken != "" {
		// UserInfo has the claims of scopes (section 5.4).
		scopes = nil
	}
	released := p.released(scopes, g.Claims.IDToken)
	out := make(token.Members, 0, 13+len(released))
	out.Add("iss", m.Issuer)
	out.Add("sub", m.Directory.subject(c, p))
	out.Add("aud", c.ID)
	out.Add("exp", now.Add(m.Lifetime).Unix())
	out.Add("iat", now.Unix())
	if !g.AuthTime.IsZero() {
		out.Add("auth_time", g.AuthTime.Unix())
	}
	addText := func(name, value string) {
		if value != "" {
			out.Add(name, value)
		}
	}
	addText("nonce", g.Nonce)
	addText("acr", g.ACR)
	if len(g.AMR) > 0 {
		out.Add("amr", g.AMR)
	}
	if with.accessToken != "" && !(with.back && shape.NoHashes) {
		addText("at_hash", token.Hash(alg, with.accessToken))
	}
	if with.code != "" {
		addText("c_hash", token.Hash(alg, with.code))
	}
	addText("sid", g.SID)
	out.Add("jti", rand.Text())
	out = withMembers(append(out, released...), shape.Members, m.words(c, p, g))
	if shape.EscapedSlashes {
		return escaped(out)
	}
	return out
}

package state

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// Limit is how many codes, browsers with sessions, access tokens and refresh
// tokens a store keeps, and of everything else that it remembers. The oldest
// give way.
const Limit = 4096

// RefreshLifetime is how long a refresh token can be used.
const RefreshLifetime = 30 * 24 * time.Hour

// ErrSpent is a code or refresh token that was used before. Everything that
// was issued from it is revoked by the time the error is returned.
var ErrSpent = errors.New("used before")

// ErrUnknown is a code or token that was never issued, has expired, was
// revoked or belongs to another client.
var ErrUnknown = errors.New("unknown, expired or revoked")

// ErrOld is an ErrUnknown of a code or refresh token whose time is over.
var ErrOld = fmt.Errorf("%w", ErrUnknown)

// ErrOtherClient is a token that was issued to another client.
var ErrOtherClient = errors.New("issued to another client")

// Grant is what an end-user's sign-in allows a client, and what the code for
// it is bound to.
type Grant struct {
	Client      string
	User        string // the username
	RedirectURI string
	Challenge   string // code challenge, or empty
	Plain       bool   // the challenge is the verifier itself
	Nonce       string
	Offline     bool // access_type=offline was asked for
	Scopes      []string
	AuthTime    time.Time
	SID         string
	// ACR and AMR say how the end-user authenticated (OpenID Connect Core
	// 1.0, section 2).
	ACR string
	AMR []string
	// Claims is the claims parameter of the request.
	Claims protocol.ClaimsRequest
}

// Store holds the state of one provider and is safe for concurrent use.
type Store struct {
	now      func() time.Time
	lifetime Lifetimes

	mu      sync.Mutex
	codes   table[*ticket]
	access  table[access]
	refresh table[*ticket]
	used    table[struct{}]
	visits  table[*Visit]

	devices, userCodes table[*device]
	wrong              guesses

	browsers     table[*browser]
	interactions table[Interaction]
	consents     table[[]string]
	pushed       table[pushed]
}

// Lifetimes are how long codes, access tokens and sessions are good for.
type Lifetimes struct {
	Code, Token, Session time.Duration
	// Refresh is that of refresh tokens; zero is RefreshLifetime.
	Refresh time.Duration
}

// family is everything that was issued from one code. It is revoked as one
// (RFC 6749, section 4.1.2; RFC 9700, section 4.14.2).
type family struct {
	grant   Grant
	revoked bool
}

// ticket is a code or refresh token: good for one use.
type ticket struct {
	family        *family
	issued, until time.Time
	spent         bool
}

type access struct {
	family        *family
	scopes        []string
	issued, until time.Time
}

// New is an empty store that reads the given clock.
func New(now func() time.Time, l Lifetimes) *Store {
	s := &Store{now: now, lifetime: l}
	s.Reset()
	return s
}

// Reset forgets everything.
func (s *Store) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes = newTable[*ticket](Limit)
	s.access = newTable[access](Limit)
	s.refresh = newTable[*ticket](Limit)
	s.used = newTable[struct{}](Limit)
	s.visits = newTable[*Visit](Limit)
	s.devices = newTable[*device](Limit)
	s.userCodes = newTable[*device](Limit)
	s.wrong = guesses{}
	s.browsers = newTable[*browser](Limit)
	s.interactions = newTable[Interaction](Limit)
	s.consents = newTable[[]string](Limit)
	s.pushed = newTable[pushed](Limit)
}

// NewCode is a fresh authorization code for a grant.
func (s *Store) NewCode(g Grant) string { return s.NewFamilyCode(NewFamily(g)) }

// NewFamilyCode is a fresh authorization code of a grant from which the
// authorization endpoint issued tokens already.
func (s *Store) NewFamilyCode(f Family) string {
	code, now := rand.Text(), s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	// A code is remembered for as long as tokens issued from it can live, so
	// that a late replay still revokes them.
	keep := now.Add(max(s.lifetime.Code, s.lifetime.Token))
	g := f.f.grant
	s.visit(g.SID, g.User, g.Client, now)
	s.codes.put(code, &ticket{family: f.f, until: now.Add(s.lifetime.Code)}, keep, now)
	return code
}

// Family is a handle on a grant and on everything that is issued from it.
type Family struct{ f *family }

// NewFamily is a grant that tokens are issued from without a code.
func NewFamily(g Grant) Family {
	// As parts of a request's line they would keep all of it alive.
	g.Nonce, g.Challenge = strings.Clone(g.Nonce), strings.Clone(g.Challenge)
	return Family{&family{grant: g}}
}

// Grant is what the end-user's sign-in allowed.
func (f Family) Grant() Grant { return f.f.grant }

// Waivers make a redemption forget a rule. Each is asked only where its rule
// would refuse; a nil one never waives.
type Waivers struct {
	// Reuse is that a code or refresh token is good once, Client that it is
	// good for its client alone.
	Reuse, Client func(Grant) bool
}

func (f *family) waived(w func(Grant) bool) bool { return w != nil && w(f.grant) }

// RedeemCode uses up a code on behalf of a client. A code of another client
// stays as it was.
func (s *Store) RedeemCode(code, client string, w Waivers) (Family, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return redeem(&s.codes, code, client, s.now(), w, func(Grant) error { return nil })
}

// RedeemRefresh uses up a refresh token on behalf of a client, unless allow
// objects to what is asked of it.
func (s *Store) RedeemRefresh(token, client string, w Waivers, allow func(Grant) error) (Family, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return redeem(&s.refresh, token, client, s.now(), w, allow)
}

func redeem(from *table[*ticket], key, client string, now time.Time, w Waivers, allow func(Grant) error) (Family, error) {
	t, ok := from.get(key, now)
	if !ok {
		return Family{}, ErrUnknown
	}
	f := t.family
	dead := f.revoked || !now.Before(t.until)
	switch {
	case t.spent && (dead || !f.waived(w.Reuse)):
		f.revoked = true
		return Family{}, ErrSpent
	case dead && !f.revoked:
		return Family{}, ErrOld
	case dead:
		return Family{}, ErrUnknown
	case f.grant.Client != client && !f.waived(w.Client):
		return Family{}, ErrUnknown
	case f.grant.Client != client:
		// The rightful client's tokens are none of the other's.
		f = &family{grant: f.grant}
		f.grant.Client = client
	}
	if err := allow(f.grant); err != nil {
		return Family{}, err
	}
	t.spent = true
	return Family{f}, nil
}

// NewAccess is a fresh access token of a family, good for the given scopes.
func (s *Store) NewAccess(f Family, scopes []string) string {
	return s.MintAccess(f, scopes, s.lifetime.Token)
}

// NewRefresh is a fresh refresh token of a family.
func (s *Store) NewRefresh(f Family) string {
	return s.MintRefresh(f, cmp.Or(s.lifetime.Refresh, RefreshLifetime))
}

// Access is what a live access token stands for and the scopes it is good for.
func (s *Store) Access(token string) (Grant, []string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.access.get(token, s.now())
	if !ok || a.family.revoked {
		return Grant{}, nil, false
	}
	return a.family.grant, a.scopes, true
}

// UseOnce reports whether an identifier was not used before. It is remembered
// for the given time, which is the same for all identifiers.
func (s *Store) UseOnce(id string, keep time.Duration) bool {
	sum := sha256.Sum256([]byte(id))
	key, now := string(sum[:]), s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, used := s.used.get(key, now); used {
		return false
	}
	s.used.put(key, struct{}{}, now.Add(keep), now)
	return true
}

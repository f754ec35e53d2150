package state

import (
	"crypto/rand"
	"errors"
	"strings"
	"time"
)

// DeviceLifetime is how long a device waits for its user, PollInterval how
// long at first between two polls (RFC 8628, section 3.2).
const (
	DeviceLifetime = 10 * time.Minute
	PollInterval   = 5 * time.Second
)

// userCodeLetters has no vowels, so that no code is a word (RFC 8628, section
// 6.1).
const userCodeLetters = "BCDFGHJKLMNPQRSTVWXZ"

// userCodeLength makes 34 bits, which suffice where guesses are few.
const userCodeLength = 8

// maxGuesses is how many wrong user codes are taken within guessWindow, of
// everybody together (RFC 8628, section 5.1).
const (
	maxGuesses  = 30
	guessWindow = time.Minute
)

// What a device learns before it gets tokens (RFC 8628, section 3.5).
var (
	ErrPending  = errors.New("not answered yet by the end-user")
	ErrSlowDown = errors.New("polled too often")
	ErrDenied   = errors.New("denied by the end-user")
	ErrExpired  = errors.New("expired")
)

// ErrGuesses is that too many wrong user codes were typed of late.
var ErrGuesses = errors.New("too many wrong codes")

// device is a device that waits for its user.
type device struct {
	grant    Grant // without a user while nobody has answered
	userCode string
	answered bool
	allowed  bool
	taken    bool
	until    time.Time
	interval time.Duration
	polled   time.Time // zero before the first poll
}

// guesses counts wrong user codes.
type guesses struct {
	since time.Time
	n     int
}

// NewDevice starts to wait for the user of a device. The user code has the
// form "BCDF-GHJK".
func (s *Store) NewDevice(client string, scopes []string) (deviceCode, userCode string) {
	deviceCode, now := rand.Text(), s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	userCode = newUserCode()
	for _, taken := s.userCodes.get(userCode, now); taken; _, taken = s.userCodes.get(userCode, now) {
		userCode = newUserCode()
	}
	d := &device{
		grant: Grant{Client: client, Scopes: scopes}, userCode: userCode, until: now.Add(DeviceLifetime), interval: PollInterval,
	}
	s.userCodes.put(userCode, d, d.until, now)
	// A device code is remembered for longer, so that the device learns that
	// it has expired.
	s.devices.put(deviceCode, d, d.until.Add(DeviceLifetime), now)
	return deviceCode, userCode[:4] + "-" + userCode[4:]
}

func newUserCode() string {
	var b strings.Builder
	// Of 256 values, 240 are a whole number of alphabets.
	const fair = 256 - 256%len(userCodeLetters)
	for random := make([]byte, 1); b.Len() < userCodeLength; {
		// It never fails: see the documentation of crypto/rand.
		_, _ = rand.Read(random)
		if v := int(random[0]); v < fair {
			b.WriteByte(userCodeLetters[v%len(userCodeLetters)])
		}
	}
	return b.String()
}

// ReadUserCode is a user code as it is kept, whatever case and punctuation
// people type it in (RFC 8628, section 6.1), or "".
func ReadUserCode(typed string) string {
	code := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		case r == '-' || r == ' ' || r == '.' || r == '_':
			return -1
		default:
			return r
		}
	}, typed)
	if len(code) != userCodeLength || strings.Trim(code, userCodeLetters) != "" {
		return ""
	}
	return code
}

// Device is the client and the scopes that a user code waits for. Its error is
// ErrUnknown or ErrGuesses.
func (s *Store) Device(typed string) (Grant, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, err := s.waiting(typed)
	if err != nil {
		return Grant{}, err
	}
	return d.grant, nil
}

// AnswerDevice allows or denies a device, once. The grant's client and scopes
// are those of the device.
func (s *Store) AnswerDevice(typed string, allowed bool, g Grant) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, err := s.waiting(typed)
	if err != nil {
		return err
	}
	g.Client, g.Scopes = d.grant.Client, d.grant.Scopes
	d.grant, d.answered, d.allowed = g, true, allowed
	s.userCodes.remove(d.userCode)
	return nil
}

// waiting is the device of a user code. The caller holds the lock.
func (s *Store) waiting(typed string) (*device, error) {
	now := s.now()
	if now.Sub(s.wrong.since) >= guessWindow {
		s.wrong = guesses{since: now}
	}
	if s.wrong.n >= maxGuesses {
		return nil, ErrGuesses
	}
	d, ok := s.userCodes.get(ReadUserCode(typed), now)
	if !ok {
		s.wrong.n++
		return nil, ErrUnknown
	}
	return d, nil
}

// PollDevice is the grant of a device whose user has allowed it, once. Its
// error is ErrUnknown or one of those that a device learns.
func (s *Store) PollDevice(deviceCode, client string) (Family, error) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.devices.get(deviceCode, now)
	switch {
	case !ok || d.taken || d.grant.Client != client:
		return Family{}, ErrUnknown
	case !now.Before(d.until):
		return Family{}, ErrExpired
	case d.answered && !d.allowed:
		return Family{}, ErrDenied
	case d.answered:
		d.taken = true
		s.visit(d.grant.SID, d.grant.User, client, now)
		return NewFamily(d.grant), nil
	}
	early := !d.polled.IsZero() && now.Sub(d.polled) < d.interval
	d.polled = now
	if early {
		d.interval += PollInterval
		return Family{}, ErrSlowDown
	}
	return Family{}, ErrPending
}

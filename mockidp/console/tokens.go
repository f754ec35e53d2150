package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// maxShown is how many characters of a value are shown.
const maxShown = 600

// tokenView is a token as it is shown: decoded and without its signature.
type tokenView struct {
	Title string
	Parts []tokenPart
	// Signature says how it was signed, and Opaque why nothing is decoded.
	Signature, Opaque string
	// Spoilt is that a fault chose how it was signed.
	Spoilt bool
}

// tokenPart is the header or the claims.
type tokenPart struct {
	Title   string
	Members []memberView
}

// memberView is a member of a token. HasWas tells a member that a fault changed
// from one that it added.
type memberView struct {
	Name, Value, Note    string
	Set, Removed, HasWas bool
	Was, WasNote         string
}

func newTokenView(t journal.Issued, now time.Time) tokenView {
	v := tokenView{Title: tokenTitle(t.Kind), Spoilt: t.Signing != ""}
	d, ok := t.Decode()
	if !ok {
		v.Opaque = fmt.Sprintf("%d characters that are no signed token of three parts. They are not shown.", len(t.Value))
		v.Signature = t.Signing
		return v
	}
	v.Signature = d.Signature
	for _, p := range []struct {
		title   string
		members []journal.Member
	}{{"Header", d.Header}, {"Claims", d.Claims}} {
		part := tokenPart{Title: p.title}
		for _, m := range p.members {
			part.Members = append(part.Members, newMemberView(m, now))
		}
		v.Parts = append(v.Parts, part)
	}
	return v
}

func newMemberView(m journal.Member, now time.Time) memberView {
	return memberView{
		Name: m.Name, Value: shown(m.Value), Note: moment(m.Name, m.Value, now),
		Set: m.Change == journal.MemberSet, Removed: m.Change == journal.MemberRemoved,
		HasWas: len(m.Was) > 0, Was: shown(m.Was), WasNote: moment(m.Name, m.Was, now),
	}
}

// shown is a JSON value on one line, cut where it gets too long to read.
func shown(raw json.RawMessage) string {
	var b bytes.Buffer
	text := string(raw)
	if len(raw) > 0 && json.Compact(&b, raw) == nil {
		text = b.String()
	}
	r := []rune(text)
	if len(r) <= maxShown {
		return text
	}
	return fmt.Sprintf("%s… (%d characters)", string(r[:maxShown]), len(r))
}

// moment reads a NumericDate (RFC 7519, section 2) for those who cannot.
func moment(name string, value json.RawMessage, now time.Time) string {
	if !slices.Contains([]string{"exp", "iat", "nbf", "auth_time", "updated_at"}, name) {
		return ""
	}
	n, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil || n < 0 || n > 253402300799 { // the year 9999
		return ""
	}
	at := time.Unix(n, 0)
	return at.UTC().Format("2006-01-02 15:04:05 UTC") + ", " + relative(at, now)
}

// relative says how far a time is from now.
func relative(at, now time.Time) string {
	d := at.Sub(now)
	amount := span(d.Abs())
	switch {
	case d.Abs() < time.Second:
		return "now"
	case d < 0:
		return amount + " ago"
	default:
		return "in " + amount
	}
}

// span is a duration in its largest unit.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	for _, u := range []struct {
		unit time.Duration
		name string
	}{{365 * day, "year"}, {day, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		if d >= u.unit-u.unit/60 { // 59 minutes and 59 seconds are an hour
			return plural(int(d.Round(u.unit)/u.unit), u.name)
		}
	}
	return "less than a second"
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func tokenTitle(kind string) string {
	if title, ok := map[string]string{
		"id_token": "ID token", "access_token": "Access token", "refresh_token": "Refresh token",
		"userinfo": "UserInfo", "logout_token": "Logout token",
	}[kind]; ok {
		return title
	}
	return kind
}

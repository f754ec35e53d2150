package strict

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/countersign-oidc/countersign/runner/check"
)

// skew is how far the provider's clock may be from ours.
const skew = 5 * time.Minute

var idTokenTimeRules = []rule{
	{check.Check{
		ID: "provider.idtoken-exp", Level: check.Must, Refs: []string{core + "2", rfc7519 + "4.1.4"},
		Title: "exp is a number of seconds after iat, and not past", Harm: "Relying parties turn people away, or take the token for ever.",
		Tried: redeemed, Judged: "Passes if exp is a JSON number, later than iat and later than now.", Remedy: "Send exp as seconds since 1970.",
	}, idTokenExp},
	{check.Check{
		ID: "provider.idtoken-iat", Level: check.Must, Refs: []string{core + "2", rfc7519 + "4.1.6"},
		Title: "iat is the time of the sign-in, in seconds", Harm: "Relying parties take the token for one of yesterday or tomorrow.",
		Tried: redeemed, Judged: "Passes if iat is a JSON number within five minutes of now.", Remedy: "Send iat as seconds since 1970, from a clock that is right.",
	}, idTokenIat},
	{check.Check{
		ID: "provider.idtoken-auth-time", Level: check.Must, Refs: []string{core + "2", core + "3.1.2.1"},
		Title: "With max_age the ID token says when the person signed in", Harm: "Relying parties cannot tell a fresh sign-in from an old one.",
		Tried: "A person signs in where max_age is a day.", Judged: "Passes if auth_time is a JSON number, not after iat and within the day.",
		Remedy: "Send auth_time wherever max_age is asked for.",
	}, idTokenAuthTime},
	{check.Check{
		ID: "provider.idtoken-auth-time-moves", Level: check.Must, Refs: []string{core + "2", core + "3.1.2.1"},
		Title: "auth_time moves when the person signs in again", Harm: "A relying party that asked for a fresh sign-in refuses it, or cannot see that there was none.",
		Tried: "A person signs in, and a second later again with prompt=login and max_age.", Judged: "Passes if the second auth_time is later than the first.",
		Remedy: "Note the time of each sign-in, not of the session's beginning.",
	}, idTokenAuthTimeMoves},
	{check.Check{
		ID: "provider.idtoken-auth-time-stays", Level: check.Must, Refs: []string{core + "2"},
		Title: "auth_time stays where nobody signed in again", Harm: "A relying party takes an old sign-in for a fresh one.",
		Tried: "A person signs in, and a second later the same browser is answered from its session.", Judged: "Passes if both ID tokens have the same auth_time, or the person had to sign in again.",
		Remedy: "Keep the time of the sign-in with the session.",
	}, idTokenAuthTimeStays},
}

// seconds is a NumericDate (RFC 7519, section 2).
func seconds(raw json.RawMessage) (time.Time, bool) {
	n, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || n < 0 || n > 1e11 {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(n * 1000)), true
}

func idTokenExp(p *probe) error {
	g, err := p.honest()
	if err != nil {
		return err
	}
	_, claims, err := decode(g.id)
	if err != nil {
		return err
	}
	exp, ok := seconds(claims["exp"])
	if !ok {
		return breaks("exp is %s.", orNothing(claims["exp"]))
	}
	if iat, known := seconds(claims["iat"]); known && !exp.After(iat) {
		return breaks("exp is %s, which is not after iat %s.", claims["exp"], claims["iat"])
	}
	if !exp.After(g.at) {
		return breaks("exp is %s, which is past.", claims["exp"])
	}
	return nil
}

func idTokenIat(p *probe) error {
	g, err := p.honest()
	if err != nil {
		return err
	}
	_, claims, err := decode(g.id)
	if err != nil {
		return err
	}
	iat, ok := seconds(claims["iat"])
	if off := iat.Sub(g.at).Abs(); !ok || off > skew {
		return breaks("iat is %s; now is %d.", orNothing(claims["iat"]), g.at.Unix())
	}
	return nil
}

// authTime is the auth_time of an ID token.
func authTime(g *grant) (time.Time, error) {
	_, claims, err := decode(g.id)
	if err != nil {
		return time.Time{}, err
	}
	at, ok := seconds(claims["auth_time"])
	if !ok {
		return at, breaks("auth_time is %s though max_age was asked for.", orNothing(claims["auth_time"]))
	}
	if iat, known := seconds(claims["iat"]); known && (at.After(iat) || iat.Sub(at) > 24*time.Hour) {
		return at, breaks("auth_time is %s and iat %s.", claims["auth_time"], claims["iat"])
	}
	return at, nil
}

const day = "86400"

func idTokenAuthTime(p *probe) error {
	g, err := p.sign(p.run.target.Client, set("max_age", day))
	if err != nil {
		return err
	}
	_, err = authTime(g)
	return err
}

// twice is two sign-ins in one browser, a second apart.
func (p *probe) twice(edits ...edit) (one, two time.Time, again bool, err error) {
	b, err := newBrowser()
	if err != nil {
		return one, two, false, err
	}
	var times [2]time.Time
	for i, more := range [][]edit{nil, edits} {
		a, err := p.codeIn(b, p.run.target.Client, append([]edit{set("max_age", day)}, more...)...)
		if err != nil {
			return one, two, false, err
		}
		g, err := p.grant(a)
		if err != nil {
			return one, two, false, err
		}
		if times[i], err = authTime(g); err != nil {
			return one, two, false, err
		}
		again = a.asked > 0
		if i == 0 {
			if err := p.pass(a.at, 1100*time.Millisecond); err != nil {
				return one, two, false, err
			}
		}
	}
	return times[0], times[1], again, nil
}

func idTokenAuthTimeMoves(p *probe) error {
	one, two, _, err := p.twice(set("prompt", "login"))
	if err != nil {
		return err
	}
	if !two.After(one) {
		return breaks("auth_time is %d and, after prompt=login, %d.", one.Unix(), two.Unix())
	}
	return nil
}

func idTokenAuthTimeStays(p *probe) error {
	one, two, again, err := p.twice()
	if err != nil {
		return err
	}
	if !again && !two.Equal(one) {
		return breaks("auth_time is %d and then %d, without a sign-in between.", one.Unix(), two.Unix())
	}
	return nil
}

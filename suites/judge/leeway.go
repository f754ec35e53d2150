package judge

import "time"

// Leeway is what a shop was seen to accept of one claim that is compared with
// a clock, by growing differences.
type Leeway struct {
	Claim string
	Cases []LeewayCase
}

// LeewayCase is one difference of the clocks.
type LeewayCase struct {
	By       time.Duration
	Accepted bool
}

// measuring is how exact a case is: the token is on its way for a moment.
const measuring = 5 * time.Second

// most is the largest difference that was accepted.
func (l Leeway) most() time.Duration {
	var d time.Duration
	for _, c := range l.Cases {
		if c.Accepted {
			d = max(d, c.By)
		}
	}
	return d
}

// OneLeeway decides whether a shop allows the same few minutes for each claim
// and, where it documents its leeway, just that.
func OneLeeway(measured []Leeway, documented *time.Duration) Finding {
	for _, l := range measured {
		for i, c := range l.Cases[1:] {
			if c.Accepted && !l.Cases[i].Accepted {
				return Fail("The shop accepts a token whose %s is off by %s and refuses one that is off by %s.", l.Claim, c.By, l.Cases[i].By)
			}
		}
		for _, c := range l.Cases {
			if documented == nil {
				continue
			}
			switch {
			case c.Accepted && c.By > *documented+measuring:
				return Fail("The shop documents a leeway of %s and accepts a token whose %s is off by %s.", *documented, l.Claim, c.By)
			case !c.Accepted && c.By < *documented-measuring:
				return Fail("The shop documents a leeway of %s and refuses a token whose %s is off by %s.", *documented, l.Claim, c.By)
			}
		}
	}
	first := measured[0]
	for _, l := range measured[1:] {
		if l.most() != first.most() {
			return Warn("The shop accepts %s off by %s and %s off by %s: the leeway should be one.", first.Claim, first.most(), l.Claim, l.most())
		}
	}
	if documented == nil {
		return Pass("The clocks may be at least %s apart, the same for each claim; state policies.leeway to hold the shop to it.", first.most())
	}
	return Pass("The clocks may be %s apart, as documented, the same for each claim.", *documented)
}

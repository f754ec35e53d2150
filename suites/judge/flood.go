package judge

import "github.com/countersign-oidc/countersign/runner/check"

// NoticeFlood is what came of many bad logout notices.
type NoticeFlood struct {
	// Sent is how many there were, Refused how many were answered with a status
	// of 400 or above, Fetches how often the provider was asked for its keys.
	Sent, Refused, Fetches int
}

// Judge decides that all were refused and that the provider was asked at most
// so often meanwhile.
func (n NoticeFlood) Judge(most int) Finding {
	if n.Refused < n.Sent {
		return Fail("Of %d notices that no key of the provider verifies %d were not refused.", n.Sent, n.Sent-n.Refused)
	}
	if f := FetchedAtMost("A flood of bad notices", n.Fetches, most); f.Verdict != check.Pass {
		return f
	}
	return Pass("%d bad notices were refused, for which the provider was asked for its keys %d times.", n.Sent, n.Fetches)
}

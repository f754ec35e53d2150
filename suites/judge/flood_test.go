package judge

import (
	"testing"

	"github.com/countersign-oidc/countersign/runner/check"
)

func TestNoticeFlood(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		flood NoticeFlood
		want  check.Verdict
	}{
		{NoticeFlood{Sent: 10, Refused: 10, Fetches: 3}, check.Pass},
		{NoticeFlood{Sent: 10, Refused: 9, Fetches: 3}, check.Fail},
		{NoticeFlood{Sent: 10, Refused: 10, Fetches: 6}, check.Fail},
	} {
		if got := tc.flood.Judge(5); got.Verdict != tc.want {
			t.Errorf("%+v: %s %s", tc.flood, got.Verdict, got.Reason)
		}
	}
}

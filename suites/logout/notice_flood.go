package logout

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

const (
	// floodSize notices arrive, floodWidth of them at once, and may cost
	// floodBound requests for the keys.
	floodSize  = 1000
	floodWidth = 20
	floodBound = 10
)

// noticeFlood sends notices whose kid is another one each time. Whoever can
// reach the shop can make them: their signature is that of another token.
func noticeFlood(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	in, f, err := s.SignedIn(ctx, harness.Try{})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	good, err := minted(s, in)
	if err != nil {
		return judge.Finding{}, err
	}
	var c judge.NoticeFlood
	mark := s.Lane.Provider.Journal().Mark()
	live, err := s.Lives(ctx, harness.Matter{Act: func(ctx context.Context) error {
		refused, err := flooded(ctx, s, good)
		c.Sent, c.Refused = c.Sent+floodSize, c.Refused+refused
		return err
	}})
	if err != nil {
		return judge.Finding{}, err
	}
	c.Fetches = len(s.Lane.Provider.Journal().Select(journal.Query{After: mark, Kind: journal.JWKS}))
	s.Note("Bad notices", "%d, of which %d were refused; the provider was asked for its keys %d times", c.Sent, c.Refused, c.Fetches)
	after, err := s.Notify(ctx, in, harness.Notice{Title: "A good notice after the flood"})
	if err != nil {
		return judge.Finding{}, err
	}
	return judge.First(c.Judge(floodBound), live, judge.NoticeTaken(*after)), nil
}

// flooded is how many bad notices were refused.
func flooded(ctx context.Context, s *harness.Spec, good string) (int, error) {
	_, rest, _ := strings.Cut(good, ".")
	var refused atomic.Int64
	errs := make([]error, floodWidth)
	var all sync.WaitGroup
	for w := range floodWidth {
		all.Go(func() {
			for i := 0; i < floodSize/floodWidth && errs[w] == nil; i++ {
				header := fmt.Sprintf(`{"alg":"RS256","kid":"flood-%d-%d","typ":"logout+jwt"}`, w, i)
				token := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + rest
				var a harness.Answer
				a, errs[w] = s.Send(ctx, harness.Request{
					Method: http.MethodPost, Path: s.Lane.Shop.BackChannelLogout, Form: url.Values{"logout_token": {token}},
				})
				if a.Status >= http.StatusBadRequest {
					refused.Add(1)
				}
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return 0, err
		}
	}
	return int(refused.Load()), nil
}

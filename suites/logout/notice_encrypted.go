package logout

import (
	"context"

	"github.com/countersign-oidc/countersign/runner/check"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

// noticeEncrypted registers the shop without encryption for the first notice.
func noticeEncrypted(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	in, f, err := s.SignedIn(ctx, harness.Try{})
	if err != nil || f.Verdict != check.Pass {
		return f, err
	}
	plain := s.Lane.Client
	plain.IDTokenKeyAlg, plain.IDTokenEnc = "", ""
	if err := s.Lane.Provider.PutClient(plain); err != nil {
		return judge.Finding{}, err
	}
	bare, err := s.Notify(ctx, in, harness.Notice{Title: "A notice that is not encrypted"})
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.Lane.Provider.PutClient(s.Lane.Client); err != nil {
		return judge.Finding{}, err
	}
	if !bare.Who.SignedIn {
		return s.Case(bare, judge.Fail("%s ended the session, although encryption is agreed on.", bare.Title)), nil
	}
	sealed, err := s.Notify(ctx, in, harness.Notice{Title: "A notice that is encrypted for the shop"})
	if err != nil {
		return judge.Finding{}, err
	}
	taken := s.Case(sealed, judge.NoticeTaken(*sealed))
	if taken.Verdict != check.Pass {
		return taken, nil
	}
	return s.Case(bare, judge.NoticeRefused(*bare, *sealed)), nil
}

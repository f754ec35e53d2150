package resilience

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/catalog"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func crowds(h *harness.Harness) {
	h.Check(catalog.ResilienceStartFlood, startFlood)
	h.Check(catalog.ResilienceLongValues, longValues)
}

// How many sign-ins are started and never finished, in a self-test fewer, and
// how many of the first and of the last are timed.
const (
	wholeFlood = 2500
	briefFlood = 700
	ends       = 100
)

// startFlood starts sign-ins as nobody, one after the other, without cookies.
func startFlood(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	if s.Lane.Shop.SignIn.Click != "" {
		return judge.Skip("The shop's sign-in takes a click, which a flood of plain requests does not make."), nil
	}
	u := s.Person(nil)
	before, err := s.SignIn(ctx, harness.Try{Title: "The sign-in before the flood", User: u, Control: true})
	if err != nil {
		return judge.Finding{}, err
	}
	flood := wholeFlood
	if s.Brief() {
		flood = briefFlood
	}
	took, statuses := make([]time.Duration, 0, flood), map[int]int{}
	lives, err := s.Lives(ctx, harness.Matter{Act: func(ctx context.Context) error {
		took = took[:0]
		for range flood {
			began := time.Now()
			a, err := s.Fetch(ctx, s.Lane.Shop.SignIn.Visit, nil)
			if err != nil {
				return err
			}
			took = append(took, time.Since(began))
			statuses[a.Status]++
		}
		return nil
	}})
	if err != nil {
		return judge.Finding{}, err
	}
	if err := s.ForgetShop(ctx); err != nil {
		return judge.Finding{}, err
	}
	after, err := s.SignIn(ctx, harness.Try{Title: "The sign-in after the flood", User: u})
	if err != nil {
		return judge.Finding{}, err
	}
	s.Note("Starts", "%d sign-ins started by nobody; statuses %v", flood, statuses)
	first, last := slices.Clone(took[:ends]), slices.Clone(took[len(took)-ends:])
	slices.Sort(first)
	slices.Sort(last)
	return judge.First(judge.Recovers(*before, *after, fmt.Sprintf("%d sign-ins that nobody finished", flood)),
		judge.Flat("Starting a sign-in", first, last), lives), nil
}

// longValues sends values of 50 KB where short ones belong, and compares how
// long that takes.
func longValues(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	shop := s.Lane.Shop
	kinds := map[string]string{
		"letters": "x", "the same sign": "%", "a pair of signs": "a=", "what stands for a space": " +", "brackets": "[{(",
	}
	var findings []judge.Finding
	for _, where := range []string{"state", "code", "iss", "error", "a cookie"} {
		short, err := fastest(ctx, s, shop.Redirect, where, "x")
		if err != nil {
			return judge.Finding{}, err
		}
		for name, sign := range kinds {
			value := strings.Repeat(sign, 50_000/len(sign))
			long, err := fastest(ctx, s, shop.Redirect, where, value)
			if err != nil {
				return judge.Finding{}, err
			}
			what := fmt.Sprintf("A value of %s in %s", name, where)
			f := judge.First(judge.Unhurried(what, short.took, long.took), judge.NoCrash(what, long.status, short.status, long.body))
			findings = append(findings, f)
		}
		s.Note("Values in "+where, "%d kinds of 50 KB; a short one takes %s", len(kinds), short.took.Round(10*time.Microsecond))
	}
	slow, err := s.SignIn(ctx, harness.Try{
		Title: "A sign-in of a person with a long e-mail address",
		User:  s.Person(map[string]any{"email": strings.Repeat("a.", 12_000) + "@customers.example"}),
	})
	if err != nil {
		return judge.Finding{}, err
	}
	findings = append(findings, s.Case(slow, judge.NotCrashed(*slow)))
	return judge.Worst(findings...), nil
}

type timed struct {
	took   time.Duration
	status int
	body   string
}

// fastest is the fastest of three requests to the callback: a busy machine
// slows down some of them.
func fastest(ctx context.Context, s *harness.Spec, path, where, value string) (timed, error) {
	q := url.Values{"state": {"a"}, "code": {"b"}}
	var cookies []attempt.Cookie
	if where == "a cookie" {
		cookies = []attempt.Cookie{{Name: "x", Value: strings.Map(cookieOctet, value)}}
	} else {
		q.Set(where, value)
	}
	best := timed{took: time.Hour}
	for range 3 {
		began := time.Now()
		a, err := s.Fetch(ctx, path+"?"+q.Encode(), nil, cookies...)
		if errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
			// A server that has read enough of a header may hang up on the rest. Had
			// it crashed, the next request would not reach it.
			return timed{took: time.Since(began), status: http.StatusRequestHeaderFieldsTooLarge}, nil
		}
		if err != nil {
			return timed{}, err
		}
		if took := time.Since(began); took < best.took {
			best = timed{took, a.Status, string(a.Body)}
		}
	}
	return best, nil
}

// cookieOctet keeps what a cookie may have (RFC 6265, section 4.1.1).
func cookieOctet(r rune) rune {
	if r <= ' ' || r > '~' || strings.ContainsRune(`",;\`, r) {
		return '_'
	}
	return r
}

package controltest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/control"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

func query(q journal.Query) control.Query { return control.Query{Query: q} }

func journalPages(_ *testing.T, s *subject) {
	h := s.issuer()
	b := s.shopper(h)
	code := b.code()
	b.swap(code)
	page, err := h.Journal(s.Context(), control.Query{})
	s.ok(err)
	var kinds []string
	for _, e := range page.Entries {
		kinds = append(kinds, string(e.Kind))
	}
	if got := strings.Join(kinds, " "); got != "discovery authorize sign_in discovery token" || page.Next != 5 || page.Missed != 0 {
		s.Errorf("entries %s, next %d, missed %d", got, page.Next, page.Missed)
	}
	if info, err := h.Info(s.Context()); err != nil || info.Mark != page.Next {
		s.Errorf("the newest exchange is %d, and the issuer says %+v, %v", page.Next, info, err)
	}
	text := s.asJSON(page)
	for _, secret := range []string{code, "correct horse", verifier, "c2hvcDp"} {
		if strings.Contains(text, secret) {
			s.Errorf("the journal gives away %q", secret)
		}
	}
	bare, err := h.Journal(s.Context(), control.Query{Secrets: true, Query: journal.Query{Kind: journal.Token, User: "ada", Client: "shop", Limit: 1}})
	s.ok(err)
	if len(bare.Entries) != 1 || bare.Entries[0].Form.Get("code") != code || bare.Entries[0].Status != 200 || len(bare.Entries[0].Tokens) != 2 {
		s.Errorf("with secrets %+v", bare)
	}
	next, err := h.Journal(s.Context(), query(journal.Query{After: 1, Limit: 2}))
	s.ok(err)
	if len(next.Entries) != 2 || next.Entries[0].Seq != 2 || next.Next != 3 {
		s.Errorf("second page %+v", next)
	}
	for _, limit := range []int{-1, control.MaxLimit + 1} {
		_, err = h.Journal(s.Context(), query(journal.Query{Limit: limit}))
		s.refused(err, 400, "limit")
	}
	s.ok(h.ClearJournal(s.Context()))
	page, err = h.Journal(s.Context(), query(journal.Query{After: 2}))
	s.ok(err)
	if len(page.Entries) != 0 || page.Next != 5 || page.Missed != 0 {
		s.Errorf("after clearing %+v", page)
	}
}

func awaits(_ *testing.T, s *subject) {
	h := s.issuer()
	b := s.shopper(h)
	b.endpoint("issuer")
	e, err := h.Await(s.within(patience), query(journal.Query{Kind: journal.Discovery}))
	if err != nil || e.Seq != 1 || e.Status != 200 {
		s.Errorf("what is there already: %+v, %v", e, err)
	}
	type found struct {
		entry journal.Entry
		err   error
	}
	later := make(chan found)
	ctx := s.within(patience)
	go func() {
		e, err := h.Await(ctx, control.Query{Query: journal.Query{Kind: journal.Token, User: "ada", After: 1}, Secrets: true})
		later <- found{e, err}
	}()
	code := b.code()
	b.swap(code)
	if f := <-later; f.err != nil || f.entry.Form.Get("code") != code {
		s.Errorf("what comes later: %+v, %v", f.entry, f.err)
	}
	_, err = h.Await(s.within(300*time.Millisecond), query(journal.Query{Kind: journal.UserInfo, Client: "shop"}))
	if !errors.Is(err, context.DeadlineExceeded) {
		s.Errorf("what never comes: %v", err)
	}
	for _, part := range []string{`no userinfo entry of client "shop"; saw `, "3 discovery", "1 token"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			s.Errorf("%v does not say %q", err, part)
		}
	}
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	if _, err = h.Await(ctx, query(journal.Query{Kind: journal.UserInfo})); !errors.Is(err, context.Canceled) {
		s.Errorf("cancelled: %v", err)
	}
}

func follows(_ *testing.T, s *subject) {
	h, err := s.host.NewIssuer(s.Context(), settings.Issuer{JournalSize: 2})
	s.ok(err)
	b := s.shopper(h)
	for range 3 {
		b.endpoint("issuer")
	}
	ctx, cancel := context.WithTimeout(s.Context(), patience)
	defer cancel()
	seen, missed := []uint64{}, uint64(0)
	for page, err := range h.Follow(ctx, query(journal.Query{Kind: journal.Discovery})) {
		if len(seen) == 4 {
			if !errors.Is(err, context.Canceled) {
				s.Errorf("after the end %+v, %v", page, err)
			}
			break
		}
		s.ok(err)
		missed += page.Missed
		for _, e := range page.Entries {
			seen = append(seen, e.Seq)
		}
		if len(page.Entries) > 0 && len(seen) >= 2 && len(seen) < 4 {
			b.endpoint("issuer")
			b.fetch("GET", b.issuer+"/keys", nil)
		}
		if len(seen) == 4 {
			cancel()
		}
	}
	if got := s.asJSON(seen); got != "[2,3,4,6]" || missed != 1 {
		s.Errorf("saw %s, missed %d", got, missed)
	}
}

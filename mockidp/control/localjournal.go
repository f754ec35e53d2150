package control

import (
	"context"
	"iter"
	"time"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// signOfLife is how often Follow yields a page, be it without entries.
const signOfLife = 15 * time.Second

func (h *localHandle) Journal(_ context.Context, q Query) (journal.Page, error) {
	if q.Limit < 0 || q.Limit > MaxLimit {
		return journal.Page{}, badParameter("limit", "a number from 1 to %d", MaxLimit)
	}
	if q.Limit == 0 {
		q.Limit = DefaultLimit
	}
	p := h.provider.Journal().Read(q.Query)
	for i, e := range p.Entries {
		p.Entries[i] = shown(e, q)
	}
	return p, nil
}

func shown(e journal.Entry, q Query) journal.Entry {
	if q.Secrets {
		return e
	}
	return e.Redacted()
}

func (h *localHandle) Await(ctx context.Context, q Query) (journal.Entry, error) {
	e, err := h.provider.Journal().Await(ctx, q.Query)
	return shown(e, q), err
}

func (h *localHandle) Follow(ctx context.Context, q Query) iter.Seq2[journal.Page, error] {
	return func(yield func(journal.Page, error) bool) {
		q.Limit = 0
		for {
			p, err := h.Journal(ctx, q)
			q.After = p.Next
			if err == nil && len(p.Entries) == 0 && p.Missed == 0 {
				var news bool
				if news, err = h.news(ctx, q); news {
					continue
				}
			}
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}

// news waits for an entry that matches, for signOfLife at most, and says
// whether there is one.
func (h *localHandle) news(ctx context.Context, q Query) (bool, error) {
	waiting, cancel := context.WithTimeout(ctx, signOfLife)
	defer cancel()
	_, err := h.provider.Journal().Await(waiting, q.Query)
	if err != nil && ctx.Err() == nil {
		return false, nil
	}
	return err == nil, err
}

func (h *localHandle) ClearJournal(context.Context) error {
	h.provider.Journal().Clear()
	return nil
}

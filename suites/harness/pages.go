package harness

import "context"

// Pages are the pages of the shop that its description knows, each once.
func (s *Spec) Pages() []string {
	var pages []string
	seen := map[string]bool{"": true}
	for _, path := range []string{s.Lane.Shop.Public, s.Lane.Shop.Account, s.Lane.Shop.Deep} {
		if !seen[path] {
			pages = append(pages, path)
		}
		seen[path] = true
	}
	return pages
}

// Find opens a page of the shop and looks for an element.
func (s *Spec) Find(ctx context.Context, b Visitor, path, selector string) (text string, found bool, err error) {
	if _, err := b.Navigate(ctx, s.Lane.Shop.URL(path)); err != nil {
		return "", false, err
	}
	return b.Text(ctx, selector)
}

package vendor_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// TestResponseTypesAreTheListedOnes asks each vendor for every response type
// that signs somebody in, for a client that may have them all.
func TestResponseTypesAreTheListedOnes(t *testing.T) {
	types := []string{"code", "id_token", "id_token token", "code id_token", "code token", "code id_token token"}
	each(t, func(t *testing.T, r *running, d data) {
		var listed []string
		if err := json.Unmarshal(d.Metadata["response_types_supported"], &listed); err != nil {
			t.Fatal(err)
		}
		for i := range listed {
			listed[i] = sortedWords(listed[i])
		}
		if !slices.Contains(listed, "code") {
			t.Skip("the vendor lists no code flow, which its profile has for shops")
		}
		r.put(func(c *identity.Client) {
			c.ResponseTypes, c.GrantTypes = types, append(c.GrantTypes, identity.GrantImplicit)
		})
		for _, responseType := range types {
			r.authorize("response_type", responseType)
			entries := r.provider.Journal().Select(journal.Query{Kind: journal.Authorize})
			last := entries[len(entries)-1]
			if refused := last.Error == "unsupported_response_type"; refused == slices.Contains(listed, sortedWords(responseType)) {
				t.Errorf("response_type %s, where %q are listed: error %q", responseType, listed, last.Error)
			}
		}
	})
}

func sortedWords(s string) string {
	words := strings.Fields(s)
	slices.Sort(words)
	return strings.Join(words, " ")
}

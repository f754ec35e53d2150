package vendor_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// TestPasswordsAreHidden types a password into each vendor's page, whatever
// its field is called there.
func TestPasswordsAreHidden(t *testing.T) {
	const typed = "a-password-nobody-has"
	each(t, func(t *testing.T, r *running, _ data) {
		r.enter(r.authorize(), r.user.Username, typed)
		raw, shown := 0, 0
		for _, e := range r.provider.Journal().Read(journal.Query{}).Entries {
			raw += strings.Count(marshalled(t, e), typed)
			shown += strings.Count(marshalled(t, e.Redacted()), typed)
		}
		if raw == 0 || shown != 0 {
			t.Errorf("the password stands %d times in the journal and %d times in what is shown of it", raw, shown)
		}
	})
}

func marshalled(t *testing.T, e journal.Entry) string {
	t.Helper()
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

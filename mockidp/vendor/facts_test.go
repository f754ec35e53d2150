package vendor_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/mockidp/vendor"
)

// factFile is testdata/facts.json: what was read of each vendor, and how sure
// it is.
type factFile map[string]struct {
	Title string `json:"title"`
	Data  data   `json:"data"`
	Facts []fact `json:"facts"`
}

// data are the examples that a profile is built after.
type data struct {
	Issuer        string                     `json:"issuer"`
	Slash         bool                       `json:"trailing_slash"`
	Metadata      map[string]json.RawMessage `json:"metadata"`
	Paths         map[string]*string         `json:"paths"`
	Header        map[string]any             `json:"id_token_header"`
	IDToken       map[string]any             `json:"id_token"`
	AccessToken   map[string]any             `json:"access_token"`
	UserInfo      map[string]any             `json:"userinfo"`
	TokenResponse map[string]any             `json:"token_response"`
	Fields        map[string]string          `json:"fields"`
	Selectors     map[string]any             `json:"selectors"`
}

// fact is one thing that was read, reported, inferred or is generally known:
// mark V, R, I or U.
type fact struct {
	ID   string `json:"id"`
	Mark string `json:"mark"`
	// Text is a statement; the rest is an error.
	Text     string          `json:"fact"`
	Where    string          `json:"where"`
	Delivery string          `json:"delivery"`
	Status   int             `json:"status"`
	Payload  json.RawMessage `json:"payload"`
	Note     string          `json:"note"`
}

// sure reports whether a fact was read or reported, so that a profile has to
// show it.
func (f fact) sure() bool { return f.Mark == "V" || f.Mark == "R" }

// isError reports whether the fact is about an error, and which.
func (f fact) isError() (string, bool) {
	_, name, found := strings.Cut(f.ID, ".error.")
	return name, found
}

func facts(t *testing.T) factFile {
	t.Helper()
	text, err := os.ReadFile("testdata/facts.json")
	if err != nil {
		t.Fatal(err)
	}
	var all factFile
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEveryVendorHasFactsAndAProfile(t *testing.T) {
	all := facts(t)
	for _, name := range vendor.Names() {
		if _, ok := all[name]; !ok {
			t.Errorf("%s has a profile and no facts", name)
		}
	}
	for name := range all {
		if !slices.Contains(vendor.Names(), name) {
			t.Errorf("%s has facts and no profile", name)
		}
	}
}

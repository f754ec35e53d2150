package control

import (
	"bytes"
	_ "embed" // the schemas are a file, so that they read as what they are
	"encoding/json"
	"fmt"
	"maps"
	"sync"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/document"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/settings"
)

//go:embed schemas.json
var schemasJSON []byte

// defs are the schemas of everything on the wire by name: the own ones and
// those of configuration files and of faults.
var defs = sync.OnceValues(func() (map[string]json.RawMessage, error) {
	all := make(map[string]json.RawMessage)
	for _, text := range [][]byte{settings.Schema(), fault.Schema(), schemasJSON} {
		var file struct {
			Defs map[string]json.RawMessage `json:"$defs"`
		}
		if err := json.Unmarshal(text, &file); err != nil {
			return nil, fmt.Errorf("schemas of the API: %w", err)
		}
		maps.Copy(all, file.Defs)
	}
	delete(all, "server") // nobody can move a server that listens
	return all, nil
})

var compiled = sync.OnceValues(func() (*document.Schema, error) {
	all, err := defs()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(map[string]any{"$defs": all})
	if err != nil {
		return nil, err
	}
	return document.Compile(text)
})

// read decodes JSON that fits the schema of a name. Its error is of type
// document.Problems unless the schemas are broken.
func read(def string, data []byte, into any) error {
	whole, err := compiled()
	if err != nil {
		return err
	}
	schema, ok := whole.Def(def)
	if !ok {
		return fmt.Errorf("schemas of the API: no %q", def)
	}
	doc, err := document.Parse(def+".json", data)
	if err != nil {
		return err
	}
	if err := doc.Validate(schema); err != nil {
		return err
	}
	return doc.Decode(into)
}

// checked holds a value to the schema of a name and puts what came over the
// wire in its place.
func checked[T any](def string, v *T) error {
	text, err := json.Marshal(*v)
	if err != nil {
		return unfit("what was asked for", err)
	}
	var fresh T
	if err := read(def, text, &fresh); err != nil {
		return unfit("what was asked for", err)
	}
	*v = fresh
	return nil
}

// references point from schema to schema where the given prefix leads to them.
func references(text []byte, prefix string) []byte {
	return bytes.ReplaceAll(text, []byte(`"#/$defs/`), []byte(`"`+prefix))
}

// The bodies that no method has as a value of its own.
type (
	rotate struct {
		How keys.Rotation `json:"how"`
	}
	move struct {
		By settings.Duration `json:"by"`
	}
	minted struct {
		Token string `json:"token"`
	}
	ended struct {
		Ended int `json:"ended"`
	}
	awaited struct {
		Found bool           `json:"found"`
		Entry *journal.Entry `json:"entry,omitempty"`
		Seen  string         `json:"seen"`
	}
	health struct {
		Status string `json:"status"`
	}
)

// addressed fills in what a notice leaves out because it is known.
func addressed(n mockidp.LogoutNotice) mockidp.LogoutNotice {
	if n.Delivery != nil && n.Delivery.Endpoint == "" {
		delivery := *n.Delivery
		delivery.Endpoint = journal.BackChannelLogout
		n.Delivery = &delivery
	}
	return n
}

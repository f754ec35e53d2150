// Package vendor has the profiles of providers that people meet: each a file of
// data, named after the vendor. What a profile says is what was read of the
// vendor or reported by others; docs/vendors.md lists what nobody verified.
package vendor

import (
	"embed"
	"fmt"
	"path"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/document"
	"github.com/countersign-oidc/countersign/mockidp/profile"
)

//go:embed *.yaml
var files embed.FS

// Names are the names of the profiles, sorted.
func Names() []string {
	found, err := files.ReadDir(".")
	if err != nil {
		panic(err) // an embedded folder can be read
	}
	var names []string
	for _, f := range found {
		names = append(names, strings.TrimSuffix(f.Name(), path.Ext(f.Name())))
	}
	return names
}

// ByName is the profile of that name. Its error says which ones there are.
func ByName(name string) (profile.Profile, error) {
	var p profile.Profile
	data, err := files.ReadFile(name + ".yaml")
	if err != nil {
		known := Names()
		return p, fmt.Errorf("no vendor is called %q%s; known: %s", name, document.Suggest(name, known), strings.Join(known, ", "))
	}
	doc, err := document.Parse(name+".yaml", data)
	if err != nil {
		return p, fmt.Errorf("profile %s: %w", name, err)
	}
	if err := doc.Decode(&p); err != nil {
		return p, fmt.Errorf("profile %s: %w", name, err)
	}
	return p, nil
}

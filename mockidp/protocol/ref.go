// Package protocol is the vocabulary of OAuth 2.0 and OpenID Connect that the
// provider speaks: metadata, requests, responses, errors and the sections of
// the specifications they follow. It does no input or output.
package protocol

// Ref names the rule that a fault breaks or a check holds: a specification
// and a section of it, for example {"OpenID Connect Core 1.0", "3.1.3.7 (9)"}.
type Ref struct {
	Spec    string `json:"spec"`
	Section string `json:"section,omitempty"`
}

// String is the citation as a person writes it.
func (r Ref) String() string {
	if r.Section == "" {
		return r.Spec
	}
	return r.Spec + ", " + r.Section
}

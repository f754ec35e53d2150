package profile

// Login is the sign-in page. The zero value is the standard one.
type Login struct {
	// IdentifierFirst asks for the password on a second page.
	IdentifierFirst bool `json:"identifier_first,omitempty"`
	// Form, Identifier and Password are the form and its fields, Next and
	// Submit the buttons of the first and of the last page, and Error what
	// holds a message.
	Form       Element `json:"form,omitzero"`
	Identifier Element `json:"identifier,omitzero"`
	Password   Element `json:"password,omitzero"`
	Next       Element `json:"next,omitzero"`
	Submit     Element `json:"submit,omitzero"`
	Error      Element `json:"error,omitzero"`
	// Accept and Deny are the buttons of the consent page.
	Accept Element `json:"accept,omitzero"`
	Deny   Element `json:"deny,omitzero"`
	// Around are elements around the form, the outermost first.
	Around []Element `json:"around,omitempty"`
	// Twice has the form on the page a second time, before the one that shows,
	// for a layout that is hidden. Hidden is what is around that.
	Twice  bool    `json:"twice,omitempty"`
	Hidden Element `json:"hidden,omitzero"`
	// Drive are the selectors that a driver of the page uses.
	Drive Selectors `json:"drive,omitzero"`
}

// Element is an HTML element.
type Element struct {
	// Tag is what kind of element it is; empty is the usual kind.
	Tag   string `json:"tag,omitempty"`
	ID    string `json:"id,omitempty"`
	Name  string `json:"name,omitempty"`
	Class string `json:"class,omitempty"`
	Value string `json:"value,omitempty"`
	// Data are attributes data-NAME.
	Data map[string]string `json:"data,omitempty"`
}

// Selectors are CSS selectors of the fields of a sign-in page.
type Selectors struct {
	Identifier string `json:"identifier"`
	Password   string `json:"password"`
}

// Standard reports whether the page is the standard one.
func (l Login) Standard() bool { return l.Identifier.Name == "" }

// Fields are the names of the fields for the identifier and the password.
func (l Login) Fields() (identifier, password string) {
	if l.Standard() {
		return "username", "password"
	}
	return l.Identifier.Name, l.Password.Name
}

// Selectors are those that a driver of the page uses.
func (l Login) Selectors() Selectors {
	if l.Standard() {
		return Selectors{"#username", "#password"}
	}
	return l.Drive
}

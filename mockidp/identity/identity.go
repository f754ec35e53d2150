// Package identity holds the people that a provider knows and the relying
// parties that are registered with it, as plain data.
package identity

// User is an end-user of the provider (OpenID Connect Core 1.0, section 5).
type User struct {
	// Username and Password are what the sign-in page asks for.
	Username string `json:"username"`
	Password string `json:"password"`
	// Subject is the "sub" claim; the username stands in when it is empty.
	Subject string `json:"sub,omitempty"`
	// Claims are the user's other claims with their JSON types. Standard
	// claims are released by scope (section 5.4), all others always.
	Claims map[string]any `json:"claims,omitempty"`
	// SecondFactor, when set, is the fixed code that the provider asks for
	// after the password.
	SecondFactor string `json:"second_factor,omitempty"`
	// AskConsent makes the provider ask the user before a client first gets a
	// scope. Without it only prompt=consent does.
	AskConsent bool `json:"ask_consent,omitempty"`
	// AskPasswordAfter is how many authorization requests the provider answers
	// for the user before it asks for the password at each, as if all said
	// prompt=login (section 3.1.2.1), although the browser's session goes on.
	// To put the user in again begins anew. Zero is never.
	AskPasswordAfter int `json:"ask_password_after,omitempty"`
	// Disabled lets the user sign in nowhere.
	Disabled bool `json:"disabled,omitempty"`
}

// Sub is the public subject identifier of the user.
func (u User) Sub() string {
	if u.Subject != "" {
		return u.Subject
	}
	return u.Username
}

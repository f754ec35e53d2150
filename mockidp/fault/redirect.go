package fault

import "github.com/countersign-oidc/countersign/mockidp/journal"

// RedirectEdit changes the parameters of a redirect back to the relying party,
// or of a request that the provider makes to it.
type RedirectEdit struct {
	// Endpoint is journal.Authorize for the authorization response (RFC 6749,
	// section 4.1.2), journal.EndSession for the sign-out redirect, or one of
	// journal.InitiateLogin, journal.FrontChannelLogout and
	// journal.BackChannelLogout.
	Endpoint journal.Kind `json:"endpoint"`

	// Set puts parameters in, in place of honest ones where there are any.
	Set    map[string]string `json:"set,omitempty"`
	Remove []string          `json:"remove,omitempty"`
	// RemoveAll leaves no parameter but those that are set here.
	RemoveAll bool `json:"remove_all,omitempty"`
	// Append adds text to the honest value of a parameter.
	Append map[string]string `json:"append,omitempty"`
	// Alter makes another value of the same form of a parameter: each letter
	// and digit is the next one of its kind.
	Alter []string `json:"alter,omitempty"`
	// Duplicate sends a parameter twice, with this second value. An empty one
	// stands for the honest value.
	Duplicate map[string]string `json:"duplicate,omitempty"`
	// Rename sends a parameter under another name.
	Rename map[string]string `json:"rename,omitempty"`
	// Error answers with this error code in place of an authorization code.
	Error string `json:"error,omitempty"`
	// Code answers with another authorization code.
	Code Code `json:"code,omitempty"`
	// To sends the parameters to another address, and Path to another path at
	// the honest one.
	To   string `json:"to,omitempty"`
	Path string `json:"path,omitempty"`
	// Mode is how the parameters travel: "query", "fragment" or "form_post",
	// and "json" in a back-channel request.
	Mode string `json:"mode,omitempty"`
	// Times answers with a page that delivers the response that often: in
	// hidden frames, and then in its own place.
	Times int `json:"times,omitempty"`
}

// Code is another authorization code than the honest one.
type Code string

// The codes. The provider knows all but CodeUnknown, so that nothing but the
// relying party's own checks stands in their way.
const (
	// CodeOtherUser was issued for another end-user to the same client.
	CodeOtherUser Code = "other_user"
	// CodeOtherClient was issued for the same end-user to another client.
	CodeOtherClient Code = "other_client"
	// CodeSpent was redeemed before, and CodeExpired is too old.
	CodeSpent   Code = "spent"
	CodeExpired Code = "expired"
	CodeUnknown Code = "unknown"
	// CodeOdd is good and has characters in it that need encoding (RFC 6749,
	// Appendix A.11); CodeLong is good and has 2000 characters.
	CodeOdd  Code = "odd"
	CodeLong Code = "long"
)

// Codes are all of them.
func Codes() []Code {
	return []Code{CodeOtherUser, CodeOtherClient, CodeSpent, CodeExpired, CodeUnknown, CodeOdd, CodeLong}
}

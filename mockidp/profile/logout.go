package profile

// Logout is what a logout endpoint makes of a request. The zero value is RP-
// Initiated Logout 1.0, section 2.
type Logout struct {
	// Path is that of the endpoint, as Paths or Aliases have it.
	Path string `json:"path"`
	// Return is the parameter with the address to return to; empty is
	// post_logout_redirect_uri.
	Return string `json:"return_parameter,omitempty"`
	// Require are parameters without which a request is refused, and
	// RequireOne those of which a request with a return address needs one.
	Require    []string `json:"require,omitempty"`
	RequireOne []string `json:"require_one_to_return,omitempty"`
	// Unasked signs out without asking, hint or no hint.
	Unasked bool `json:"unasked,omitempty"`
	// SignIns allows the addresses of the sign-in redirects and no others.
	SignIns bool `json:"sign_in_redirects,omitempty"`
	// IgnoreUnlisted shows a page in place of an error when the address is not
	// allowed.
	IgnoreUnlisted bool `json:"ignore_unlisted,omitempty"`
	// First returns to the first registered address when none is given, and
	// Fixed whatever is given.
	First bool `json:"first_registered,omitempty"`
	Fixed bool `json:"fixed,omitempty"`
	// SignedOut is what the page says when there is nowhere to return to; empty
	// is the standard text.
	SignedOut string `json:"signed_out_text,omitempty"`
	// PathOnly compares addresses without their queries.
	PathOnly bool `json:"without_query,omitempty"`
	// NoState does not send state back.
	NoState bool `json:"no_state,omitempty"`
	// Mismatch refuses a hint of somebody else than the signed-in end-user,
	// where the standard provider asks.
	Mismatch bool `json:"refuse_other_subject,omitempty"`
	// SignInAgain is the parameter that leads to the sign-in page when it comes
	// with response_type.
	SignInAgain string `json:"sign_in_parameter,omitempty"`
}

// ReturnParameter is the parameter with the address to return to.
func (l Logout) ReturnParameter() string {
	if l.Return == "" {
		return "post_logout_redirect_uri"
	}
	return l.Return
}

// Lacks is a parameter that a request has to have and does not; "" is none.
func (l Logout) Lacks(params map[string]string) string {
	for _, name := range l.Require {
		if params[name] == "" {
			return name
		}
	}
	if len(l.RequireOne) == 0 || params[l.ReturnParameter()] == "" {
		return ""
	}
	for _, name := range l.RequireOne {
		if params[name] != "" {
			return ""
		}
	}
	return l.RequireOne[0]
}

// Logout are the rules of the logout endpoint at a path.
func (p *Profile) Logout(path string) Logout {
	for _, l := range p.Logouts {
		if l.Path == path {
			return l
		}
	}
	return Logout{Path: path}
}

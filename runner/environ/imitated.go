package environ

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/profile"
	"github.com/countersign-oidc/countersign/runner/check"
)

// scopes are those that the shop is told to ask for.
func (s *embedded) scopes() []string {
	return strings.Fields(cmp.Or(s.profile.Form.Scope, "openid profile email address"))
}

// capabilities are all but those that the provider that is imitated leaves no
// room for.
func (s *embedded) capabilities() []check.Capability {
	lacks := s.lacks()
	return slices.DeleteFunc(slices.Concat(check.Capabilities(), check.OfProvider()), func(c check.Capability) bool {
		return lacks[c] != ""
	})
}

// promises are the members of a discovery document that say what a relying
// party can do.
type promises struct {
	BackChannel   bool     `json:"backchannel_logout_supported"`
	FrontChannel  bool     `json:"frontchannel_logout_supported"`
	ResponseTypes []string `json:"response_types_supported"`
	ResponseModes []string `json:"response_modes_supported"`
	Scopes        []string `json:"scopes_supported"`
}

// lacks says of each capability that the provider leaves no room for why that
// is so.
func (s *embedded) lacks() map[check.Capability]string {
	p := s.profile
	out := map[check.Capability]string{}
	if p.Name == "" {
		return out
	}
	lack := func(is bool, c check.Capability, why string) {
		if is {
			out[c] = p.Title + " " + why
		}
	}
	var promised promises
	_ = json.Unmarshal(p.Metadata, &promised) // what it does not say it does not promise
	lack(p.Paths[journal.EndSession] == "", check.RPLogout, "has no logout endpoint")
	lack(p.Paths[journal.UserInfo] == "", check.UserInfo, "has no UserInfo endpoint")
	lack(!promised.BackChannel, check.BackChannelLogout, "promises no back-channel logout")
	lack(!promised.FrontChannel, check.FrontChannelLogout, "promises no front-channel logout")
	lack(slices.Contains(p.IDToken.Remove, "sid"), check.FrontChannelLogout, "issues no sid, so a frame cannot name a session")
	lack(!slices.Contains(promised.ResponseTypes, "code id_token"), check.Hybrid, "promises no response type code id_token")
	lack(!slices.Contains(promised.ResponseTypes, "id_token"), check.Implicit, "promises no response type id_token")
	lack(!slices.Contains(promised.Scopes, "offline_access"), check.Refresh, "promises no scope offline_access")
	for _, c := range []check.Capability{check.FormPost, check.Hybrid, check.Implicit} {
		lack(!slices.Contains(promised.ResponseModes, "form_post"), c, "promises no response mode form_post")
	}
	lack(p.Request.NoResponseIssuer, check.ResponseIssuer, "sends no iss in authorization responses")
	lack(p.IDToken.Thin, check.ProfileInIDToken, "leaves the claims of scopes to UserInfo")
	lack(slices.ContainsFunc(p.Logouts, func(l profile.Logout) bool { return l.NoState && l.Path == p.Paths[journal.EndSession] }),
		check.LogoutState, "sends no state back from a sign-out")
	lack(strings.HasPrefix(strings.TrimLeft(p.Subject, "0123456789"), "{digits"), check.LetterSubjects, "gives subjects that are numbers")
	s.lacksClaims(lack)
	return out
}

// lacksClaims is lacks about claims that are not standard ones.
func (s *embedded) lacksClaims(lack func(bool, check.Capability, string)) {
	own := s.profile.Custom
	for _, claim := range []string{"crm_id", "user_id"} {
		lack(own.ClaimName(claim) == "", check.Mapping, "issues no claim "+claim)
	}
	lack(own.Within != "", check.Mapping, "issues claims of one's own inside "+own.Within+", where the shop does not look")
	lack(own.Form == profile.ClaimList, check.Mapping, "issues claims of one's own as lists, which the shop does not map")
	lack(own.Form != "", check.TypedClaims, "writes claims of one's own as text")
	lack(own.ClaimName(staffClaim) != staffClaim || own.Form != "", check.StaffPage, "does not issue the claim "+staffClaim+" as it is")
}

// missing is what a setup needs that the provider leaves no room for, or nil.
func (s *embedded) missing(setup Setup) error {
	lacks := s.lacks()
	identifier := setup.Identifier
	switch {
	case s.profile.Name == "":
		return nil
	case len(setup.Claims) > 0 && lacks[check.Mapping] != "":
		return MissingError{check.Mapping, lacks[check.Mapping]}
	case identifier != "" && (lacks[check.Mapping] != "" || s.profile.Custom.ClaimName(identifier) == ""):
		return MissingError{check.Settings, cmp.Or(lacks[check.Mapping], s.profile.Title+" issues no claim "+identifier)}
	case setup.Basic && s.profile.Client.IDInBody:
		return MissingError{check.Settings, s.profile.Title + " looks for client_id in the form"}
	case setup.ResponseIssuer && lacks[check.ResponseIssuer] != "":
		return MissingError{check.ResponseIssuer, lacks[check.ResponseIssuer]}
	case setup.several() && !setup.OwnRedirect && lacks[check.ResponseIssuer] != "":
		return MissingError{check.SeveralProviders, lacks[check.ResponseIssuer] + ", so that a second provider needs a redirect URI of its own"}
	case setup.Refresh && lacks[check.Refresh] != "":
		return MissingError{check.Refresh, lacks[check.Refresh]}
	case setup.BackChannel && lacks[check.BackChannelLogout] != "":
		return MissingError{check.BackChannelLogout, lacks[check.BackChannelLogout]}
	case setup.FrontChannel && lacks[check.FrontChannelLogout] != "":
		return MissingError{check.FrontChannelLogout, lacks[check.FrontChannelLogout]}
	case setup.response() != "" && lacks[setup.response()] != "":
		return MissingError{setup.response(), lacks[setup.response()]}
	case setup.ResponseType != "" && s.profile.Request.ResponseTypes != nil && !slices.Contains(s.profile.Request.ResponseTypes, setup.ResponseType):
		return MissingError{setup.response(), s.profile.Title + " serves no response type " + setup.ResponseType}
	}
	return nil
}

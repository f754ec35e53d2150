package endpoint

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
	"github.com/countersign-oidc/countersign/mockidp/profile"
	"github.com/countersign-oidc/countersign/mockidp/protocol"
)

// The paths of the endpoints below the issuer. But for discovery they are
// unlike any well-known provider's, so that only a relying party that reads
// the discovery document finds them.
const (
	DiscoveryPath           = "/.well-known/openid-configuration"
	JWKSPath                = "/keys"
	AuthorizePath           = "/begin"
	SignInPath              = "/sign-in"
	TokenPath               = "/swap"
	UserInfoPath            = "/who"
	EndSessionPath          = "/leave"
	PARPath                 = "/push"
	DeviceAuthorizationPath = "/pair"
	DevicePath              = "/device"
	IntrospectionPath       = "/inspect"
	RevocationPath          = "/forget"
	RegistrationPath        = "/enlist"
	CheckSessionPath        = "/watch"
	AppsPath                = "/apps"
)

// place is an endpoint and its path.
type place struct {
	kind journal.Kind
	path string
}

func standardPaths() []place {
	return []place{
		{journal.Discovery, DiscoveryPath},
		{journal.JWKS, JWKSPath},
		{journal.Authorize, AuthorizePath},
		{journal.SignIn, SignInPath},
		{journal.Token, TokenPath},
		{journal.UserInfo, UserInfoPath},
		{journal.EndSession, EndSessionPath},
		{journal.PAR, PARPath},
		{journal.DeviceAuthorization, DeviceAuthorizationPath},
		{journal.Device, DevicePath},
		{journal.Introspection, IntrospectionPath},
		{journal.Revocation, RevocationPath},
		{journal.Registration, RegistrationPath},
		{journal.CheckSession, CheckSessionPath},
		{journal.Apps, AppsPath},
	}
}

// Paths are all standard endpoint paths.
func Paths() []string {
	var out []string
	for _, p := range standardPaths() {
		out = append(out, p.path)
	}
	return out
}

// Document is the discovery document: the metadata, or what the profile has in
// its place.
func (s Site) Document(m protocol.Metadata) ([]byte, error) {
	if s.Profile.Metadata == nil {
		return json.Marshal(m)
	}
	document, whole := profile.Values(s.words).Expand(s.Profile.Metadata)
	if !whole {
		return nil, errors.New("the discovery document of the profile has words in braces that stand for nothing")
	}
	return document, nil
}

// Metadata says what the endpoints of this package serve, and nothing else.
func (s Site) Metadata() protocol.Metadata {
	authAlgs := slices.Concat(protocol.SigningAlgs(), protocol.HMACAlgs())
	return protocol.Metadata{
		Issuer:                 s.Issuer,
		AuthorizationEndpoint:  s.front(journal.Authorize),
		TokenEndpoint:          s.back(journal.Token),
		UserInfoEndpoint:       s.back(journal.UserInfo),
		EndSessionEndpoint:     s.front(journal.EndSession),
		CheckSessionIframe:     s.front(journal.CheckSession),
		RegistrationEndpoint:   s.back(journal.Registration),
		JWKSURI:                s.back(journal.JWKS),
		ScopesSupported:        protocol.Scopes(),
		ResponseTypesSupported: responseTypes(),
		ResponseModesSupported: []string{modeQuery, modeFragment, modeFormPost},
		GrantTypesSupported:    []string{"authorization_code", "implicit", "refresh_token", "client_credentials", string(identity.GrantDevice)},
		SubjectTypesSupported:  []string{identity.SubjectPublic, identity.SubjectPairwise},
		IDTokenAlgsSupported:   slices.Concat(protocol.SigningAlgs(), protocol.HMACAlgs()),
		AuthMethodsSupported:   authMethods(),
		AuthAlgsSupported:      authAlgs,
		ClaimTypesSupported:    []string{"normal"},
		ClaimsSupported:        protocol.Claims(),
		ChallengesSupported:    []string{"S256"},
		PromptValuesSupported:  promptValues(),
		FrontChannelLogout:     true, FrontChannelLogoutSession: true,
		BackChannelLogout: true, BackChannelLogoutSession: true,
		IssParameterSupported: true,

		IntrospectionEndpoint:      s.back(journal.Introspection),
		IntrospectionAuthSupported: slices.DeleteFunc(authMethods(), func(m string) bool { return m == string(identity.AuthNone) }),
		IntrospectionAuthAlgs:      authAlgs,
		RevocationEndpoint:         s.back(journal.Revocation),
		RevocationAuthSupported:    authMethods(),
		RevocationAuthAlgs:         authAlgs,

		IDTokenKeyAlgsSupported:  protocol.KeyAlgs(),
		IDTokenEncsSupported:     protocol.ContentAlgs(),
		UserInfoAlgsSupported:    slices.Concat(protocol.SigningAlgs(), protocol.HMACAlgs()),
		UserInfoKeyAlgsSupported: protocol.KeyAlgs(),
		UserInfoEncsSupported:    protocol.ContentAlgs(),

		DeviceAuthorizationEndpoint: s.back(journal.DeviceAuthorization),

		PAREndpoint:               s.back(journal.PAR),
		ACRValuesSupported:        acrValues(),
		UILocalesSupported:        languages(),
		DisplayValuesSupported:    displayValues(),
		RequestAlgsSupported:      requestAlgs(),
		ClaimsParameterSupported:  true,
		RequestParameterSupported: true,
	}
}

func authMethods() []string {
	var out []string
	for _, m := range identity.AuthMethods() {
		out = append(out, string(m))
	}
	return out
}

// Discovery serves the metadata document (OpenID Connect Discovery 1.0,
// section 4).
type Discovery struct {
	Site     Site
	Document []byte
}

// Mount registers the endpoint.
func (e *Discovery) Mount(rt *Router) {
	rt.handle(journal.Discovery, readOnly(), e.serve)
}

func (e *Discovery) serve(x *Exchange) Response {
	document := e.Document
	if client := x.Query.Get("client_id"); client != "" && e.Site.Profile.Keys.ByClient {
		patch, _ := json.Marshal(map[string]string{"jwks_uri": e.Site.back(journal.JWKS) + "?client_id=" + url.QueryEscape(client)}) // texts always encode
		if pinned, err := Patched(document, patch); err == nil {
			document = pinned
		}
	}
	return cacheable(rawJSON(http.StatusOK, document))
}

// JWKS serves the published keys (RFC 7517, section 5).
type JWKS struct {
	Site Site
	Ring *keys.Ring
}

// Mount registers the endpoint.
func (e *JWKS) Mount(rt *Router) { rt.handle(journal.JWKS, readOnly(), e.serve) }

func (e *JWKS) serve(x *Exchange) Response {
	set, err := e.Ring.JWKS()
	if err != nil {
		return x.broken(err)
	}
	shape := e.Site.Profile.Keys
	if set, err = keySet(set, shape.Members, e.Site.words); err != nil {
		return x.broken(err)
	}
	resp := cacheable(rawJSON(http.StatusOK, set))
	if shape.Cache != "" {
		resp.Header.Set("Cache-Control", shape.Cache)
	}
	return resp
}

func readOnly() []string { return []string{http.MethodGet, http.MethodHead} }

// cacheable lets caches keep an answer but not use it unasked: a fault that is
// armed or disarmed must show at once.
func cacheable(r Response) Response {
	r.Header.Set("Cache-Control", "no-cache")
	return r
}

// broken answers that the provider itself is at fault, against its will. Only
// the journal learns why.
func (x *Exchange) broken(err error) Response {
	resp := x.errorJSON(&protocol.Error{Code: protocol.ServerError, Status: http.StatusInternalServerError})
	x.Entry.ErrorDescription = err.Error()
	return resp
}

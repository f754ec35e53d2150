package endpoint

import (
	"net/http"
	"slices"

	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
	"github.com/countersign-oidc/countersign/mockidp/keys"
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

// Paths are all endpoint paths.
func Paths() []string {
	return []string{
		DiscoveryPath, JWKSPath, AuthorizePath, SignInPath, TokenPath, UserInfoPath, EndSessionPath,
		PARPath, DeviceAuthorizationPath, DevicePath, IntrospectionPath, RevocationPath, RegistrationPath,
		CheckSessionPath, AppsPath,
	}
}

// Site is where an issuer is reached. Browsers and relying parties may have to
// use different hosts for the one issuer.
type Site struct {
	Issuer string
	// Front is the URL that the paths of endpoints for browsers follow, Back
	// the one for those that relying parties call.
	Front, Back string
}

// Metadata is the discovery document of an issuer: what the endpoints of this
// package serve, and nothing else.
func Metadata(s Site) protocol.Metadata {
	authAlgs := slices.Concat(protocol.SigningAlgs(), protocol.HMACAlgs())
	return protocol.Metadata{
		Issuer:                 s.Issuer,
		AuthorizationEndpoint:  s.Front + AuthorizePath,
		TokenEndpoint:          s.Back + TokenPath,
		UserInfoEndpoint:       s.Back + UserInfoPath,
		EndSessionEndpoint:     s.Front + EndSessionPath,
		JWKSURI:                s.Back + JWKSPath,
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

		IntrospectionEndpoint:      s.Back + IntrospectionPath,
		IntrospectionAuthSupported: slices.DeleteFunc(authMethods(), func(m string) bool { return m == string(identity.AuthNone) }),
		IntrospectionAuthAlgs:      authAlgs,
		RevocationEndpoint:         s.Back + RevocationPath,
		RevocationAuthSupported:    authMethods(),
		RevocationAuthAlgs:         authAlgs,

		IDTokenKeyAlgsSupported:  protocol.KeyAlgs(),
		IDTokenEncsSupported:     protocol.ContentAlgs(),
		UserInfoAlgsSupported:    slices.Concat(protocol.SigningAlgs(), protocol.HMACAlgs()),
		UserInfoKeyAlgsSupported: protocol.KeyAlgs(),
		UserInfoEncsSupported:    protocol.ContentAlgs(),

		DeviceAuthorizationEndpoint: s.Back + DeviceAuthorizationPath,

		PAREndpoint:               s.Back + PARPath,
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
	Document []byte
}

// Mount registers the endpoint.
func (e *Discovery) Mount(rt *Router) {
	rt.handle(DiscoveryPath, journal.Discovery, readOnly(), e.serve)
}

func (e *Discovery) serve(*Exchange) Response { return cacheable(rawJSON(http.StatusOK, e.Document)) }

// JWKS serves the published keys (RFC 7517, section 5).
type JWKS struct {
	Ring *keys.Ring
}

// Mount registers the endpoint.
func (e *JWKS) Mount(rt *Router) { rt.handle(JWKSPath, journal.JWKS, readOnly(), e.serve) }

func (e *JWKS) serve(x *Exchange) Response {
	set, err := e.Ring.JWKS()
	if err != nil {
		return x.broken(err)
	}
	return cacheable(rawJSON(http.StatusOK, set))
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

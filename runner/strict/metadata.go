package strict

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	jose "github.com/go-jose/go-jose/v4"
)

// wellKnown is OpenID Connect Discovery 1.0, section 4.
const wellKnown = "/.well-known/openid-configuration"

// metadata is the discovery document as far as the checks need it, and all of
// it as it was written.
type metadata struct {
	Issuer        string   `json:"issuer"`
	Authorization string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	UserInfo      string   `json:"userinfo_endpoint"`
	EndSession    string   `json:"end_session_endpoint"`
	JWKS          string   `json:"jwks_uri"`
	Scopes        []string `json:"scopes_supported"`
	Algs          []string `json:"id_token_signing_alg_values_supported"`
	Challenges    []string `json:"code_challenge_methods_supported"`
	Claims        bool     `json:"claims_parameter_supported"`
	Request       bool     `json:"request_parameter_supported"`
	// RequestURI is true when omitted (Discovery 1.0, section 3).
	RequestURI *bool `json:"request_uri_parameter_supported"`
	Iss        bool  `json:"authorization_response_iss_parameter_supported"`

	all map[string]json.RawMessage
}

// addresses are the endpoints by the name that reports use.
func (m metadata) addresses() map[string]string {
	return map[string]string{
		"authorize": m.Authorization, "token": m.Token, "userinfo": m.UserInfo, "end_session": m.EndSession, "jwks": m.JWKS,
	}
}

func (m metadata) requestURI() bool { return m.RequestURI == nil || *m.RequestURI }

// discover fetches the discovery document.
func (p *probe) discover() (*answer, error) {
	req, err := request(p.ctx, http.MethodGet, strings.TrimSuffix(p.run.target.Issuer, "/")+wellKnown, nil, nil)
	if err != nil {
		return nil, err
	}
	a, err := p.send(req, nil)
	if err == nil && a.status >= 500 {
		err = fmt.Errorf("discovery answered %d", a.status)
	}
	return a, err
}

// keySet fetches the published keys.
func (p *probe) keySet() (*answer, error) {
	req, err := request(p.ctx, http.MethodGet, p.run.meta.JWKS, nil, nil)
	if err != nil {
		return nil, err
	}
	a, err := p.send(req, nil)
	if err == nil && a.status >= 500 {
		err = fmt.Errorf("the jwks_uri answered %d", a.status)
	}
	return a, err
}

// keys are the published keys, fetched once in a run.
func (p *probe) keys() (jose.JSONWebKeySet, error) {
	r := p.run
	if r.keys != nil {
		return *r.keys, nil
	}
	a, err := p.keySet()
	if err != nil {
		return jose.JSONWebKeySet{}, err
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(a.body, &set); err != nil {
		return set, fmt.Errorf("the jwks_uri serves no key set: %w", err)
	}
	r.keys = &set
	return set, nil
}

// prepare reads the discovery document for all checks. Whether it is right is
// for the checks to say; without its endpoints they cannot.
func (r *run) prepare(p *probe) error {
	a, err := p.discover()
	if err != nil {
		return err
	}
	all, ok := a.object()
	if a.status != http.StatusOK || !ok {
		return fmt.Errorf("the issuer serves no discovery document at %s: status %d", place(a.url), a.status)
	}
	// A member of the wrong type is the business of a check.
	_ = json.Unmarshal(a.body, &r.meta)
	r.meta.all = all
	r.hosts = append(r.hosts, r.target.Hosts...)
	for _, address := range append([]string{r.target.Issuer}, slices.Sorted(values(r.meta.addresses()))...) {
		if u, err := absolute(address); err == nil {
			r.hosts = append(r.hosts, u.Host)
		}
	}
	if r.meta.Authorization == "" || r.meta.Token == "" || r.meta.JWKS == "" {
		return errors.New("the discovery document lacks authorization_endpoint, token_endpoint or jwks_uri")
	}
	return nil
}

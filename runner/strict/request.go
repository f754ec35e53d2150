package strict

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/url"
	"sync"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/countersign-oidc/countersign/runner/check"
)

// back is a check that an authorization request is refused by redirect.
func back(c check.Check, codes []string, edits ...edit) rule {
	c.Judged = errorBack
	return rule{c, func(p *probe) error { return p.returned(p.run.home, codes, edits...) }}
}

var requestRules = []rule{
	back(check.Check{
		ID: "provider.request-response-type-missing", Level: check.Must, Refs: []string{rfc6749 + "3.1.1", rfc6749 + "4.1.2.1"},
		Title: "A request without response_type is refused by redirect", Harm: "Relying parties never learn of their mistake, or get what they did not ask for.",
		Tried: "An honest request is sent without response_type.", Remedy: "Answer invalid_request to the redirect URI.",
	}, []string{"invalid_request", "unsupported_response_type"}, drop("response_type")),
	back(check.Check{
		ID: "provider.request-response-type-unknown", Level: check.Must, Refs: []string{rfc6749 + "3.1.1", rfc6749 + "4.1.2.1"},
		Title: "A request with an unknown response_type is refused by redirect", Harm: "Relying parties never learn of their mistake, or get what they did not ask for.",
		Tried: "An honest request is sent with a response_type that does not exist.", Remedy: "Answer unsupported_response_type to the redirect URI.",
	}, []string{"unsupported_response_type", "invalid_request"}, set("response_type", "countersign")),
	back(check.Check{
		ID: "provider.request-parameter-twice", Level: check.Must, Refs: []string{rfc6749 + "3.1", rfc6749 + "4.1.2.1"},
		Title: "A request with a parameter twice is refused", Harm: "Who checks the first and uses the second can be led past the check.",
		Tried: "An honest request is sent with two scopes.", Remedy: "Answer invalid_request to the redirect URI.",
	}, []string{"invalid_request"}, add("scope", "openid email")),
	back(check.Check{
		ID: "provider.request-max-age-malformed", Level: check.Must, Refs: []string{core + "3.1.2.1", core + "3.1.2.6"},
		Title: "A max_age that is no number is refused", Harm: "A relying party that asked for a fresh sign-in gets an old one.",
		Tried: "An honest request is sent with max_age=soon.", Remedy: "Answer invalid_request to the redirect URI.",
	}, []string{"invalid_request"}, set("max_age", "soon")),
	{check.Check{
		ID: "provider.request-parameter-unknown", Level: check.Must, Refs: []string{rfc6749 + "3.1"},
		Title: "Unknown parameters are ignored", Harm: "Relying parties that use an extension cannot sign people in.",
		Tried: "An honest request is sent with a parameter that does not exist.", Judged: returnsCode, Remedy: "Ignore what is not known.",
	}, ignores(set("countersign_unknown", "1"))},
	{check.Check{
		ID: "provider.request-parameter-empty", Level: check.Must, Refs: []string{rfc6749 + "3.1"},
		Title: "A parameter without a value counts as omitted", Harm: "Relying parties that send empty parameters cannot sign people in.",
		Tried: "An honest request is sent with an empty prompt, max_age and login_hint.", Judged: returnsCode,
		Remedy: "Treat an empty parameter as if it were not there.",
	}, ignores(set("prompt", ""), set("max_age", ""), set("login_hint", ""))},
	{check.Check{
		ID: "provider.request-optional", Level: check.Must, Refs: []string{core + "15.1", core + "3.1.2.1"},
		Title: "The parameters that every provider has to know do no harm", Harm: "Relying parties that send display, ui_locales or acr_values cannot sign people in.",
		Tried: "An honest request is sent with display, ui_locales, claims_locales and acr_values.", Judged: returnsCode,
		Remedy: "Heed these parameters or ignore them, without an error.",
	}, ignores(set("display", "page"), set("ui_locales", "de-CH fr en"), set("claims_locales", "fr"), set("acr_values", "urn:countersign:unknown"))},
	{check.Check{
		ID: "provider.request-scope-unknown", Level: check.Should, Refs: []string{core + "3.1.2.1"},
		Title: "Unknown scopes are ignored", Harm: "A relying party that is used with several providers cannot ask all of them the same.",
		Tried: "An honest request is sent with one more scope, which does not exist.", Judged: returnsCode, Remedy: "Grant the scopes that are known.",
	}, ignores(func(v url.Values) { v["scope"] = []string{v["scope"][0] + " countersign:unknown"} })},
	{check.Check{
		ID: "provider.request-scope-openid", Level: check.Should, Refs: []string{core + "3.1.2.1", core + "3.1.2.2"},
		Title: "Without the scope openid there is no ID token", Harm: "A relying party that asked for access only is told who the person is.",
		Tried: "A request is sent with the scope profile alone.", Judged: "Passes if the request is refused with an error, or the tokens have no ID token.",
		Remedy: "Issue ID tokens for the scope openid only.",
	}, scopeOpenID},
	{check.Check{
		ID: "provider.request-object-unvouched", Level: check.Must, Refs: []string{core + "6.1", core + "3.1.2.6"},
		Title: "A request object that the client did not sign is refused", Harm: "Whoever can change a link can change the request of a relying party that signs its requests.",
		Tried: "An honest request is sent with a request object signed by a key that is nobody's.", Judged: errorBack,
		Remedy: "Answer request_not_supported, or verify the signature and answer invalid_request_object.",
	}, requestObject},
	{check.Check{
		ID: "provider.request-uri-unknown", Level: check.Must, Refs: []string{core + "6.2", core + "3.1.2.6"},
		Title: "A request_uri that was never issued is refused", Harm: "A relying party that pushed its request is answered for another one.",
		Tried: "An honest request is sent with a request_uri of RFC 9126 that was never issued.", Judged: errorBack,
		Remedy: "Answer request_uri_not_supported, or invalid_request_uri where there are such.",
	}, requestURI},
	back(check.Check{
		ID: "provider.request-registration", Level: check.Must, Refs: []string{core + "7.2.1", core + "3.1.2.6"},
		Title: "The parameter registration is refused", Harm: "A relying party believes that what it says of itself was heeded.",
		Tried: "An honest request is sent with client metadata in the parameter registration.", Remedy: "Answer registration_not_supported.",
	}, []string{"registration_not_supported"}, set("registration", `{"client_name":"countersign"}`)),
}

// ignores is a check that a request is served whatever was added to it.
func ignores(edits ...edit) func(*probe) error {
	return func(p *probe) error {
		a, err := p.walk(p.run.home, p.attempt(p.run.target.Client, edits...))
		if err != nil {
			return err
		}
		if a.code() != "" {
			return nil
		}
		if _, err := p.code(p.run.target.Client); err != nil {
			return err
		}
		if v := a.back(); v != nil {
			return breaks("The request was refused with %s; it is served without the addition.", errorOf(v))
		}
		return breaks("The browser is left %v; the request is served without the addition.", a.landing)
	}
}

func scopeOpenID(p *probe) error {
	a, err := p.walk(p.run.home, p.attempt(p.run.target.Client, set("scope", "profile")))
	if err != nil {
		return err
	}
	if _, err := p.code(p.run.target.Client); err != nil {
		return err
	}
	if a.code() == "" {
		p.proof = "Refused; the same request with openid was served."
		return nil
	}
	ans, err := p.token(a.redeem())
	if err != nil {
		return err
	}
	if ans.text("id_token") != "" {
		return breaks("The token response has an ID token though openid was not asked for.")
	}
	return nil
}

// strangerKey signs in nobody's name.
var strangerKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// forge signs claims with a key that is nobody's.
func forge(claims map[string]any) (string, error) {
	key, err := strangerKey()
	if err != nil {
		return "", fmt.Errorf("a key to forge with: %w", err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", fmt.Errorf("a signer to forge with: %w", err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("claims to forge: %w", err)
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("forge: %w", err)
	}
	return jws.CompactSerialize()
}

func requestObject(p *probe) error {
	c := p.run.target.Client
	object, err := forge(map[string]any{
		"iss": c.ID, "aud": p.run.target.Issuer, "client_id": c.ID, "response_type": "code", "scope": "openid email",
		"redirect_uri": c.RedirectURI,
	})
	if err != nil {
		return err
	}
	codes := []string{"request_not_supported"}
	if p.run.meta.Request {
		codes = []string{"invalid_request_object", "invalid_request", "request_not_supported"}
	}
	return p.returned(p.run.home, codes, set("request", object))
}

func requestURI(p *probe) error {
	codes := []string{"request_uri_not_supported"}
	if p.run.meta.requestURI() {
		codes = append(codes, "invalid_request_uri", "invalid_request", "invalid_request_object")
	}
	if p.run.meta.all["pushed_authorization_request_endpoint"] != nil {
		codes = append(codes, "invalid_request_uri", "invalid_request")
	}
	return p.returned(p.run.home, codes, set("request_uri", "urn:ietf:params:oauth:request_uri:"+rand.Text()))
}

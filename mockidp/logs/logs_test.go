package logs

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// TestALineHasNoSecrets holds what is in the line of an exchange whose every
// member has a secret, and at which level it is.
func TestALineHasNoSecrets(t *testing.T) {
	t.Parallel()
	const secret = "s3cret"
	values := map[string][]string{"code": {secret}, "anything": {secret}}
	full := journal.Entry{
		Kind: journal.Token, Method: "POST", Path: "/op1/swap?" + secret, Client: "shop", User: "ada", Status: 400, Sent: true, Error: "invalid_grant",
		Query: url.Values(values), Form: url.Values(values), Header: http.Header(values), Document: []byte(secret),
		Location: secret, Response: url.Values(values), ErrorDescription: secret, Body: []byte(secret),
		Tokens: []journal.Issued{{Kind: "id_token", Value: secret, HonestClaims: json.RawMessage(secret)}},
	}
	broken := journal.Entry{Kind: journal.JWKS, Method: "GET", Path: "/keys", Status: 500, Sent: true}
	spoilt := broken
	spoilt.Faults, spoilt.Sent = []string{"jwks.status.500", "a.b"}, false
	for want, e := range map[string]journal.Entry{
		"level=INFO msg=exchange kind=token method=POST path=/op1/swap status=400 took_ms=1.5 issuer=http://op.test/op1 client=shop user=ada error=invalid_grant": full,
		"level=ERROR msg=exchange kind=jwks method=GET path=/keys status=500 took_ms=1.5 issuer=http://op.test/op1":                                               broken,
		`level=INFO msg=exchange kind=jwks method=GET path=/keys status=500 took_ms=1.5 issuer=http://op.test/op1 faults="jwks.status.500 a.b" sent=false`:        spoilt,
	} {
		var out bytes.Buffer
		Exchanges(slog.New(slog.NewTextHandler(&out, nil)))(mockidp.Observation{
			Issuer: "http://op.test/op1", Entry: e, Took: 1500 * time.Microsecond,
		})
		if _, line, _ := strings.Cut(out.String(), " "); line != want+"\n" {
			t.Errorf("got  %swant %s", line, want)
		}
	}
}

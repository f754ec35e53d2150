package logout

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/suites/attempt"
	"github.com/countersign-oidc/countersign/suites/harness"
	"github.com/countersign-oidc/countersign/suites/judge"
)

func logoutOf(s *harness.Spec, in *attempt.SignIn) mockidp.LogoutNotice {
	return mockidp.LogoutNotice{Client: s.Lane.Client.ID, User: in.Username, SID: in.Claim("sid")}
}

// minted is a good logout token about a sign-in.
func minted(s *harness.Spec, in *attempt.SignIn) (string, error) {
	return s.Lane.Provider.Mint(mockidp.Token{
		Kind: "logout_token", Client: s.Lane.Client.ID, User: in.Username, SID: in.Claim("sid"),
	})
}

// delivery is a way to send a logout token.
type delivery struct {
	title string
	make  func(path, token string) (harness.Request, error)
}

// deliveries registers ways of sending a token, each a case of its own.
func deliveries(ctx context.Context, s *harness.Spec, decide func(bad, good attempt.SignIn) judge.Finding, ways []delivery) (judge.Finding, error) {
	return s.RequestsRefused(ctx, decide, len(ways), func(i int, in *attempt.SignIn) (*attempt.SignIn, error) {
		token, err := minted(s, in)
		if err != nil {
			return nil, err
		}
		r, err := ways[i].make(s.Lane.Shop.BackChannelLogout, token)
		if err != nil {
			return nil, err
		}
		return s.Deliver(ctx, in, ways[i].title, token, r)
	})
}

func ofType(media string) map[string]string { return map[string]string{"Content-Type": media} }

const formType = "application/x-www-form-urlencoded"

func noticeRequest(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	form := func(title, body string) delivery {
		return delivery{title, func(path, token string) (harness.Request, error) {
			return harness.Request{Method: http.MethodPost, Path: path, Header: ofType(formType), Body: strings.ReplaceAll(body, "TOKEN", token)}, nil
		}}
	}
	return deliveries(ctx, s, judge.RequestRefused, []delivery{
		{"A logout token by GET", func(path, token string) (harness.Request, error) {
			return harness.Request{Method: http.MethodGet, Path: withQuery(path, url.Values{"logout_token": {token}})}, nil
		}},
		{"A logout token in the query", func(path, token string) (harness.Request, error) {
			return harness.Request{Method: http.MethodPost, Path: withQuery(path, url.Values{"logout_token": {token}}), Header: ofType(formType), Body: "foo=bar"}, nil
		}},
		{"A logout token as JSON", func(path, token string) (harness.Request, error) {
			body, err := json.Marshal(map[string]string{"logout_token": token})
			return harness.Request{Method: http.MethodPost, Path: path, Header: ofType("application/json"), Body: string(body)}, err
		}},
		{"A logout token as multipart", multipartToken},
		form("A form without a logout token", "foo=bar"),
		form("An empty logout token", "logout_token="),
		form("Two logout tokens", "logout_token=TOKEN&logout_token=TOKEN"),
		form("A logout token and something else under its name", "logout_token=TOKEN&logout_token=x"),
	})
}

func multipartToken(path, token string) (harness.Request, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	err := errors.Join(w.WriteField("logout_token", token), w.Close())
	return harness.Request{Method: http.MethodPost, Path: path, Header: ofType(w.FormDataContentType()), Body: b.String()}, err
}

// oversize is how much goes beside a logout token.
const oversize = 8 << 20

func noticeSize(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	large := func(chunked bool) func(path, token string) (harness.Request, error) {
		return func(path, token string) (harness.Request, error) {
			body := url.Values{"logout_token": {token}}.Encode() + "&x=" + strings.Repeat("x", oversize)
			return harness.Request{Method: http.MethodPost, Path: path, Header: ofType(formType), Body: body, Chunked: chunked}, nil
		}
	}
	return deliveries(ctx, s, judge.OversizeRefused, []delivery{
		{"A logout token with eight megabytes beside it", large(false)},
		{"The same without its length", large(true)},
	})
}

func noticeOtherToken(ctx context.Context, s *harness.Spec) (judge.Finding, error) {
	security := about("of another event, of the type of security events", fault.TokenEdit{
		SetHeader: one("typ", `"secevent+jwt"`),
		SetClaims: one("events", `{"https://schemas.openid.net/secevent/risc/event-type/account-disabled":{"reason":"hijacking"}}`),
	})
	event := about("of another event, of the type of logout tokens", fault.TokenEdit{
		SetClaims: one("events", `{"https://schemas.openid.net/secevent/risc/event-type/account-disabled":{"reason":"hijacking"}}`),
	})
	tries := []func(in *attempt.SignIn) (*attempt.SignIn, error){
		func(in *attempt.SignIn) (*attempt.SignIn, error) {
			n := about("that is the ID token of the session", fault.TokenEdit{From: fault.FromIDToken})
			return s.Notify(ctx, in, n)
		},
		func(in *attempt.SignIn) (*attempt.SignIn, error) {
			access := in.Issued("access_token")
			if len(access) == 0 {
				return nil, errors.New("the provider issued no access token")
			}
			return s.Deliver(ctx, in, "The access token in place of a logout token", access[0], formOf(s, access[0]))
		},
		func(in *attempt.SignIn) (*attempt.SignIn, error) { return s.Notify(ctx, in, security) },
		func(in *attempt.SignIn) (*attempt.SignIn, error) { return s.Notify(ctx, in, event) },
	}
	return s.RequestsRefused(ctx, judge.NoticeRefused, len(tries), func(i int, in *attempt.SignIn) (*attempt.SignIn, error) {
		return tries[i](in)
	})
}

// withQuery adds parameters to a path that may have a query of its own.
func withQuery(path string, params url.Values) string {
	if strings.Contains(path, "?") {
		return path + "&" + params.Encode()
	}
	return path + "?" + params.Encode()
}

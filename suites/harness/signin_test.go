package harness

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/countersign-oidc/countersign/suites/attempt"
)

// recording is a visitor of whom nothing but the record is known.
type recording struct {
	Visitor
	requests []attempt.Request
}

func (r recording) Record() attempt.Record { return attempt.Record{Requests: r.requests} }

func TestShopsThatDoNotAnswerAreObserved(t *testing.T) {
	t.Parallel()
	const shop = "http://shop.test"
	late := fmt.Errorf("submit the form: %w", attempt.UnansweredError{Waited: 40 * time.Second})
	waiting := attempt.Request{URL: shop + "/api/sf?code=c", Document: true}
	for name, row := range map[string]struct {
		err  error
		last attempt.Request
		want bool
	}{
		"waits for the shop":     {late, waiting, true},
		"waits for the provider": {late, attempt.Request{URL: "http://idp.test/authorize", Document: true}, false},
		"waits for a script":     {late, attempt.Request{URL: shop + "/app.js"}, false},
		"was answered":           {late, attempt.Request{URL: shop + "/", Document: true, Status: 200}, false},
		"was cut off":            {late, attempt.Request{URL: shop + "/", Document: true, Failed: "net::ERR_EMPTY_RESPONSE"}, false},
		"another error":          {errors.New("no field"), waiting, false},
	} {
		page, got := waitsForShop(&attempt.SignIn{ShopOrigin: shop}, recording{requests: []attempt.Request{{URL: shop + "/"}, row.last}}, row.err)
		if got != row.want || got && (page.URL != row.last.URL || page.Failed != "no page within 40s") {
			t.Errorf("%s: %t, %+v", name, got, page)
		}
	}
	if _, got := waitsForShop(&attempt.SignIn{ShopOrigin: shop}, recording{}, late); got {
		t.Error("a browser that asked for nothing waits for nobody")
	}
}

package judge

import (
	"strings"
	"testing"

	"github.com/countersign-oidc/countersign/suites/attempt"
)

// BenchmarkSilent is what a refused sign-in costs: four answers of the shop
// with a dozen headers, a page of 4 KB and eight secrets.
func BenchmarkSilent(b *testing.B) {
	places := []attempt.Place{{Where: "page", Text: strings.Repeat("<p>We could not confirm who you are. </p>\n", 100), Shop: true, Page: true}}
	for range 48 {
		places = append(places, attempt.Place{Where: "header", Text: "default-src 'none'; style-src 'self'; img-src 'self'", Shop: true, Address: true})
	}
	var secrets []attempt.Secret
	for _, n := range []int{26, 32, 43, 64, 800, 800, 40, 90} {
		secrets = append(secrets, attempt.Secret{Name: "secret", Value: strings.Repeat("x", n)})
	}
	for b.Loop() {
		Silent(attempt.SignIn{}, places, secrets)
	}
}

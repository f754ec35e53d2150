package mockidp_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/fault"
	"github.com/countersign-oidc/countersign/mockidp/identity"
	"github.com/countersign-oidc/countersign/mockidp/journal"
)

// serve is the provider of the examples and what ends it.
func serve(o mockidp.Options, c mockidp.Config) (*mockidp.Server, *mockidp.Provider, func()) {
	ctx := context.Background()
	server, err := mockidp.Start(ctx, o)
	if err != nil {
		panic(err)
	}
	provider, err := server.NewProvider(c)
	if err != nil {
		panic(err)
	}
	return server, provider, func() {
		if err := server.Close(ctx); err != nil {
			panic(err)
		}
	}
}

func get(client *http.Client, address string) (status int) {
	resp, err := client.Get(address)
	if err != nil {
		panic(err)
	}
	defer func() { _ = resp.Body.Close() }()
	return resp.StatusCode
}

// A server listens once. Each provider on it is an issuer of its own.
func ExampleStart() {
	ctx := context.Background()
	server, err := mockidp.Start(ctx, mockidp.Options{})
	if err != nil {
		panic(err)
	}
	defer func() { _ = server.Close(ctx) }()

	for _, path := range []string{"/acme", "/partner"} {
		provider, err := server.NewProvider(mockidp.Config{Path: path})
		if err != nil {
			panic(err)
		}
		found, err := oidc.NewProvider(ctx, provider.Issuer())
		fmt.Println(found.Endpoint().TokenURL == server.URL()+path+"/swap", err)
	}
	// Output:
	// true <nil>
	// true <nil>
}

// Claims keep their JSON types on the way to the relying party.
func ExampleConfig_claims() {
	_, provider, end := serve(mockidp.Options{}, mockidp.Config{
		Clients: []identity.Client{{ID: "shop", Secret: "s", RedirectURIs: []string{"http://shop.test/callback"}}},
		Users: []identity.User{{Username: "ada", Password: "pw", Claims: map[string]any{
			"customer_id": 9007199254740993, "entitlements": []string{}, "address": map[string]any{"country": "CA", "region": nil},
		}}},
	})
	defer end()

	raw, err := provider.Mint(mockidp.Token{Kind: "id_token", Client: "shop", User: "ada", Scopes: []string{"openid", "address"}})
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	found, err := oidc.NewProvider(ctx, provider.Issuer())
	if err != nil {
		panic(err)
	}
	token, err := found.Verifier(&oidc.Config{ClientID: "shop"}).Verify(ctx, raw)
	if err != nil {
		panic(err)
	}
	var claims map[string]json.RawMessage
	if err := token.Claims(&claims); err != nil {
		panic(err)
	}
	fmt.Printf("%s %s %s\n", claims["customer_id"], claims["entitlements"], claims["address"])
	// Output: 9007199254740993 [] {"country":"CA","region":null}
}

// A fault is armed, acts, and leaves its name in the journal.
func ExampleProvider_Arm() {
	_, provider, end := serve(mockidp.Options{}, mockidp.Config{})
	defer end()

	spec, _ := fault.Named(fault.DiscoveryStatus503)
	ticket, err := provider.Arm(spec, fault.Scope{}, fault.Once)
	if err != nil {
		panic(err)
	}
	address := provider.Issuer() + "/.well-known/openid-configuration"
	fmt.Println(get(http.DefaultClient, address), get(http.DefaultClient, address))
	fmt.Println("fired", ticket.Fired())
	for _, e := range provider.Journal().Select(journal.Query{Kind: journal.Discovery}) {
		fmt.Println(e.Status, e.Faults)
	}
	// Output:
	// 503 200
	// fired 1
	// 503 [discovery.status.503]
	// 200 []
}

// What a relying party does by itself is waited for, not slept for.
func ExampleProvider_Journal() {
	_, provider, end := serve(mockidp.Options{}, mockidp.Config{})
	defer end()

	mark := provider.Journal().Mark()
	done := make(chan int)
	go func() { done <- get(http.DefaultClient, provider.Metadata().JWKSURI) }()

	ctx := context.Background()
	seen, err := provider.Journal().Await(ctx, journal.Query{Kind: journal.JWKS, After: mark})
	fmt.Println(seen.Method, seen.Status, err)
	<-done
	// Output: GET 200 <nil>
}

// Over TLS, the relying party has to trust the CA of the server, and to refuse
// mirrors of it with bad certificates.
func ExampleServer_Mirror() {
	server, provider, end := serve(mockidp.Options{TLS: true}, mockidp.Config{Path: "/acme"})
	defer end()

	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(server.CA())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	fmt.Println(get(client, provider.Metadata().JWKSURI))

	expired, err := server.Mirror(context.Background(), mockidp.Expired)
	if err != nil {
		panic(err)
	}
	resp, err := client.Get(expired + "/acme/keys")
	if err == nil {
		_ = resp.Body.Close()
	}
	fmt.Println(err != nil)
	// Output:
	// 200
	// true
}

// Program peer serves one of two mock providers, for the benchmarks beside it:
// this project's or oauth2-proxy's. It prints what a relying party has to know
// as a line of JSON, answers each line that it reads with the CPU time it has
// used so far in microseconds, and ends with its input.
//
// usage: peer (countersign | mockoidc) redirect-uri
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"syscall"

	"github.com/oauth2-proxy/mockoidc"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// facts is what the relying party has to know.
type facts struct {
	Issuer       string `json:"issuer"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	Username     string `json:"username"`
	Password     string `json:"password"`
}

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("%d arguments: want countersign or mockoidc, and the redirect URI", len(args))
	}
	var f facts
	var err error
	switch args[0] {
	case "countersign":
		f, err = serveCountersign(ctx, args[1])
	case "mockoidc":
		f, err = serveMockOIDC()
	default:
		err = fmt.Errorf("unknown provider %q", args[0])
	}
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(f); err != nil {
		return err
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			return err
		}
		if err := out.Encode((u.Utime.Nano() + u.Stime.Nano()) / 1000); err != nil {
			return err
		}
	}
	return nil
}

// serveCountersign has one user with the claims of mockoidc's.
func serveCountersign(ctx context.Context, redirectURI string) (facts, error) {
	server, err := mockidp.Start(ctx, mockidp.Options{})
	if err != nil {
		return facts{}, err
	}
	jane := mockoidc.DefaultUser()
	f := facts{ClientID: "shop", ClientSecret: "secret", Username: "jane", Password: "pw"}
	p, err := server.NewProvider(mockidp.Config{
		Clients: []identity.Client{{
			ID: f.ClientID, Secret: f.ClientSecret, AuthMethod: identity.AuthPost, RedirectURIs: []string{redirectURI},
			GrantTypes: []identity.GrantType{identity.GrantCode, identity.GrantRefresh},
		}},
		Users: []identity.User{{Username: f.Username, Password: f.Password, Subject: jane.Subject, Claims: map[string]any{
			"email": jane.Email, "email_verified": jane.EmailVerified, "preferred_username": jane.PreferredUsername,
			"phone_number": jane.Phone, "address": map[string]any{"formatted": jane.Address}, "groups": jane.Groups,
		}}},
	})
	if err != nil {
		return facts{}, err
	}
	f.Issuer = p.Issuer()
	return f, nil
}

func serveMockOIDC() (facts, error) {
	m, err := mockoidc.Run()
	if err != nil {
		return facts{}, err
	}
	return facts{Issuer: m.Issuer(), ClientID: m.ClientID, ClientSecret: m.ClientSecret}, nil
}

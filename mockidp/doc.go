// Package mockidp is an OpenID Provider for tests: strict where a real one is
// strict, and wrong in exactly one way when it is told to be.
//
// A Server listens once, with or without TLS, and hosts any number of
// providers, each under its own issuer with its own users, clients, sessions,
// faults and journal, so that tests in parallel share nothing:
//
//	server, err := mockidp.Start(ctx, mockidp.Options{})
//	provider, err := server.NewProvider(mockidp.Config{Users: ..., Clients: ...})
//
// What a Provider serves is in its Metadata, and nothing is in its Metadata
// that it does not serve. Provider.Arm makes it break a rule, for one user, one
// client or a number of exchanges; Provider.Journal shows what it saw and which
// faults acted; Provider.Mint makes tokens without a flow.
//
// docs/replace-your-provider.md is a guide to tests with it, docs/idp.md is
// about the command that serves it beside a development server. Package control
// manages it from other processes.
//
// It has no security to offer: users' passwords and clients' secrets are kept
// and journaled in the clear. It listens on loopback unless it is told
// otherwise.
package mockidp

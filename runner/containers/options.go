package containers

import (
	"github.com/testcontainers/testcontainers-go"

	"github.com/countersign-oidc/countersign/mockidp/settings"
)

// Option says something of the provider in the container. It is a
// ContainerCustomizer, so that options of testcontainers can stand beside it.
type Option func(*provider)

// provider is what the options ask for.
type provider struct {
	issuers     []settings.Issuer
	backChannel string
}

// Customize implements testcontainers.ContainerCustomizer: what an Option says
// is not about the container.
func (Option) Customize(*testcontainers.GenericContainerRequest) error { return nil }

// WithIssuer adds an issuer.
func WithIssuer(i settings.Issuer) Option {
	return func(p *provider) { p.issuers = append(p.issuers, i) }
}

// WithBackChannel is the origin under which relying parties call the provider
// where it is another one than for browsers: "http://idp:9400" for those in a
// network where the container has the alias idp.
func WithBackChannel(origin string) Option {
	return func(p *provider) { p.backChannel = origin }
}

func asked(opts []testcontainers.ContainerCustomizer) (p provider) {
	for _, o := range opts {
		if o, ok := o.(Option); ok {
			o(&p)
		}
	}
	return p
}

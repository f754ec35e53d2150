package environ

import (
	"crypto/rand"
	"fmt"

	"github.com/countersign-oidc/countersign/mockidp"
	"github.com/countersign-oidc/countersign/mockidp/identity"
)

// secondName is what the embedded shop calls its second provider.
const secondName = "second"

// addSecond makes the other provider of a lane. It knows nobody, for the
// check puts people there as it does at the first one, and its keys are others
// than the first one's.
func (e *Environment) addSecond(l *Lane, s Setup) error {
	c := l.Client
	if c.Secret != "" {
		c.Secret = rand.Text()
	}
	c.RedirectURIs = []string{l.Shop.URL(l.Shop.SecondRedirect)}
	config := mockidp.Config{Clients: []identity.Client{c}, Keys: e.otherRing}
	if len(s.Evil) > 0 {
		evil, err := e.server.NewEvil(l.Provider, config, s.Evil...)
		if err != nil {
			return fmt.Errorf("second provider of the lane: %w", err)
		}
		l.Second, l.SecondClient = evil.Provider, c
		return nil
	}
	second, err := e.server.NewProvider(config)
	if err != nil {
		return fmt.Errorf("second provider of the lane: %w", err)
	}
	l.Second, l.SecondClient = second, c
	return nil
}

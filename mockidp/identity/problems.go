package identity

import (
	"errors"
	"fmt"
)

// problems is everything that is wrong with a user or a client.
type problems []error

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Errorf(format, args...)) }

func (p problems) err() error { return errors.Join(p...) }

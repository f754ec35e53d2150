package fault

import "slices"

// Join offers the exchange to the faults of another script too, behind its own.
func (x *Exchange) Join(s *Script) {
	x.candidates = append(slices.Clone(x.candidates), s.list()...)
}

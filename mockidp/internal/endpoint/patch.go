package endpoint

import (
	"encoding/json"
	"errors"
)

// Patched is a discovery document with a JSON merge patch applied (RFC 7396).
// Without a patch it is the document itself.
func Patched(document, patch []byte) ([]byte, error) {
	if len(patch) == 0 {
		return document, nil
	}
	var change map[string]json.RawMessage
	if err := json.Unmarshal(patch, &change); err != nil || change == nil {
		return nil, errors.New("merge patch: not a JSON object")
	}
	if merged, ok := mergeJSON(document, patch); ok {
		return merged, nil
	}
	return document, nil
}

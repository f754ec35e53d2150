package protocol

import (
	"encoding/json"
	"errors"
	"fmt"
)

// ClaimsRequest is the claims parameter (OpenID Connect Core 1.0, section
// 5.5): which claims a client wants, and where.
type ClaimsRequest struct {
	UserInfo map[string]*ClaimRequest `json:"userinfo,omitempty"`
	IDToken  map[string]*ClaimRequest `json:"id_token,omitempty"`
}

// ClaimRequest is what a client says of one claim. A nil one asks for the
// claim without more.
type ClaimRequest struct {
	Essential bool              `json:"essential,omitempty"`
	Value     json.RawMessage   `json:"value,omitempty"`
	Values    []json.RawMessage `json:"values,omitempty"`
}

// ParseClaims reads a claims parameter. Members that it does not know are
// ignored, as section 5.5 demands.
func ParseClaims(text string) (ClaimsRequest, error) {
	var r ClaimsRequest
	var any map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &any); err != nil || any == nil {
		return r, errors.New("claims is not a JSON object")
	}
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return r, fmt.Errorf("claims: %w", err)
	}
	return r, nil
}

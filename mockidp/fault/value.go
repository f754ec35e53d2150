package fault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Honest is what the expressions of a token edit refer to.
type Honest struct {
	Now    time.Time
	Client string
	// Claim is an honest claim or header member of the token, by name.
	Claim func(name string) (json.RawMessage, bool)
}

// The expressions of a value.
const (
	exprNow    = "$now"
	exprAppend = "$append"
	exprClaim  = "$claim"
	exprClient = "$client"
)

// Resolve is a value with its expressions replaced. It reports false when an
// expression needs an honest value that the token does not have. The value
// for name itself is what "$append" extends.
func Resolve(value json.RawMessage, name string, h Honest) (json.RawMessage, bool) {
	if items, ok := array(value); ok {
		for i, item := range items {
			resolved, ok := Resolve(item, name, h)
			if !ok {
				return nil, false
			}
			items[i] = resolved
		}
		return encode(items)
	}
	expr, arg, ok := expression(value)
	if !ok {
		return value, true
	}
	switch expr {
	case exprNow:
		d, err := time.ParseDuration(arg)
		if err != nil {
			return nil, false
		}
		return encode(h.Now.Add(d).Unix())
	case exprAppend:
		var text string
		if own, ok := h.Claim(name); !ok || json.Unmarshal(own, &text) != nil {
			return nil, false
		}
		return encode(text + arg)
	case exprClaim:
		return h.Claim(arg)
	default:
		return encode(h.Client)
	}
}

func encode(v any) (json.RawMessage, bool) {
	out, err := json.Marshal(v)
	return out, err == nil
}

func array(value json.RawMessage) ([]json.RawMessage, bool) {
	if !bytes.HasPrefix(bytes.TrimSpace(value), []byte("[")) {
		return nil, false
	}
	var items []json.RawMessage
	return items, json.Unmarshal(value, &items) == nil
}

// expression recognises {"$now": "-1h"} and its like: an object with one
// member, a known expression with a text.
func expression(value json.RawMessage) (expr, arg string, ok bool) {
	if !bytes.HasPrefix(bytes.TrimSpace(value), []byte("{")) {
		return "", "", false
	}
	var members map[string]any
	if json.Unmarshal(value, &members) != nil || len(members) != 1 {
		return "", "", false
	}
	for expr, v := range members {
		switch expr {
		case exprNow, exprAppend, exprClaim, exprClient:
			arg, ok := v.(string)
			return expr, arg, ok
		}
	}
	return "", "", false
}

func checkValue(value json.RawMessage) error {
	if !json.Valid(value) {
		return errors.New("not JSON")
	}
	if items, ok := array(value); ok {
		for _, item := range items {
			if err := checkValue(item); err != nil {
				return err
			}
		}
		return nil
	}
	expr, arg, ok := expression(value)
	if !ok {
		return checkLiteral(value)
	}
	switch expr {
	case exprNow:
		if _, err := time.ParseDuration(arg); err != nil {
			return fmt.Errorf("%s: %q is not a duration such as \"-1h\"", exprNow, arg)
		}
	case exprClient:
		if arg != "id" {
			return fmt.Errorf("%s: %q; known: id", exprClient, arg)
		}
	case exprClaim, exprAppend:
		if arg == "" {
			return fmt.Errorf("%s: empty", expr)
		}
	}
	return nil
}

// checkLiteral refuses an object that was likely meant as an expression, such
// as {"$nwo": "1h"}: sent as it stands, it would be another fault.
func checkLiteral(value json.RawMessage) error {
	if !bytes.HasPrefix(bytes.TrimSpace(value), []byte("{")) {
		return nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(value, &members); err != nil {
		return err
	}
	for name := range members {
		if len(name) > 0 && name[0] == '$' {
			return fmt.Errorf("%q is no expression; known: %s, %s, %s, %s, each alone in its object with a text",
				name, exprNow, exprAppend, exprClaim, exprClient)
		}
	}
	return nil
}

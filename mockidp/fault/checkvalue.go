package fault

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// KeyNames are the keys of the provider that an expression or a signing can
// name: the one that signs the token (RS256 where there is no token), another
// published one, one that is never published, and an RSA key of 1024 bits,
// which RFC 7518 does not allow (section 3.3).
func KeyNames() []string { return []string{"signing", "other", "rogue", "small"} }

// words are the expressions whose argument is one of a few words.
var words = map[string][]string{
	exprOwn:    {"value"},
	exprClient: {"id"},
	exprIssuer: {"url"},
	exprOther:  {"sub", "client_id"},
	exprJWK:    KeyNames(),
	exprKid:    KeyNames(),
	exprCert:   KeyNames(),
}

// expressions are all of them, sorted, for error messages and the schema.
func expressions() []string {
	all := []string{
		exprNow, exprMillis, exprAppend, exprPrepend, exprCut, exprClaim, exprUpper, exprLower, exprString,
		exprJoin, exprMerge, exprRepeat, exprNest, exprRaw,
	}
	for op := range words {
		all = append(all, op)
	}
	slices.Sort(all)
	return all
}

// checkValue refuses a value that can never be resolved. An object that was
// likely meant as an expression, such as {"$nwo": "1h"}, is refused too: sent
// as it stands, it would be another fault.
func checkValue(value json.RawMessage) error { return checkDepth(value, false) }

func checkDepth(value json.RawMessage, repeated bool) error {
	if !json.Valid(value) {
		return errors.New("not JSON")
	}
	if items, ok := array(value); ok {
		return checkItems(items, repeated)
	}
	members, ok := object(value)
	if !ok {
		return nil
	}
	if op, arg, ok := expression(members); ok {
		if err := checkExpression(op, arg, repeated); err != nil {
			return fmt.Errorf("%s: %w", op, err)
		}
		return nil
	}
	for _, m := range members {
		if strings.HasPrefix(m.Name, "$") {
			return fmt.Errorf("%q beside other members: an expression stands alone in its object", m.Name)
		}
		if err := checkDepth(m.Value, repeated); err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
	}
	return nil
}

func checkItems(items []json.RawMessage, repeated bool) error {
	for _, item := range items {
		if err := checkDepth(item, repeated); err != nil {
			return err
		}
	}
	return nil
}

func checkExpression(op string, arg json.RawMessage, repeated bool) error {
	if known, ok := words[op]; ok {
		if word, ok := text(arg); !ok || !slices.Contains(known, word) {
			return fmt.Errorf("%s; known: %s", arg, strings.Join(known, ", "))
		}
		return nil
	}
	switch op {
	case exprNow, exprMillis, exprAppend, exprPrepend, exprClaim, exprRaw:
		return checkWord(op, arg)
	case exprCut, exprNest:
		n, err := strconv.Atoi(string(arg))
		if err != nil || op == exprNest && (n < 1 || n > maxTimes) {
			return fmt.Errorf("%s is not a number of the right size", arg)
		}
		return nil
	case exprJoin, exprMerge:
		items, ok := array(arg)
		if !ok || len(items) == 0 {
			return errors.New("not a list of values")
		}
		return checkItems(items, repeated)
	case exprUpper, exprLower, exprString:
		return checkDepth(arg, repeated)
	case exprRepeat:
		return checkRepeat(arg, repeated)
	}
	return fmt.Errorf("no such expression; known: %s", strings.Join(expressions(), ", "))
}

// maxTimes bounds "$repeat" and "$nest".
const maxTimes = 10_000_000

func checkRepeat(arg json.RawMessage, repeated bool) error {
	var r repetition
	members, _ := object(arg)
	switch {
	case len(members) != 2, json.Unmarshal(arg, &r) != nil, r.Value == nil:
		return errors.New(`not of the form {"value": ..., "times": 3}`)
	case repeated:
		return errors.New("within another one")
	case r.Times < 1, r.Times > maxTimes:
		return fmt.Errorf("times: %d is not from 1 to %d", r.Times, maxTimes)
	}
	return checkDepth(r.Value, true)
}

func checkWord(op string, arg json.RawMessage) error {
	word, ok := text(arg)
	if !ok {
		return fmt.Errorf("%s is not a text", arg)
	}
	switch {
	case op == exprNow, op == exprMillis:
		if _, err := time.ParseDuration(word); err != nil {
			return fmt.Errorf("%q is not a duration such as \"-1h\"", word)
		}
	case word == "":
		return errors.New("empty")
	}
	return nil
}

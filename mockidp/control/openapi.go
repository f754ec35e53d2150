package control

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
)

// version is that of the API. A path starts with its major number.
const version = "1.0.0"

// served are all operations of a server, those on the API itself included.
func served(metrics http.Handler) []operation {
	all := documented()
	if metrics != nil {
		all = append(all, metricsOperation(metrics))
	}
	return all
}

// documented are the operations that the document has.
func documented() []operation {
	return append(operations(), operation{
		id: "openapi", method: http.MethodGet, path: "/openapi.json", summary: "This document.", status: http.StatusOK,
		serve: func(*call) (any, error) { return openAPI() },
	})
}

// metricsOperation is not in the document: what is there is not JSON, and only
// there if it was asked for.
func metricsOperation(metrics http.Handler) operation {
	return operation{
		id: "metrics", method: http.MethodGet, path: "/metrics", status: http.StatusOK,
		serve: func(c *call) (any, error) {
			metrics.ServeHTTP(c.w, c.Request)
			return nil, errStreamed
		},
	}
}

type object = map[string]any

const schemasAt = "#/components/schemas/"

// openAPI is the document of the API (OpenAPI 3.1).
func openAPI() (json.RawMessage, error) {
	schemas, err := defs()
	if err != nil {
		return nil, err
	}
	paths := make(object)
	for _, o := range documented() {
		item, ok := paths[o.path].(object)
		if !ok {
			item = make(object)
			paths[o.path] = item
		}
		item[methodKey(o.method)] = o.document()
	}
	text, err := json.Marshal(object{
		"openapi": "3.1.0",
		"info": object{
			"title": "countersign idp", "version": version,
			"description": "Manages a mock OpenID Provider. Everything but health and readiness needs the bearer token that is printed at the start. What is refused is a problem document (RFC 9457).",
			"license":     object{"name": "Apache-2.0", "identifier": "Apache-2.0"},
		},
		"servers":  []object{{"url": "/"}},
		"security": []object{{"token": []string{}}},
		"paths":    paths,
		"components": object{
			"schemas":         schemas,
			"securitySchemes": object{"token": object{"type": "http", "scheme": "bearer"}},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("OpenAPI document: %w", err)
	}
	return references(text, schemasAt), nil
}

func methodKey(method string) string {
	return map[string]string{http.MethodGet: "get", http.MethodPost: "post", http.MethodDelete: "delete"}[method]
}

var inPath = regexp.MustCompile(`\{(\w+)\}`)

// document is the operation as OpenAPI has it.
func (o operation) document() object {
	responses := make(object)
	for _, status := range o.statuses() {
		responses[strconv.Itoa(status)] = o.response(status)
	}
	parameters := []object{}
	for _, m := range inPath.FindAllStringSubmatch(o.path, -1) {
		kind := "string"
		if m[1] == "ticket" {
			kind = "integer"
		}
		parameters = append(parameters, object{
			"name": m[1], "in": "path", "required": true, "schema": object{"type": kind}, "description": "The ID of the " + m[1] + ".",
		})
	}
	for _, p := range o.query {
		parameters = append(parameters, object{
			"name": p.name, "in": "query", "required": p.required, "schema": object{"type": p.kind}, "description": p.about,
		})
	}
	out := object{"operationId": o.id, "summary": o.summary, "parameters": parameters, "responses": responses}
	if o.open {
		out["security"] = []object{}
	}
	if o.body != "" {
		out["requestBody"] = object{"required": true, "content": content("application/json", o.body)}
	}
	return out
}

func (o operation) response(status int) object {
	out := object{"description": http.StatusText(status)}
	switch {
	case status != o.status:
		out["content"] = content("application/problem+json", "problem")
	case o.stream:
		out["content"] = object{"text/event-stream": object{"schema": object{"type": "string"}}}
		out["description"] = "Events, the data of an \"entry\" being an " + o.answer + "."
	case o.answer != "":
		out["content"] = content("application/json", o.answer)
	case status == http.StatusOK:
		out["content"] = object{"application/json": object{"schema": object{"type": "object"}}}
	}
	return out
}

func content(kind, schema string) object {
	return object{kind: object{"schema": object{"$ref": schemasAt + schema}}}
}

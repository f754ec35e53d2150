# Every gate of the project is a target here, and CI runs the same ones.
GO       ?= go
FUZZTIME ?= 60s
ARGS     ?=
OUT      ?= countersign-report
RUNS     ?= 20

VERSION = $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LINT    = $(GO) tool -modfile=tools/go.mod golangci-lint
# From mockidp/interop, a module of its own.
LINT_NESTED = $(GO) tool -modfile=../../tools/go.mod golangci-lint
# The race detector needs cgo, and cgo a C compiler. CI has one or stops in setup.
RACE    = $(shell printf '\043include <stdlib.h>\n' | $$($(GO) env CC) -fsyntax-only -x c - 2>/dev/null && echo -race)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup browser build run test interop selftest image stable peers check format fmt vet lint vuln bench fuzz clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install what is missing: a headless Chrome, a C compiler, Node
	@scripts/setup

browser: # The program is built without cgo and needs no compiler.
	@scripts/setup browser

build: ## Build bin/countersign
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-X main.version=$(VERSION)' -o bin/countersign ./cmd/countersign

run: browser build ## Run the suites against the reference shop (ARGS, OUT)
	bin/countersign run --out $(OUT) $(ARGS)

test: setup ## Run every test, the browser suites and the self-test included
	@[ -n "$(RACE)" ] || echo "race detector off: no C compiler"
	$(GO) test $(RACE) -timeout 25m $(ARGS) ./...

# A module of its own: what it depends on is nothing of the product's.
interop: ## Run the provider against go-oidc, zitadel/oidc and openid-client
	@scripts/setup compiler node
	@if command -v npm >/dev/null; then cd mockidp/interop/node && npm ci --silent --ignore-scripts; \
	else echo "openid-client skipped: no npm"; fi
	cd mockidp/interop && $(GO) vet ./... && $(GO) test $(RACE) -timeout 5m $(ARGS) ./...

selftest: setup build ## Run every check against every flaw of the reference shop
	bin/countersign selftest

image: ## Build the image of the mock provider, countersign-idp
	@scripts/image

stable: browser build ## Run every check 20 times, in another order each time (RUNS)
	@scripts/stable $(RUNS)

peers: browser build ## Run the suites against Apache's mod_auth_openidc and an Express shop
	@scripts/peers

check: format vet lint vuln interop test ## Everything that gates a change

format: ## Fail on unformatted files
	$(LINT) fmt --diff
	cd mockidp/interop && $(LINT_NESTED) fmt --diff

fmt: ## Format the files
	$(LINT) fmt
	cd mockidp/interop && $(LINT_NESTED) fmt

vet: ## go vet
	$(GO) vet ./...

lint: ## golangci-lint, and shellcheck where it is installed
	$(LINT) run
	cd mockidp/interop && $(LINT_NESTED) run
	@if command -v shellcheck >/dev/null; then shellcheck .ci/run scripts/*; \
	else echo "shell scripts not linted: no shellcheck"; fi

vuln: ## Scan for known vulnerabilities (GOVULNDB names a mirror)
	@scripts/vuln

bench: setup ## Run the benchmarks
	@packages=$$(grep -rlE --include='*_test.go' --exclude-dir=interop '^func Benchmark' . | xargs -r dirname | sort -u); \
	[ -z "$$packages" ] || $(GO) test -run '^$$' -bench . -benchmem $(ARGS) $$packages
	cd mockidp/interop && $(GO) test -run "^$$" -bench MockOIDC -benchtime 20x $(ARGS) .
	cd mockidp/interop && $(GO) test -run "^$$" -bench Memory -benchtime 1x $(ARGS) .
	@[ ! -x scripts/bench ] || scripts/bench

fuzz: ## Run each fuzz target for FUZZTIME
	@scripts/fuzz $(FUZZTIME)

clean: ## Remove what the targets wrote
	rm -rf bin $(OUT)

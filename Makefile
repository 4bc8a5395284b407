# What people and CI run here. `make` alone prints this help.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

GO ?= go
LINT := $(GO) tool -modfile=generator/tools/lint/go.mod golangci-lint
CUE := $(GO) tool cue
# The CUE that people write, and that the checks of format read.
CUE_FILES = git ls-files --cached --others --exclude-standard '*.cue'

##@ Every day
.PHONY: generate
generate: build ## Write the manifests of every cluster (CLUSTERS="a b" for some)
	@bin/heddle generate $(CLUSTERS)

.PHONY: validate
validate: build ## Say all that is wrong with the input, and write nothing
	@bin/heddle validate

.PHONY: build
build: ## Build bin/heddle
	@$(GO) build -trimpath -o bin/heddle ./generator

.PHONY: test
test: ## Run all tests that need no containers
	$(GO) test ./...

.PHONY: fmt
fmt: ## Format Go and CUE
	@$(LINT) fmt
	@$(CUE_FILES) | grep -v testdata/invalid | xargs $(CUE) fmt --files

##@ Before a pull request
.PHONY: verify
verify: ## Check all that CI checks, and change nothing
	@$(MAKE) --keep-going --no-print-directory verify-generate verify-upstream verify-reference verify-cue verify-modules verify-lint

.PHONY: verify-generate
verify-generate: build
	@bin/heddle generate --check

.PHONY: verify-upstream
verify-upstream:
	@$(GO) run ./generator/cmd/upstream --check

.PHONY: verify-reference
verify-reference:
	@$(GO) run ./generator/cmd/reference --check

.PHONY: verify-cue
verify-cue:
	@unformatted=$$($(CUE_FILES) | grep -v testdata/invalid | xargs $(CUE) fmt --check --files 2>&1) || \
		{ echo "$$unformatted"; echo "CUE is not formatted"; echo "fix: make fmt"; exit 1; }
	@$(CUE) vet ./... || { echo "fix: make validate says where"; exit 1; }

.PHONY: verify-modules
verify-modules:
	@$(GO) mod tidy -diff || { echo "fix: go mod tidy"; exit 1; }
	@cd generator/tools/lint && $(GO) mod tidy -diff || { echo "fix: cd generator/tools/lint && go mod tidy"; exit 1; }

.PHONY: verify-lint
verify-lint:
	@$(LINT) fmt --diff || { echo "Go is not formatted"; echo "fix: make fmt"; exit 1; }
	@$(LINT) run

.PHONY: hooks
hooks: ## Let git run `make verify-generate verify-cue` before each commit (optional)
	@printf '#!/bin/sh\nexec make --no-print-directory verify-generate verify-cue\n' > "$$(git rev-parse --git-path hooks)/pre-commit"
	@chmod +x "$$(git rev-parse --git-path hooks)/pre-commit"

##@ Now and then
.PHONY: upstream
upstream: ## Render Flux's own manifests, of the pinned version, into clusters/shared
	@$(GO) run ./generator/cmd/upstream

.PHONY: reference
reference: ## Write docs/reference from the commands and the CUE
	@$(GO) run ./generator/cmd/reference

.PHONY: bench
bench: ## Measure generating, planning and checking synthetic fleets
	$(GO) test ./generator/internal/... -run '^$$' -bench . -benchmem

.PHONY: help
help: ## Print this help
	@awk 'BEGIN {FS = ":.*##"} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*##/ {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

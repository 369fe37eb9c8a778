# Two commands matter: `make run` and `make test`. Each does all of its own set-up in .venv and
# repeats only the steps whose inputs changed; `make help` lists the rest.

SHELL := /bin/sh
PORT ?= 8000
TEST_WORKERS ?= 2
PYTEST_ARGS ?=
# Only a run of the whole suite is measured and held to the bound of coverage.
MEASURED = $(if $(PYTEST_ARGS),,-p tools.coverage_gate)

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq install --no-deps
ASSETS := src/deskbell/web/assets
ASSET_SOURCES := docs/api/openapi/v1.json \
	$(shell find frontend \( -name node_modules -o -name generated \) -prune -o -type f -print 2>/dev/null)
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-annotate --no-header $(LOCK_ARGS)

export PIP_NO_INPUT := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check wording lint types format bench fuzz lock openapi readers assets browser clean FORCE

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.runtime $(VENV)/.package $(ASSETS)/.built  ## Serve the demo on http://127.0.0.1:8000 (PORT= to change)
	@DESKBELL_INBOUND_SMTP="$${DESKBELL_INBOUND_SMTP:-127.0.0.1:2525}" \
	  exec $(BIN)/deskbell serve --demo --port $(PORT) --data-dir .data

test: $(VENV)/.dev $(VENV)/.package $(ASSETS)/.built browser  ## Run every check; the last line is pytest's
	@echo "== format, lint" && $(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@echo "== layers" && $(BIN)/lint-imports --no-logo
	@echo "== types" && $(BIN)/mypy
	@echo "== web app" && $(BIN)/python tools/web_assets.py check
	@rm -f .coverage .coverage.*
	@echo "== tests" && $(BIN)/python -m pytest $(MEASURED) -n $(TEST_WORKERS) --dist loadgroup $(PYTEST_ARGS)
	@$(if $(MEASURED),$(BIN)/python -m tools.coverage_gate)

wording: $(VENV)/.dev  ## Check the wording of code and documentation
	@$(BIN)/python -m tools.wording

lint: $(VENV)/.dev $(VENV)/.package  ## Check format, lint rules and layers
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/lint-imports --no-logo

types: $(VENV)/.dev $(VENV)/.package  ## Check types
	@$(BIN)/mypy

format: $(VENV)/.dev  ## Format the code and apply automatic fixes
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

bench: $(VENV)/.dev $(VENV)/.package $(ASSETS)/.built  ## Measure speed; results go to benchmarks/results
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)

fuzz: $(VENV)/.dev $(VENV)/.package $(ASSETS)/.built  ## Run the property tests and the storms at their full sizes
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadgroup -m hypothesis --hypothesis-profile=fuzz $(PYTEST_ARGS)
	@DESKBELL_FAULT_MAILS=1000 DESKBELL_FAULT_MAIL_KILLS=20 $(BIN)/python -m pytest -n 0 tests/faults/test_mail_storm.py

lock: $(VENV)/.dev  ## Regenerate requirements/*.txt from pyproject.toml (LOCK_ARGS=--upgrade for newer versions)
	@$(LOCK) pyproject.toml -o requirements/runtime.txt
	@$(LOCK) --group pyproject.toml:build -o requirements/build.txt
	@$(LOCK) --group pyproject.toml:node -o requirements/node.txt
	@$(LOCK) pyproject.toml --group pyproject.toml:dev -c requirements/runtime.txt -o requirements/dev.txt

openapi: $(VENV)/.runtime $(VENV)/.package  ## Write each contract's OpenAPI document to docs/api/openapi
	@for contract in v1 v2 platform routes portals; do \
		$(BIN)/deskbell openapi $$contract > docs/api/openapi/$$contract.json || exit 1; \
	done

readers: $(VENV)/.runtime $(VENV)/.package  ## Write docs/dev/readers.md: who reads which event
	@$(BIN)/python -m deskbell.jobs.readers > docs/dev/readers.md

assets: $(ASSETS)/.built  ## Build what the browser loads

browser:
	@tools/browser.sh

clean:  ## Remove what was built and installed; .data, the demo's data, stays
	rm -rf $(VENV) $(ASSETS) frontend/node_modules dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps. The first one is looked at every time, because a Python upgrade leaves a broken .venv behind.
$(VENV)/.python: FORCE
	@tools/venv.sh $(VENV)

$(VENV)/.build: $(VENV)/.python requirements/build.txt
	@$(PIP) --require-hashes -r requirements/build.txt
	@touch $@

$(VENV)/.runtime: $(VENV)/.build requirements/runtime.txt
	@echo "Installing Deskbell's dependencies into $(VENV) …"
	@$(PIP) --require-hashes -r requirements/runtime.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	@echo "Installing the development tools into $(VENV) …"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.package: $(VENV)/.build pyproject.toml
	@$(PIP) --no-build-isolation --editable .
	@touch $@

$(ASSETS)/.built: $(VENV)/.build requirements/node.txt tools/web_assets.py $(ASSET_SOURCES)
	@$(BIN)/python tools/web_assets.py
	@touch $@

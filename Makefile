# Everything sets itself up with nothing but make and Python 3.11+ with venv.
# Another Python: make test PYTHON=python3.12    Another archive: make nightly ARCHIVE=/data/kuvaukset OUT=/data/tables

SHELL := /bin/sh
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && exit; \
	done; echo python3)
VENV ?= .venv
BIN := $(VENV)/bin
ARCHIVE ?= data/sample/archive
OUT ?= data/tables
SETTINGS ?= $(if $(filter-out file,$(origin ARCHIVE) $(origin OUT)),,$(wildcard nightly.toml))
PYTEST_ARGS ?=
PYTEST_WORKERS ?= auto
UPGRADE ?=
SECONDS ?= 60
COUNT ?= 2000
PROJECTS ?= 2000
MUTANTS ?= 400
UV_FLAGS := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-header

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run nightly test lint format docs bench hostile fuzz mutants quality mutation scale soak sbom site screenshots lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## Make .venv with what a run needs (every target does it by itself)
	@"$(PYTHON)" tools/set_up.py requirements.lock "$(VENV)"

setup-dev: ## Make .venv with what developers need
	@"$(PYTHON)" tools/set_up.py requirements-dev.lock "$(VENV)"

# The sample holds broken files on purpose, so "something was left out" (3) is how this run should end.
run: setup ## Turn the sample archive into data/tables
	@code=0; "$(BIN)/hankekuvaus" run data/sample/archive --out data/tables || code=$$?; \
		if [ $$code -eq 3 ]; then \
			echo "Exit code 3 (something was left out) is expected here: the sample holds broken files on purpose."; \
		else exit $$code; fi

nightly: setup ## Do what nightly.toml or SETTINGS says; without one read what changed in ARCHIVE into OUT
	@"$(BIN)/hankekuvaus" $(if $(SETTINGS),nightly --settings "$(SETTINGS)",run "$(ARCHIVE)" --out "$(OUT)")

# tests/conftest.py says which tests stay together, and in which order they begin
test: setup-dev ## Run the tests on all cores (PYTEST_ARGS="-k cli" PYTEST_WORKERS=0)
	@"$(BIN)/python" -m pytest -n $(PYTEST_WORKERS) --dist loadgroup --no-loadscope-reorder $(PYTEST_ARGS)

lint: setup-dev ## Check style and types
	@"$(BIN)/ruff" check .
	@"$(BIN)/ruff" format --check .
	@"$(BIN)/mypy"

format: setup-dev ## Format the code and mend what ruff can mend
	@"$(BIN)/ruff" check --fix .
	@"$(BIN)/ruff" format .

docs: setup-dev ## Write the generated pages of docs/ anew
	@"$(BIN)/python" -m pipeline.docs
	@"$(BIN)/python" tools/dependencies.py
	@"$(BIN)/python" tools/reliability.py

site: setup-dev ## Build the documentation's site into build/site, strictly
	@NO_MKDOCS_2_WARNING=1 "$(BIN)/python" -m mkdocs build --strict --quiet && echo "build/site/index.html"

screenshots: setup-dev ## Take the pictures in docs/images anew
	@HANKEKUVAUS_SCREENSHOTS=1 "$(BIN)/python" -m pytest -q tests/test_site.py -k pictures

bench: setup-dev ## Measure speed and memory beside other libraries; writes docs/performance.md (some minutes)
	@"$(BIN)/python" -m benchmarks.bench

hostile: setup-dev ## Run every hostile input, the heavy ones too: outcome, time and peak memory (some minutes)
	@"$(BIN)/python" benchmarks/hostile_inputs.py

fuzz: setup-dev ## Fuzz every target for SECONDS each (SECONDS=60); findings in build/fuzz
	@"$(BIN)/python" -m fuzz --seconds $(SECONDS)

mutants: setup-dev ## Parse COUNT byte-level mutants of samples in each format (COUNT=2000; some minutes)
	@"$(BIN)/python" -m fuzz.mutants --count $(COUNT)

quality: setup-dev ## Measure how often the extraction is right, and write docs/quality.md (PROJECTS=2000)
	@"$(BIN)/python" -m benchmarks.quality --projects $(PROJECTS)

mutation: setup-dev ## Would the tests notice a wrong parser? Random mutants of parsers/ (MUTANTS=400; hours)
	@"$(BIN)/python" benchmarks/mutation.py --mutants $(MUTANTS)

scale: setup-dev ## Runs of 20,000, 10,000 and 100,000 documents against pure parsing (an hour)
	@"$(BIN)/python" -m benchmarks.scale

soak: setup-dev ## Read 200,000 small documents in one run: do memory, open files and temporary space stay flat?
	@"$(BIN)/python" benchmarks/soak.py

sbom: setup-dev ## Write build/sbom.json (CycloneDX): what is installed, with licences
	@mkdir -p build
	@"$(BIN)/cyclonedx-py" environment --pyproject pyproject.toml --mc-type application --output-reproducible \
		-o build/sbom.json "$(BIN)/python"

# With uv on the PATH or in .venv. Versions stay as they are where they can; the runtime's follow the developers'.
lock: ## Write both lock files anew after a change of pyproject.toml (UPGRADE=--upgrade for newer versions)
	@PATH="$(CURDIR)/$(BIN):$$PATH" && \
		uv pip compile pyproject.toml --group dev --all-extras $(UPGRADE) $(UV_FLAGS) \
			--output-file requirements-dev.lock && \
		uv pip compile pyproject.toml --group build --constraint requirements-dev.lock $(UPGRADE) $(UV_FLAGS) \
			--output-file requirements.lock

clean: ## Remove .venv, caches and data/tables
	rm -rf "$(VENV)" .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist data/tables
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

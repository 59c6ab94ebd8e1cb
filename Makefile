# Everything runs from here. `make` alone explains the targets.
# A fresh machine needs Python 3.11+ and make; the virtual environment is made by the first target that needs it.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup generate lint types check test demo sandbox diff bench corpus soak lock wheels clean

PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11 python,\
	$(if $(shell $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo yes),$(p),)))
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SPECS := $(foreach v,$(wildcard specs/*),$(firstword $(wildcard $(v)/openapi.yaml $(v)/openapi.yml $(v)/openapi.json)))
SOURCES := src codegen tests examples scripts
WORKERS ?= 2
space := $(subst ,, )

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Make the virtual environment and install the project in it (other targets do this by themselves)

$(READY): requirements-dev.lock pyproject.toml codegen/pyproject.toml $(wildcard generated/*/pyproject.toml)
	@if [ -z "$(PYTHON)" ]; then echo "Credkit needs Python 3.11 or newer; none was found on PATH. Install one, or name it: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; exit 2; fi
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		-e . -e codegen $(foreach p,$(wildcard generated/*/pyproject.toml),-e $(patsubst %/,%,$(dir $(p))))
	@touch $(READY)

generate: $(READY) ## Regenerate the vendor packages from specs/ (VENDOR=record for one)
	@$(BIN)/credkit-codegen generate $(VENDOR)
	@$(BIN)/python scripts/sandbox_documents.py
	@$(BIN)/python scripts/vendor_docs.py
	@$(BIN)/python scripts/capabilities.py

lint: $(READY) ## Lint the specs, then the code: ruff, black, mypy --strict, pyright
	@$(BIN)/credkit-codegen lint --profile strict --fail-on info $(SPECS)
	@$(BIN)/ruff check --quiet $(wildcard $(SOURCES))
	@$(BIN)/black --check --quiet $(wildcard $(SOURCES)) generated || { echo "Not formatted: run $(BIN)/black $(wildcard $(SOURCES))" >&2; exit 1; }
	@$(MAKE) --no-print-directory types

types: $(READY) ## Type-check everything with mypy --strict and pyright
	@MYPYPATH=src:codegen:$(subst $(space),:,$(patsubst %/,%,$(wildcard generated/*/))) \
		$(BIN)/mypy src codegen/credkit_codegen $(wildcard generated/*/credkit_*) $(wildcard examples scripts tests)
	@$(BIN)/basedpyright --level error

check: $(READY) ## Prove that generated/ is current and that generation is deterministic
	@$(BIN)/credkit-codegen check
	@$(BIN)/python scripts/sandbox_documents.py --check
	@$(BIN)/python scripts/vendor_docs.py --check
	@$(BIN)/python scripts/capabilities.py --check
	@$(BIN)/python scripts/determinism.py

# Tests start some hundred processes that import the same modules, so bytecode is kept even where the environment says not to;
# files are taken in their order, which ends with small ones, so that no worker is left with a long one.
test: $(READY) ## Run the tests
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

demo: generate ## Regenerate, then play every vendor's story against local servers
	@$(BIN)/python -m examples.demo

sandbox: $(READY) ## Serve simulators of the four vendors on 127.0.0.1
	@$(BIN)/python -m credkit.sandbox

BASE ?= origin/main
diff: $(READY) ## What changed in the vendors' APIs since BASE (a git revision; origin/main), and which versions that asks for
	@$(BIN)/credkit-codegen diff --base $(BASE) $(VENDOR)

bench: $(READY) ## Measure ourselves against peers, as ratios in one run (DOCUMENTS="a.yaml b.json" to lint others than ours)
	@$(BIN)/python scripts/bench.py
	@$(BIN)/python scripts/bench_client.py
	@$(BIN)/python scripts/bench_large.py
	@$(BIN)/python scripts/bench_generate.py
	@$(BIN)/python scripts/bench_sandbox.py
	@$(BIN)/python scripts/bench_lint.py $(DOCUMENTS)
	@$(BIN)/python scripts/bench_diff.py
	@$(BIN)/python scripts/bench_issuing.py

corpus: $(READY) ## Generate every document of CORPUS=dir and judge the result
	@$(BIN)/python scripts/corpus.py $(CORPUS)

soak: $(READY) ## The long fault runs
	@CREDKIT_SOAK=1 $(BIN)/python -m pytest -n $(WORKERS) tests/faults tests/runtime tests/sandbox tests/facade tests/codegen/lint

lock: $(READY) ## Refresh the hashed requirement lock
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --group dev pyproject.toml codegen/pyproject.toml -o requirements-dev.lock

wheels: $(READY) ## Build every wheel into dist/
	@rm -rf dist
	@for folder in . codegen generated/*/; do $(BIN)/python -m build --quiet --wheel --no-isolation --outdir dist $$folder || exit 1; done
	@ls -1 dist

clean: ## Remove the virtual environment, caches and built files
	@rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .cache

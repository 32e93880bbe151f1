# Everything a developer does here, from a machine with Python 3.11 or later and make.
# PYTHON=python3.12 make setup   chooses another interpreter.

PYTHON ?= python3
BIN    := .venv/bin
STAMP  := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test check accept bench lock

help:     ## Show this list
	@awk -F '[:#]+' '/^[a-z]+: .*## /{printf "  make %-7s %s\n", $$1, $$NF}' $(MAKEFILE_LIST)

setup: $(STAMP)  ## Make .venv and install what the lock names, every file checked against its hash

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; name one with PYTHON=python3.x make setup"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup  ## Start the service, play the bundled patients to it, show their cards, stop it
	$(BIN)/osteohooks demo

serve: setup  ## Run the production server on loopback
	$(BIN)/osteohooks serve

test: setup  ## Run the tests; first the cases, with what they alone cover of the rules
	@cases=0; rest=0; \
	$(BIN)/coverage run --branch --source=cards.rules,cards.concepts -m pytest tests/test_cases.py || cases=$$?; \
	echo; echo "Branch coverage of cards/rules and cards/concepts from the cases alone:"; \
	$(BIN)/coverage report; \
	$(BIN)/python -m pytest --ignore=tests/test_cases.py || rest=$$?; \
	if [ $$cases -ne 0 ]; then echo "The cases failed: see above, before the coverage table."; exit $$cases; fi; \
	exit $$rest

check: setup  ## Lint, types, import contracts, fixtures, deployment files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict cards service
	$(BIN)/lint-imports
	$(BIN)/osteohooks lint fhir_fixtures cards/valuesets deploy --known fhir_fixtures/known_faults.toml
	$(BIN)/yamllint --strict -d '{extends: default, rules: {line-length: {max: 120}}}' deploy
	$(BIN)/hadolint deploy/Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec deploy/compose.yaml

accept: setup  ## Rewrite the golden cards of fhir_fixtures/patients; read the diff as a doctor reads a card
	$(BIN)/osteohooks replay fhir_fixtures/patients --accept

bench: setup  ## Compare the service with a bare echo under the same server
	$(BIN)/python -m bench

RESOLVE := build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate

lock:  ## Resolve pyproject.toml into requirements.lock and the two locks of the image; UPGRADE=--upgrade for newer ones
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet 'uv>=0.9,<1'
	$(RESOLVE) $(UPGRADE) pyproject.toml --all-extras --group dev --output-file requirements.lock
	$(RESOLVE) --upgrade pyproject.toml --constraint requirements.lock --output-file deploy/requirements.lock
	$(RESOLVE) --upgrade --group pyproject.toml:build --constraint requirements.lock --output-file deploy/build.lock

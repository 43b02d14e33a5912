# Plait: every target sets up what it needs, once. `make help` lists them.
PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := schemas shared services/ingest services/inference services/knowledge_graph services/notification services/console
SOURCES := $(PACKAGES) tests benchmarks docs
ONCE ?=
PUBLIC ?=
# Handlers and rules: what is pure, and therefore covered by the fast tests.
comma := ,
PURE_FILES := plait_ingest/handlers plait_ingest/cleaning plait_ingest/connectors/* plait_ingest/markup plait_ingest/normal plait_ingest/redaction \
	plait_inference/handlers plait_inference/reports plait_inference/summarise plait_inference/summary/* plait_inference/actions plait_inference/due plait_inference/bound plait_inference/binding/* plait_inference/conversation plait_inference/addressing plait_inference/wording plait_inference/items plait_inference/dates plait_inference/dates_* plait_inference/topics plait_inference/answers/* plait_inference/writing/* \
	plait_inference/batching plait_inference/memory plait_inference/drift plait_inference/packs/* plait_inference/control plait_inference/selftest plait_knowledge_graph/handlers plait_knowledge_graph/graph/* \
	plait_notification/handlers plait_notification/rules plait_notification/fold plait_notification/view plait_notification/digest plait_notification/dates plait_notification/due \
	plait_notification/reminders plait_notification/surge plait_notification/localtime plait_notification/raising plait_notification/delivery
empty :=
space := $(empty) $(empty)
PURE := $(subst $(space),$(comma),$(patsubst %,*/%.py,$(PURE_FILES)))
FAST := tests/unit tests/contract tests/property tests/faults

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format check types contracts bench evaluate train docs lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.installed: requirements/all.txt $(addsuffix /pyproject.toml,$(PACKAGES)) $(wildcard $(addsuffix /setup.py,$(PACKAGES)))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Plait needs Python 3.11 or newer: install python3, or name one with make PYTHON=…"; exit 1; }
	@command -v mvn >/dev/null || { echo "Plait needs Maven for the local Kafka: install maven (apt-get install maven, brew install maven)"; exit 1; }
	@echo "Setting up the Python environment in $(VENV) (once; a few minutes, mostly torch)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements/all.txt
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --no-build-isolation $(foreach p,$(PACKAGES),-e ./$(p))
	@$(BIN)/python -m compileall -q $(PACKAGES)
	@touch $@

setup: $(VENV)/.installed ## install everything into .venv (part of each target)

demo: setup ## a bilingual team's week through the whole stack (ONCE=1: stop at the end)
	@$(BIN)/plait demo $(if $(ONCE),--once,)

test: setup ## every test, on real parts
	@$(BIN)/pytest -q -n auto $(FAST)
	@$(BIN)/pytest -q tests/integration tests/e2e

check: setup lint types contracts ## lint, types, contracts and the fast tests
	@$(BIN)/pytest -q -n auto $(FAST) --cov --cov-report=
	@$(BIN)/coverage report --fail-under=95 --include="$(PURE)"

lint: setup ## ruff, check only
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/ruff format --check $(SOURCES)

format: setup ## ruff, fix
	@$(BIN)/ruff check --fix $(SOURCES)
	@$(BIN)/ruff format $(SOURCES)

types: setup ## mypy, strict
	@$(BIN)/mypy

contracts: setup ## import rules, schema drift and lint, drift of AsyncAPI, OpenAPI and the pages of settings and metrics
	@$(BIN)/lint-imports
	@$(BIN)/python -m plait_schemas check
	@$(BIN)/python docs/openapi.py --check
	@$(BIN)/python docs/settings.py --check
	@$(BIN)/python docs/metrics.py --check

bench: setup ## measure speed and size; results in benchmarks/results/
	@$(BIN)/python -m benchmarks

evaluate: setup ## quality of the shipped model beside its baseline (PUBLIC=folder: on public sets as well)
	@$(BIN)/plait-inference evaluate
	@$(if $(PUBLIC),$(BIN)/plait-inference benchmark --public $(PUBLIC))

train: setup ## train a model on the shipped messages (PUBLIC=folder of the public sets)
	@$(BIN)/plait-inference train $(if $(PUBLIC),--public $(PUBLIC),)

docs: setup ## reference pages from schemas, settings, metrics and OpenAPI
	@$(BIN)/python -m plait_schemas build
	@$(BIN)/python docs/openapi.py
	@$(BIN)/python docs/settings.py
	@$(BIN)/python docs/metrics.py

lock: setup ## resolve requirements/all.in again
	@$(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-emit-find-links requirements/all.in -o requirements/all.txt

clean: ## remove the environment, caches and the local stack's data
	@if [ -x $(BIN)/plait ]; then $(BIN)/plait down || true; fi
	rm -rf $(VENV) .plait .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage

# `make demo` and `make test` need Python 3.11 or later, make and git, and nothing else. `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The first Python that fits; override with `make PYTHON=/path/to/python`.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13; do \
  $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && break; done)

# How many processes the tests run in.
JOBS ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

export CUNSHE_HOME ?= $(CURDIR)/var
export DAGSTER_HOME := $(CUNSHE_HOME)/dagster
# Personal data: nothing here calls home.
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DAGSTER_DISABLE_TELEMETRY := true
export GX_ANALYTICS_ENABLED := false
export PYTHONUTF8 := 1
# Importing the tools from source takes three times as long as from compiled files, in every process of a run.
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo demo-live test lint unit test-long ui switch-on bench docs lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(STAMP) ## simulate a county, run two weeks, print the summary
	$(BIN)/cunshe demo

# A home of its own, with the keys of `make demo`: the same keys give the same persons, and so the same marts.
demo-live: export CUNSHE_KEYS_PATH := $(CUNSHE_HOME)/keys
demo-live: export DAGSTER_HOME := $(CUNSHE_HOME)/live/dagster
demo-live: $(STAMP) ## the same with the departments as servers: PostgreSQL, HTTP, drop folders
	CUNSHE_HOME=$(CUNSHE_HOME)/live $(BIN)/cunshe demo --live

test: lint unit ## everything that must pass before a change is kept

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/sqlfluff lint dbt_project --processes 0 --disable-progress-bar

unit: $(STAMP)
	$(BIN)/pytest -q -m "not long" -n $(JOBS) --dist loadfile

test-long: $(STAMP) ## also what takes minutes: long property tests, kill tests on a whole county
	HYPOTHESIS_PROFILE=long $(BIN)/pytest -q -n $(JOBS) --dist loadfile

ui: $(STAMP) ## Dagster's pages on http://127.0.0.1:3000
	$(BIN)/cunshe ui

switch-on: $(STAMP) ## switch on the schedules and the delivery sensor
	$(BIN)/python -c 'from pipelines.run import prepare_instance; from pipelines.settings import Settings; prepare_instance(Settings())'
	$(BIN)/dagster schedule start -w workspace.yaml every_monday
	$(BIN)/dagster schedule start -w workspace.yaml every_morning
	$(BIN)/dagster sensor start -w workspace.yaml new_deliveries

bench: $(STAMP) ## time a weekly run and its reports against a bare dbt build, the intake against dlt, the linking against Splink
	$(BIN)/python -m benchmarks.weekly_run
	$(BIN)/python -m benchmarks.reports
	$(BIN)/python -m benchmarks.intake
	$(BIN)/python -m benchmarks.linkage

docs: $(STAMP) ## write what derives from the catalog, the seeds and the model files
	$(BIN)/python -m pipelines.sources.dbt_models
	$(BIN)/python -m pipelines.docs_pages

lock: ## resolve the versions anew (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --upgrade \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o requirements.lock

clean: ## remove the environment and the caches; what runs made in var/ stays
	rm -rf $(VENV) *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed; none was found on the PATH." >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --no-deps --only-binary :all: --no-compile --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	$(BIN)/python -m pip check
	$(BIN)/python -m compileall -q -j 0 $(VENV)/lib pipelines expectations
	touch $(STAMP)

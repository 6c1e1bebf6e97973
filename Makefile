# Two commands matter: `make run` and `make test`. Both can be repeated.
.DEFAULT_GOAL := help
.PHONY: help install run test test-fast lint ui bench clean
PYTHON ?= python3
BIN := .venv/bin
DEMO := lodestar_home/demo

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

install: .venv/installed ## create .venv with the locked dependencies

.venv/installed: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

run: install ## simulate 13 weeks of calls, run the whole pipeline on them, print the north star and the page
	$(BIN)/lodestar simulate --cases-per-week 3000 --weeks 13 --seed 7 --end 2026-11-02 --out $(DEMO)/landing --truth $(DEMO)/truth.json
	LODESTAR_PAGE__ANNOTATIONS=data_samples/annotations.csv $(BIN)/lodestar run --home $(DEMO) --landing $(DEMO)/landing --landing data_samples --as-of 2026-11-05T06:00:00Z

test: install ## all tests; those that need Chromium are skipped where it is missing
	$(BIN)/pytest -n auto --cov --cov-report=term:skip-covered

test-fast: install ## the tests that take no browser and no time
	$(BIN)/pytest -n auto -m "not slow and not browser"

lint: install ## format, rules, types, import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -q -p no:cacheprovider tests/test_layout.py

ui: install ## Dagster's web server and daemon on the demo's home
	$(BIN)/lodestar ui --home $(DEMO)

bench: install ## timings as ratios, coverage of the intervals; never part of the tests
	$(BIN)/python -m benchmarks

clean: ## remove what the targets made
	rm -rf .venv $(DEMO) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage

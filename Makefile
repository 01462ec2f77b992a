# kpisite. `make` alone tells what there is to do.
# Each target installs what it needs and is missing, and nothing else: see .ci/setup.

BIN := .venv/bin
# How the tests are run: `make test PYTEST_ARGS=tests/test_x.py` runs one file.
PYTEST_ARGS ?= -n auto --dist worksteal
# `make bench BENCH_ARGS=--full` is 2,000 people by 12 months; without it, 200 by 3.
BENCH_ARGS ?=
# Tests over all stages that take a minute, for `make pythons`.
PYTHONS_TESTS := $(addprefix tests/test_,exact.py toml.py pay_components.py explain.py lists.py themes.py)
# Tests that together run through most of the program in few minutes: branches are followed in these
# alone, for that takes nearly twice the time, and over all tests would be most of `make test`.
COVERED_TESTS := $(addprefix tests/test_,faults.py pay_components.py set_totals.py explain.py check.py \
	themes.py closing.py schemas.py compact.py figures.py more_forms.py more_forms_pay.py quotas.py \
	tables.py import.py sheets.py diff.py)
# `make mutants MUTANTS_ARGS="--each 2 kpisite/score"`: so many in each function, of these modules.
MUTANTS_ARGS ?=
# `make lock UPGRADE=--upgrade` moves every pin to the newest release allowed.
UPGRADE ?=

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help site test pythons mutants docs bench lock clean

help:
	@echo 'make site    build the site: installs what it needs, then runs kpisite build'
	@echo 'make test    ruff, mypy, all tests, and how much of the program some of them run through'
	@echo 'make pythons try some quick tests with every Python from 3.11 to 3.14 that there is'
	@echo 'make mutants say which changes of the program no test notices, see docs/mutants.md'
	@echo 'make docs    write anew what the docs take from the code'
	@echo 'make bench   kpisite and Hugo by turns, see benchmarks/README.md'
	@echo 'make lock    write requirements/*.txt anew from pyproject.toml'
	@echo '             (pins stay where they can; UPGRADE=--upgrade moves them)'
	@echo 'make clean   remove .venv, the caches and output/'

site:
	@bash .ci/setup site
	$(BIN)/kpisite build

test:
	@bash .ci/setup test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32 kpisite
	$(BIN)/mypy --platform darwin --cache-dir .mypy_cache/darwin kpisite
ifeq ($(origin PYTEST_ARGS),file)
	$(BIN)/pytest $(PYTEST_ARGS) $(addprefix --ignore=,$(COVERED_TESTS))
	$(BIN)/pytest $(PYTEST_ARGS) --cov --cov-report=term:skip-covered $(COVERED_TESTS)
else
	$(BIN)/pytest $(PYTEST_ARGS)
endif

pythons:
	@bash .ci/setup test
	@bash .ci/pythons $(PYTHONS_TESTS)

mutants:
	@bash .ci/setup test
	$(BIN)/python -m tests.mutants $(MUTANTS_ARGS)

docs:
	@bash .ci/setup site
	$(BIN)/python docs/generate.py

bench:
	@bash .ci/setup test
	$(BIN)/python -m benchmarks.run $(BENCH_ARGS)

lock:
	@bash .ci/setup lock $(UPGRADE)

clean:
	rm -rf .venv .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist output
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

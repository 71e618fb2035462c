# Counterfoil. `make demo` and `make test` need nothing but Python 3.11 or newer; they make the rest.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.setup
TESTED := .venv/.tested
DOCUMENTED := .venv/.documented
ARGS ?=
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test check setup compile format lock reference docs bench soak clean

demo: $(STAMP)  ## the main job end to end on made-up data
	$(BIN)/counterfoil demo $(ARGS)

setup: $(STAMP)  ## .venv with the command in .venv/bin/counterfoil

$(STAMP): requirements/runtime.txt requirements/build.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Counterfoil needs Python 3.11 or newer.")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@

$(TESTED): $(STAMP) requirements/dev.txt
	$(PIP) --require-hashes -r requirements/dev.txt
	@for need in softhsm2-util:softhsm2 strace:strace java:openjdk-17-jre-headless; do \
	  command -v "$${need%%:*}" >/dev/null && continue; package="$${need#*:}"; \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get install -y -qq "$$package" >/dev/null 2>&1 || \
	      { apt-get update -qq >/dev/null 2>&1 && apt-get install -y -qq "$$package" >/dev/null 2>&1; } || :; fi; \
	  command -v "$${need%%:*}" >/dev/null || echo "$$package is not installed: the tests that need it are skipped"; \
	done
	touch $@

test: $(TESTED)  ## every test; ARGS are handed to pytest
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

check: $(TESTED)  ## format, lint, types, import contracts, migrations, docs freshness
	$(BIN)/ruff format --check src tests hatch_build.py
	$(BIN)/ruff check src tests hatch_build.py
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.house.migrations
	$(BIN)/python -m tests.house.documents --check

reference: $(TESTED)  ## write the generated pages of docs/reference anew
	$(BIN)/python -m tests.house.documents

$(DOCUMENTED): $(STAMP) requirements/docs.txt
	$(PIP) --require-hashes -r requirements/docs.txt
	touch $@

docs: $(DOCUMENTED)  ## the documentation site in docs/_build/html; every warning is an error
	$(BIN)/python -m sphinx -q -W --keep-going -E -b html docs docs/_build/html

format: $(TESTED)
	$(BIN)/ruff format src tests
	$(BIN)/ruff check --fix src tests

lock: $(TESTED)  ## pin the newest versions that pyproject.toml allows; needs uv on the path
	uv pip compile -q --no-header --no-emit-index-url --no-annotate --generate-hashes --python-version 3.11 pyproject.toml -o requirements/runtime.txt
	uv pip compile -q --no-header --no-emit-index-url --no-annotate --generate-hashes --python-version 3.11 requirements/build.in -o requirements/build.txt
	uv pip compile -q --no-header --no-emit-index-url --no-annotate --generate-hashes --python-version 3.11 requirements/dev.in -o requirements/dev.txt
	uv pip compile -q --no-header --no-emit-index-url --no-annotate --generate-hashes --python-version 3.11 requirements/bench.in -o requirements/bench.txt
	uv pip compile -q --no-header --no-emit-index-url --no-annotate --generate-hashes --python-version 3.11 requirements/docs.in -o requirements/docs.txt

compile: $(TESTED)  ## the rules as machine code, several times as fast; used where they are of these very sources
	$(BIN)/python hatch_build.py

bench: $(TESTED)  ## measured figures beside the peers, in benchmarks/results and docs/reference/benchmarks.md
	$(PIP) --require-hashes -r requirements/bench.txt
	$(BIN)/python hatch_build.py
	$(BIN)/counterfoil bench $(ARGS)
	$(BIN)/python -m tests.house.documents

soak: $(TESTED)  ## the slow tests at full size
	$(BIN)/python -m pytest -m slow -n auto -rP $(ARGS)

clean:
	rm -rf .venv build dist src/counterfoil/_compiled counterfoil-demo .mypy_cache .ruff_cache .import_linter_cache

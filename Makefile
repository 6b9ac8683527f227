# Two commands matter: `make demo`, which serves until Ctrl-C (`make demo ARGS=--no-serve` does not),
# and `make test`. Both set up all they need in .venv:
# with uv when it is there, otherwise with venv and pip. Every pin and its hash is in *.lock.
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
OUT ?= RESULTS
ENGINE := proof text people selection grouping drawing programme
comma := ,
space := $(subst ,, )

.PHONY: demo test live coverage lint format types arrows docs bench lock clean

demo: .venv/run.stamp
	$(BIN)/huiyou demo --out $(OUT) $(ARGS)

test: .venv/dev.stamp
	$(BIN)/python -m pytest -n 2 --dist loadgroup --ignore tests/live
	$(BIN)/python tests/on_postgres.py

# Real sites that people walk through in a browser, and that are killed on the way.
live: .venv/dev.stamp
	$(BIN)/python -m pytest -n 2 --dist loadgroup tests/live

coverage: .venv/dev.stamp
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2 --dist loadgroup tests/engine src
	$(BIN)/coverage combine -q
	$(BIN)/coverage report --fail-under=100 --include='$(subst $(space),$(comma),$(ENGINE:%=src/huiyou/%/*))'

lint: .venv/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: .venv/dev.stamp
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: .venv/dev.stamp
	$(BIN)/mypy

arrows: .venv/dev.stamp
	$(BIN)/lint-imports

docs: .venv/dev.stamp
	$(BIN)/sphinx-build --fail-on-warning --keep-going -q docs docs/_build

bench: .venv/dev.stamp
	$(BIN)/python -m benchmarks

# Ranges live in pyproject.toml; these two files hold what is installed, with hashes and no index.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--extra dev --constraint requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf .venv RESULTS huiyou-demo docs/_build

.venv/pyvenv.cfg:
ifdef UV
	uv venv -q --python $(PYTHON) .venv
else
	$(PYTHON) -m venv .venv
endif

.venv/run.stamp: .venv/pyvenv.cfg requirements.lock pyproject.toml
	$(call install,requirements.lock)
	@touch $@

.venv/dev.stamp: .venv/pyvenv.cfg requirements-dev.lock pyproject.toml
	$(call install,requirements-dev.lock)
	@touch $@ .venv/run.stamp

ifdef UV
install = uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r $(1) && uv pip install -q --python $(BIN)/python --no-deps -e .
else
install = $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1) && \
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
endif

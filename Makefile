# Two commands: `make up` runs Demodock, `make test` proves it. Both set up what is missing.
.PHONY: up test bench lint docs clean setup
PYTHON := .venv/bin/python

up: setup
	@exec .venv/bin/demodock up

test:
	@exec scripts/test

bench: setup
	@exec $(PYTHON) -m bench

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

docs: setup
	@exec $(PYTHON) -m scripts.docs

clean:
	rm -rf .venv .clients .pytest_cache .ruff_cache .hypothesis .import_linter_cache

setup:
	@scripts/setup

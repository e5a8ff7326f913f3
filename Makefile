# The contracts of the repository, each from a fresh clone. PYTHON is the interpreter to build on: make test PYTHON=python3.13
PYTHON ?= python3
PORT ?= 0

.PHONY: help venv demo test sandbox bench

help:
	@echo 'make venv            environments in .venv and .venv-sandbox, with the collection in .venv'
	@echo 'make demo            five accounts in a local sandbox: audit, remediation, and a message that arrives'
	@echo 'make test            every check, with one summary'
	@echo 'make sandbox PORT=n  the local AWS in the foreground, on 127.0.0.1 (a free port without PORT)'
	@echo 'make bench           what an account costs, beside the stock modules and the AWS CLI'

venv:
	@$(PYTHON) tests/tools/environment.py main sandbox

demo: venv
	@.venv/bin/python tests/demo

test: venv
	@.venv/bin/python tests/tools/run_checks.py

sandbox: venv
	@exec .venv-sandbox/bin/python tests/sandbox --port $(PORT)

bench: venv
	@$(PYTHON) tests/tools/environment.py bench
	@.venv/bin/python tests/bench $(ARGS)

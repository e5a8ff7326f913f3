# The contracts of the repository, each from a fresh clone. PYTHON is the interpreter to build on: make test PYTHON=python3.13
PYTHON ?= python3
PORT ?= 0

# Without compiled files, each of the thousand processes that a run of the tests starts compiles what it imports anew, for
# half a second of CPU. Images for containers often set this variable.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help venv demo check test test-slow sandbox docs bench upstream acceptance

help:
	@echo 'make venv            environments in .venv and .venv-sandbox, with the collection in .venv'
	@echo 'make demo            five accounts in a local sandbox: audit, remediation, and a message that arrives'
	@echo 'make check           lint, types, contracts and unit tests, for daily work'
	@echo 'make test            every check that a change must pass, with one summary'
	@echo 'make test-slow       the slow checks: every fault, every pair of Python and ansible-core, Galaxy'\''s importer'
	@echo 'make sandbox PORT=n  the local AWS in the foreground, on 127.0.0.1 (on a free port without PORT)'
	@echo '                     TLS=folder: also over TLS, with the certificates in that folder'
	@echo 'make docs            the documentation site, in .cache/docsite/html'
	@echo 'make bench           CPU of an account over TLS, compared with the stock modules, the AWS CLI and prowler'
	@echo 'make upstream SOURCE=folder  integration targets of amazon.aws and community.aws, from checkouts there, on the sandbox'
	@echo 'make acceptance      compare with AWS itself, with the credentials in the environment; read only: docs/acceptance.md'
	@echo '                     WRITE=yes PREFIX=name: in a scratch account, with changes; CLEAN=yes PREFIX=name: clean up'

venv:
	@$(PYTHON) tests/tools/environment.py main sandbox

demo: venv
	@.venv/bin/python tests/demo

check: venv
	@.venv/bin/python tests/tools/run_checks.py --tag quick

test: venv
	@.venv/bin/python tests/tools/run_checks.py

test-slow: venv
	@.venv/bin/python tests/tools/run_checks.py --tag slow --jobs 1

sandbox: venv
	@exec .venv-sandbox/bin/python tests/sandbox --port $(PORT) $(if $(TLS),--tls $(TLS))

docs: venv
	@.venv/bin/python tests/docsite

bench: venv
	@$(PYTHON) tests/tools/environment.py bench prowler
	@.venv/bin/python tests/bench $(ARGS)

upstream: venv
	@.venv/bin/python tests/upstream $(or $(SOURCE),$(error Name the folder with checkouts of amazon.aws and community.aws: make upstream SOURCE=folder))

acceptance: venv
	@.venv/bin/python tests/acceptance $(if $(filter yes,$(WRITE)),--write) $(if $(filter yes,$(CLEAN)),--clean) \
		$(if $(PREFIX),--prefix $(PREFIX)) $(ARGS)

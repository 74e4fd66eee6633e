PYTHON ?= python3
BIN := .venv/bin
# In memory where there is room: on a disk that flushes each of thousands of databases the tests take twice as long.
ROOMY := $(shell df -k --output=avail /dev/shm 2>/dev/null | awk 'NR == 2 && $$1 > 4000000 { print "/dev/shm" }')

.PHONY: run test setup lint chat bench simulate rehearse lock

run: .venv/ready            ## start everything on 127.0.0.1:8000
	$(BIN)/kcbot run

test: .venv/ready-to-test   ## run all tests
	@folder=$$(mktemp -d $(if $(ROOMY),-p $(ROOMY))); trap 'rm -rf "$$folder"' EXIT; \
	TMPDIR=$$folder $(BIN)/python -m pytest -n $$(($$(nproc) + 1)) --dist worksteal

lint: .venv/ready-to-test   ## types, style and the import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

chat: .venv/ready           ## talk to the bot in this terminal
	$(BIN)/kcbot chat

bench: .venv/ready-to-test  ## measure, beside peers
	$(BIN)/python -m bench

simulate: .venv/ready-to-test  ## live through SEEDS worlds of DAYS from SEED on; one alone tells its story
	$(BIN)/python -m tests.simulation $(if $(SEED),--seed $(SEED)) $(if $(DAYS),--days $(DAYS)) $(if $(SEEDS),--seeds $(SEEDS))

rehearse: .venv/ready-to-test  ## play any owner on any messenger, before any token exists
	$(BIN)/python -m tests.rehearse $(if $(PORT),--port $(PORT)) $(if $(FOLDER),--folder $(FOLDER))

setup: .venv/ready          ## leaves the command at .venv/bin/kcbot

lock:                       ## renew the two hashed lists from pyproject.toml (needs uv)
	uv pip compile -q --upgrade --universal --generate-hashes pyproject.toml -o requirements.lock
	uv pip compile -q --upgrade --universal --generate-hashes pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/ready-to-test: .venv/ready requirements-dev.lock
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

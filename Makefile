# Parapheur. `make help` lists what you can do here.
PYTHON ?= python3
VENV   ?= .venv
TOGETHER ?= 2
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.DEFAULT_GOAL := help
.PHONY: help up demo test check bench lock clean

help:           ## list these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / \t/' | expand -t 12

up: $(VENV)/.local   ## start the whole newsroom on this machine (Ctrl-C stops it)
	@$(BIN)/parapheur up

demo: $(VENV)/.local ## drive one post through its life, against a running `make up`
	@$(BIN)/parapheur demo

test: $(VENV)/.tests ## run every test, with real servers (TOGETHER=2 processes share them)
	@$(BIN)/python -m pytest --numprocesses $(TOGETHER) --dist loadscope --no-loadscope-reorder

check: $(VENV)/.tests ## ruff and mypy, nothing run
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench: $(VENV)/.tests ## measure, and print ratios
	@$(BIN)/python -m bench

lock: $(VENV)/.tests ## resolve the dependencies anew, with hashes and without any index address
	@sh local/lock.sh $(BIN)/uv

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; old = sys.version_info < (3, 11); sys.exit("Python 3.11 or newer is needed, and $(PYTHON) is %d.%d. Name another one: make up PYTHON=python3.12" % sys.version_info[:2] if old else 0)'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.local: $(VENV)/bin/python local/requirements.lock pyproject.toml
	@echo "Installing into $(VENV) …"
	@$(PIP) --require-hashes -r local/requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.tests: $(VENV)/.local tests/requirements.lock
	@$(PIP) --require-hashes -r tests/requirements.lock
	@touch $@

clean:          ## forget the virtual environment (never the posts: those are in .parapheur)
	rm -rf $(VENV) build *.egg-info

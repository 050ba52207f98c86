# The commands that people and CI run. Python 3.11 and make are all that must be there; the rest is built into .venv.
.DEFAULT_GOAL := help
.PHONY: help run worker test check format words bench load lock install clean

VENV ?= .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
IS_311 := import sys; sys.exit(sys.version_info[:2] != (3, 11))
PYTHON ?= $(shell for name in python3.11 python3 python; do \
	"$$name" -c '$(IS_311)' >/dev/null 2>&1 && { echo "$$name"; break; }; done)
UV := uv==0.13.9
COMPILE := pip compile --quiet --python-version 3.11 --no-header --no-emit-index-url --no-annotate

help: ## show these lines
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1|/' \
		| while IFS='|' read -r name words; do printf '  %-13s %s\n' "$$name" "$$words"; done

run: $(VENV)/.installed ## start the console on http://127.0.0.1:8501 (its worker and, without FEED_URL, the demo feed too)
	@exec $(PY) -m streamlit run console/app.py

worker: $(VENV)/.installed ## start a worker alone, for example: make worker ARGS=--once
	@exec $(PY) worker.py $(ARGS)

test: $(VENV)/.installed-dev ## run every test, a file on each core, or some: make test ARGS=tests/core
	$(PY) -m pytest --numprocesses auto --dist loadfile $(ARGS)

check: $(VENV)/.installed-dev ## ruff, the floors, mypy, the catalogues, and the deployment files against their schemas and linters
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(BIN)/lint-imports
	$(PY) -m mypy
	$(PY) -m console.locale --check
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/hadolint Dockerfile
	$(BIN)/zizmor --offline --quiet .github
	bash -n .ci/run deploy/mysql/start.sh

format: $(VENV)/.installed-dev ## put the code into ruff's format and mend what ruff can mend
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

words: $(VENV)/.installed-dev ## bring the catalogues of console/locale up to date with the texts of the code
	$(PY) -m console.locale

bench: $(VENV)/.installed-bench ## measure the console beside the recipe, or a part: make bench ARGS=ingest (all of it: an hour)
	$(PY) -m benchmarks --date "$$(date +%F)" $(ARGS)

load: $(VENV)/.installed-bench ## load a running console, 8 clients for 30 s: make load ARGS="--host http://127.0.0.1:8501 --users 8"
	$(PY) -m locust --locustfile benchmarks/locustfile.py --headless --only-summary --users 8 --spawn-rate 8 \
		--run-time 30s --host http://127.0.0.1:8501 $(ARGS)

lock: $(VENV)/.installed ## pin requirements.in and requirements-dev.in again; newest versions: make lock ARGS=--upgrade
	$(PY) -m pip install --quiet $(UV)
	$(PY) -m uv $(COMPILE) $(ARGS) requirements.in --output-file requirements.txt
	$(PY) -m uv $(COMPILE) $(ARGS) requirements-dev.in --output-file requirements-dev.txt

install: $(VENV)/.installed-dev ## build .venv with everything that tests and checks need, and do no more

clean: ## remove .venv and every cache; data/ stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -path ./data -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/.installed: requirements.txt
	@$(build-venv)
	@echo "Installing the libraries of requirements.txt into $(VENV) (about two minutes, once) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt
	@$(build-venv)
	@echo "Installing the libraries of requirements-dev.txt into $(VENV) (about two minutes, once) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENV)/.installed-bench: benchmarks/requirements.txt requirements.txt
	@$(build-venv)
	@echo "Installing the libraries of benchmarks/requirements.txt into $(VENV) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	@touch $@

# A .venv that was left half built, or by another Python, is built again.
define build-venv
if ! $(PY) -c '$(IS_311)' >/dev/null 2>&1 || ! $(PY) -m pip --version >/dev/null 2>&1; then \
	if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 is needed and neither python3.11 nor python3 is one: install it, or name it with make PYTHON=/path/to/python3.11." >&2; \
		exit 1; \
	fi; \
	$(PYTHON) -m venv --clear $(VENV) || { \
		echo "$(PYTHON) could not make $(VENV): on Debian and Ubuntu, install python3.11-venv." >&2; exit 1; }; \
fi
endef

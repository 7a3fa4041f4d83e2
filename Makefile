# Kith. `make` alone explains itself.

PYTHON := .venv/bin/python
# A run of Kith, or of its tests, starts Python often: what was compiled once is kept.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test quick bench format migration languages pictures installed dev-installed

help: ## what there is
	@echo "Kith: gatherings, and staying in each other's lives afterwards."
	@echo
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-17s %s\n", $$1, $$2 }'
	@echo
	@echo "More commands: $(PYTHON) -m server --help"

run: installed ## Kith on http://127.0.0.1:8000, with everything it needs; Ctrl-C stops it (PORT=8001 DATA_DIR=...)
	@exec $(PYTHON) -m server dev

test: dev-installed lint ## every check and all tests, with everything they need (ARGS="-k seats" for some)
	@exec $(PYTHON) -m pytest -n 2 --dist loadfile $(ARGS)

quick: dev-installed lint ## the checks and the tests that take no time
	@exec $(PYTHON) -m pytest -n 2 --dist loadfile -m "not slow and not browser" $(ARGS)

bench: dev-installed ## how fast Kith is, as a table (JSON=file as JSON, ONLY=hot-event,feed-1000, QUICK=1)
	@$(PYTHON) -m server css
	@exec $(PYTHON) -m bench

format: dev-installed ## put the code in order
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

migration: dev-installed ## write a migration for what changed in a package's tables (APP=events DESC="series")
	@exec $(PYTHON) -m piccolo.main migrations new "$(APP)" --auto --desc="$(DESC)"

languages: dev-installed ## bring the catalogues of translators up to date with the code, and check them
	@exec $(PYTHON) -m server languages

pictures: dev-installed ## take the pictures of the README and of the front page anew, from the demonstration
	@exec $(PYTHON) -m docs.pictures

# Each on a core of its own; mypy, which takes longest, is begun first.
CHECKS := types styles rules format-kept imports drift
.PHONY: lint $(CHECKS)
lint: dev-installed
	@$(MAKE) --no-print-directory --jobs=2 $(CHECKS)

types:
	@$(PYTHON) -m mypy
styles:
	@$(PYTHON) -m server css
rules:
	@$(PYTHON) -m ruff check .
format-kept:
	@$(PYTHON) -m ruff format --check .
imports:
	@$(PYTHON) -c 'from importlinter.cli import lint_imports_command as lint; lint()' --no-logo
drift:
	@$(PYTHON) -m server drift

# The Python of the virtual environment, or the first on this machine that is new enough.
define install
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14; do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
			&& exec "$$python" -P server/install.py $(1); \
	done; \
	echo "Kith needs Python 3.11 or newer, and finds none." >&2; exit 1
endef

installed:
	$(call install)

dev-installed:
	$(call install,--dev --system)

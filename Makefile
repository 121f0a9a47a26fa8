# Two commands: `make demo` shows Hefu, `make test` proves it. Both set up what they need.
SHELL := /bin/bash
UV := $(shell python3 scripts/bootstrap.py --where)
RUN := $(UV) run --frozen

.PHONY: demo test setup check sqlite postgres browser-packages audit bench clean

setup:            ## uv (in .uv unless installed) and the locked packages (in .venv)
	@python3 scripts/bootstrap.py
	@$(UV) sync --frozen --quiet

demo: setup       ## the demonstration brand, served on http://localhost:8000
	@$(RUN) hefu demo

test: setup browser-packages check sqlite postgres audit  ## everything, on both databases

check: setup      ## style, types, walls
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports
	$(RUN) python scripts/house_rules.py
	$(RUN) python scripts/messages.py --check
	$(RUN) deptry .

sqlite: setup     ## the whole suite on SQLite
	$(RUN) pytest -n 2 --dist loadgroup

postgres: setup   ## the whole suite on PostgreSQL (from a wheel, no root needed)
	HEFU_TEST_DATABASE=postgres $(RUN) pytest -n 2 --dist loadgroup

browser-packages: ## Chromium and a CJK font, from the system's packages when we are root
	@bash scripts/browser_packages.sh

audit: setup      ## known vulnerabilities in what is locked
	@$(RUN) python scripts/audit_dependencies.py

clean:
	rm -rf .venv .uv var

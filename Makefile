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

sqlite: setup     ## the suite on SQLite; the browser's way is tried on PostgreSQL
	$(RUN) pytest -n 2 --dist loadgroup -m "not browser"

postgres: setup   ## all that asks a database, on PostgreSQL (from a wheel); strangers walk on SQLite
	HEFU_TEST_DATABASE=postgres $(RUN) pytest -n 2 --dist loadgroup \
		--ignore tests/core --ignore tests/files --ignore tests/conformance \
		--ignore tests/surfaces/test_isolation.py

browser-packages: ## Chromium and a CJK font, from the system's packages when we are root
	@bash scripts/browser_packages.sh

audit: setup      ## known vulnerabilities in what is locked
	@$(RUN) python scripts/audit_dependencies.py

clean:
	rm -rf .venv .uv var

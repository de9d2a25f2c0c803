# The project's jobs, one command each. Paths are relative: the folder may have any name.
.DEFAULT_GOAL := help
.PHONY: help demo check long live embedded bench schema wheel lock ground dev clean

BIN := .venv/bin

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /make \1|/p' Makefile | column -t -s '|'

demo: ground ## Build the SPPE dossier of Vitry-le-François into output/ and print its paths
	@$(BIN)/diagnostic build --spec sppe.yaml --commune 51649 --offline --output output

check: ground ## Install what the checks need and pass them all (what CI runs)
	@$(BIN)/python tools/check.py

long: ground ## Run what takes longer than check allows
	@$(BIN)/python tools/check.py long

live: ground ## Ask each producer what it serves today (needs a network); writes docs/live.md
	@$(BIN)/python -m live --output docs/live.md

embedded: dev ## Remake data/ and shapefiles/ from the maintainers' sample
	@$(BIN)/python -m embedded --sample ../shared/sample

bench: ground ## Print the time and the memory of a cold build, of a first one, the time of a search
ifdef OF
	@$(BIN)/python bench/$(OF).py
else
	@$(BIN)/python bench/cold.py
	@$(BIN)/python bench/search.py
	@$(BIN)/python bench/first_build.py
endif

schema: ground ## Write the JSON Schemas of the spec and of the report into docs/
	@$(BIN)/python tools/schema.py

wheel: ground ## Make the wheel in dist/
	@$(BIN)/python -m hatchling build -t wheel

lock: dev ## Resolve again and write the locks
	@sh tools/lock.sh

ground:
	@sh tools/ground.sh

dev: ground
	@sh tools/venv.sh $(BIN)/python .venv requirements-dev.txt

clean: ## Remove what the jobs made, but not output/
	@rm -rf .venv .venv-* .cache dist build .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis

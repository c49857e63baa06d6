# make run: sets up what is missing, then serves the chat and the console. make test: everything.
# make help lists the rest.

PYTHON := .venv/bin/python
RASA   := bot/.venv/bin/rasa

.PHONY: help run setup build test lint doctor bench bench-load faults evaluate model-card train-distress train redis actions rasa public staff clean
.DEFAULT_GOAL := help

help: ## What there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: build ## Set up what is missing, then serve the chat and the console
	@exec $(PYTHON) -m handoff.run

redis actions rasa public staff: build ## One part alone (production)
	@exec $(PYTHON) -m handoff.run $@

setup: .venv/.locked bot/.venv/.locked ## Both Python environments, from their locked requirements

.venv/.locked: requirements.lock scripts/set_up.sh .python-version
	@scripts/set_up.sh modern

bot/.venv/.locked: bot/requirements.lock scripts/set_up.sh .python-version
	@scripts/set_up.sh rasa

build: setup ## Encoder, tagger, distress model, Rasa model: whatever is missing or older than its data
	@$(PYTHON) -m handoff.build

test: build ## All tests: unit, contract, end to end in Chromium, faults
	@scripts/find_chromium.sh >/dev/null
	@CHROMIUM="$$(scripts/find_chromium.sh)" $(PYTHON) -m pytest $(ARGS)

lint: setup ## ruff, mypy (strict), import-linter, the cards
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports --no-cache
	@$(PYTHON) -m handoff.answers

doctor: setup ## What is wrong with this installation, in plain words
	@$(PYTHON) -m handoff.doctor

bench: build ## How long each step of a message takes, and the page
	@$(PYTHON) -m tests.bench_resources
	@$(PYTHON) -m tests.bench_privacy
	@$(PYTHON) -m tests.bench
	@$(PYTHON) -m tests.bench_channels
	@$(PYTHON) -m tests.bench_console
	@$(PYTHON) -m tests.bench_staff
	@CHROMIUM="$$(scripts/find_chromium.sh)" $(PYTHON) -m tests.bench_page

bench-load: build ## Many conversations at once: ARGS="conversations seconds"
	@$(PYTHON) -m tests.bench_load $(ARGS)

faults: build ## Parts killed, frozen and cut while conversations go on: ARGS="conversations messages"
	@$(PYTHON) -m tests.faults.campaign $(ARGS)

evaluate: build ## Scores on our own held-out sets
	@$(PYTHON) -m tests.evaluation.evaluate

model-card: build ## Measures the distress detector and writes its card
	@$(PYTHON) -m tests.evaluation.model_card

train-distress: setup ## Fine-tunes the distress detector anew
	@rm -rf var/distress
	@$(MAKE) build

lock: setup ## Renew both locks of requirements
	@scripts/lock.sh

clean: ## Remove what was built (not the conversations' keys, nor the accounts)
	rm -rf var/encoder var/tagger var/distress var/rasa-models var/nearest .rasa

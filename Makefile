# Each target does its own set-up: a .venv from the locked, hashed requirements, made once and again when they change.
# `make` alone lists the targets: each has its line behind ##.

PYTHON ?= python3
VENV ?= .venv
RUN = $(VENV)/bin/python
INSTALL = $(RUN) -m pip install --quiet --no-input --disable-pip-version-check --require-hashes
TESTS ?= --numprocesses auto --dist worksteal

# Bytecode is kept even where the machine's environment says otherwise: to compile everything anew takes each worker of
# the tests, and each process that they start, longer than many tests.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo quick test check words language pictures crash soak storm attack crash-postgres bench-postgres fuzz audit bom pin bench bench-against clean

help:
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | awk -F '\t' '{printf "make %-16s %s\n", $$1, $$2}'

demo: $(VENV)/installed ## the whole product on this machine, against a look-alike of Strava
	@$(RUN) -m plugin demo

# What a change is tried with again and again. Which tests need a server is found by tests/servers.py.
quick: check ## lint, types and the tests without servers, browsers and processes: a minute
	@$(RUN) -m pytest $(TESTS) -m "not server"

test: check ## everything: lint, types and every test
	@.ci/tools
	@$(RUN) -m pytest $(TESTS)

check: $(VENV)/installed-test ## format, lint, types
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy

BABEL = $(RUN) -m babel.messages.frontend -q
WORDS = build/words.pot
SPOKEN = --no-default-keywords -k _ -k marked -k say:1 -k some:1,2 -k ngettext:1,2 -k count:1,2

words: $(VENV)/installed ## bring the catalogues in plugin/translations up to date with the sources, and compile them
	@mkdir -p build
	@$(BABEL) extract -F pyproject.toml $(SPOKEN) --add-location=file --sort-by-file --project=Footnote -o $(WORDS) .
	@$(BABEL) update -w 120 -i $(WORDS) -d plugin/translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@$(BABEL) compile -d plugin/translations

# kill -9 of the real process at placed and random moments, ROUNDS times, and nothing lost or told twice: 5 to 15 minutes.
ROUNDS ?= 100
crash: $(VENV)/installed-test ## kill the site at chosen and random moments, ROUNDS times: 5 to 15 minutes
	@$(RUN) -m tests.hard.crash --rounds $(ROUNDS)

# Ten thousand events over fifty runners with faults on; memory and store flat, all accounted for: up to 25 minutes.
EVENTS ?= 10000
soak: $(VENV)/installed-test ## EVENTS events over fifty runners with faults on: up to 25 minutes
	@$(RUN) -m tests.hard.soak --events $(EVENTS)

# STORM_RUNS runs while the sandbox does all that the real Strava is said to do, at random, all at once and one by one;
# the same script without faults must be told the same: 5 to 10 minutes.
STORM_RUNS ?= 500
storm: $(VENV)/installed-test ## STORM_RUNS runs while the sandbox does all that the real Strava is said to do
	@$(RUN) -m tests.hard.storm --runs $(STORM_RUNS)

# Four hundred connections of every shape for SECONDS on files and on a Postgres, while runs come in: 3 minutes.
SECONDS ?= 60
attack: $(VENV)/installed-test ## 400 callers of every shape for SECONDS with both stores, while runs come in: 3 minutes
	@$(RUN) -m tests.hard.attack --seconds $(SECONDS)

# Workers and database killed at random moments, CRASHES times, while runs come in.
CRASHES ?= 60
crash-postgres: $(VENV)/installed-test ## kill workers and database at random moments, CRASHES times
	@CRASHES=$(CRASHES) $(RUN) -m pytest --timeout 0 tests/e2e_postgres/test_crashes.py

# What steps cost with 10 and with 10 000 runners, and one worker against two.
bench-postgres: $(VENV)/installed-test ## what steps cost with 10 and with 10 000 runners, and one worker against two
	@$(RUN) -m tests.e2e_postgres.bench

# Strangers' bytes by coverage, RUNS for each target; where atheris has a build for this machine.
RUNS ?= 100000
fuzz: $(VENV)/installed-test ## bytes of strangers, led by coverage, RUNS for each target
	@$(RUN) -m pip install --quiet --no-deps --upgrade --target build/fuzz-tools atheris==3.0.0
	@PYTHONPATH=build/fuzz-tools:. $(RUN) tests/security/fuzz.py $(RUNS)

# Known holes in the pinned packages; asks an advisory source on the net.
audit: $(VENV)/installed-test ## known holes in the pinned packages; asks an advisory source on the net
	@$(RUN) -m pip install --quiet --upgrade --target build/audit-tools pip-audit==2.10.1
	@PYTHONPATH=build/audit-tools $(RUN) -m pip_audit --strict --disable-pip --require-hashes --requirement requirements.txt

# What the program is made of, as CycloneDX, from the hashed requirements: build/bom.json
bom: $(VENV)/installed-test ## what the program is made of, as CycloneDX: build/bom.json
	@$(RUN) -m pip install --quiet --upgrade --target build/bom-tools cyclonedx-bom==7.5.0
	@PYTHONPATH=build/bom-tools $(RUN) -m cyclonedx_py requirements requirements.txt --pyproject pyproject.toml --output-file build/bom.json

# A tag can be moved to another image, a digest cannot. Needs docker and its registry.
pin: ## write the images' present digests into Dockerfile and compose.yaml: name:tag@sha256:…
	@for image in $$(sed -nE 's/^(FROM|    image:) +([^@ ]+)(@.*)?$$/\2/p' Dockerfile compose.yaml); do \
		digest=$$(docker buildx imagetools inspect "$$image" --format '{{.Manifest.Digest}}') || exit 1; \
		sed -i -E "s#^(FROM|    image:)( +)$$image(@.*)?\$$#\1\2$$image@$$digest#" Dockerfile compose.yaml; \
		echo "$$image@$$digest"; \
	done

# The README's pictures, from the demo.
pictures: $(VENV)/installed-test ## make the README's pictures anew, from the demo
	@$(RUN) -m tests.e2e.pictures

# A new language: its empty catalogue, to be translated; then `make words`.
language: $(VENV)/installed words ## begin a new language: make language LANGUAGE=fr
	@$(BABEL) init -i $(WORDS) -d plugin/translations -l $(LANGUAGE)

# Speed and cost against what was asked for, as a table and in build/bench.json: 5 minutes. FULL=1 takes 10 000 events
# for memory and more of everything: a quarter of an hour and more. ONLY="--only webhook" takes a part.
bench: $(VENV)/installed-test ## speed and cost against what was asked for, as a table: 5 minutes
	@$(RUN) -m tests.bench $(if $(FULL),--full) $(ONLY)

# The same figures of another checkout (`git worktree add ../old <commit>`) and of this one, measured in turn, side by side:
# two rounds of all parts take half an hour. The old one's packages must be here too: gunicorn for commit 63e9427.
bench-against: $(VENV)/installed-test ## the same measurements of two versions side by side: make bench-against OTHER=../old
	@$(RUN) -m tests.bench.compare $(OTHER) $(if $(FULL),--full) $(ONLY)

clean: ## remove what was built and installed here
	rm -rf $(VENV) build .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/installed: requirements.txt | $(RUN)
	@echo "Installing what Footnote needs into $(VENV); this is done once." >&2
	@$(INSTALL) --requirement requirements.txt
	@$(COMMAND)
	@touch $@

$(VENV)/installed-test: requirements-test.txt requirements.txt | $(RUN)
	@echo "Installing what Footnote and its tests need into $(VENV); this is done once." >&2
	@$(INSTALL) --requirement requirements-test.txt
	@$(COMMAND)
	@touch $(VENV)/installed $@

# The console script: `$(VENV)/bin/footnote` is `python -m plugin`, from wherever it is called.
define COMMAND
printf '#!%s/bin/python\nimport sys\nsys.path.insert(0, "%s")\nfrom plugin.cli.commands import main\nmain()\n' \
	"$(abspath $(VENV))" "$(CURDIR)" > $(VENV)/bin/footnote && chmod +x $(VENV)/bin/footnote
endef

$(RUN):
	@command -v $(PYTHON) >/dev/null || { echo "Footnote needs Python 3.11 or newer; on Debian: apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Footnote needs Python 3.11 or newer, and $(PYTHON) is older; name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python's venv module is not complete here; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# make demo  the demonstration district, made and run
# make test  everything that is tested, browser included
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint browser clean

demo: $(VENV)/.installed
	$(BIN)/landgov demo landgov-demo

test: $(VENV)/.installed-dev browser
	$(BIN)/ruff check src tests maps notebooks benchmarks
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist loadfile

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check src tests maps notebooks benchmarks
	$(BIN)/mypy

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@ $(VENV)/.installed

# Debian's Chromium opens the page in the tests, poppler reads the PDFs.
browser:
	@command -v chromium >/dev/null && command -v pdftotext >/dev/null || \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium poppler-utils; }

clean:
	rm -rf $(VENV) landgov-demo

# The pictures of the README, from a fresh run of the demonstration district.
gallery: $(VENV)/.installed-dev browser
	$(BIN)/python maps/make_gallery.py
.PHONY: gallery

# What takes longer than a change should: the check of 200,000 parcels, the same checks by other
# libraries beside it, a million parcels joined and judged, and ten minutes of broken files.
acceptance: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[benchmark]'
	$(BIN)/pytest -m acceptance
	$(BIN)/python benchmarks/check.py --parcels 200000
	$(BIN)/python benchmarks/coverage_checks.py
	$(BIN)/python benchmarks/pairs.py --parcels 20000
	$(BIN)/python benchmarks/base_list.py --parcels 100000
	$(BIN)/python benchmarks/base_list.py --parcels 1000000 --ways landgov
	$(BIN)/python benchmarks/judge.py --parcels 1000000 --plain 5000
	$(BIN)/python benchmarks/judge.py --sweep 100000
	$(BIN)/python benchmarks/fuzz.py 600
.PHONY: acceptance

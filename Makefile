# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Any Python from 3.11 on; everything is installed below .venv.
PYTHON ?= python3
# Test processes at a time.
JOBS ?= 4
# Kinds of sites to run the scenarios of tests/conformance on: simulated, real, or possible.
SITES ?= simulated
# How much of everything: usual, thorough (also what takes long and repeats on other ground what shorter tests show), or
# exhaustive (also what a change need not wait for).
DEPTH ?= usual
# More arguments for pytest, e.g. make unit ARGS="-k token -x".
ARGS ?=

ENVS := $(PYTHON) tools/envs.py
PYTEST := .venv/newest/bin/python -m pytest
PARALLEL := --numprocesses $(JOBS) --dist loadgroup --no-loadscope-reorder

# Each process of a test run would compile all tests again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help

.PHONY: help
help:  ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

.PHONY: demo
demo:  ## Bring up two clusters with a public and a private site and link them, twice
	@$(ENVS) newest
	@.venv/newest/bin/python -m tests.demo

.PHONY: test
test:  ## Run everything: unit tests, static checks, integration tests, scenarios
	@$(ENVS)
	@$(PYTEST) $(PARALLEL) --sites=$(SITES) --depth=$(DEPTH) tests/gate tests/conformance tests/integration tests/unit $(ARGS)

.PHONY: lint
lint:  ## Run the quick static checks: ruff, mypy, import contracts
	@$(ENVS) newest
	@$(PYTEST) $(PARALLEL) tests/gate -m quick $(ARGS)

.PHONY: unit
unit:  ## Run the unit tests on the newest ansible-core
	@$(ENVS) newest
	@$(PYTEST) tests/unit $(ARGS)

.PHONY: integration
integration:  ## Run the integration tests on clusters brought up for them
	@$(ENVS) newest oldest
	@$(PYTEST) $(PARALLEL) --depth=$(DEPTH) tests/integration $(ARGS)

.PHONY: conformance
conformance: DEPTH = exhaustive
conformance:  ## Run the scenarios on real Skupper sites (as root; its programs as in CONTRIBUTING.md)
	@$(ENVS) newest oldest
	@$(PYTEST) tests/conformance --sites=real --depth=$(DEPTH) $(ARGS)

.PHONY: programs
programs:  ## Bring the programs of real Skupper out of its official images, with podman or docker
	@$(ENVS) newest
	@.venv/newest/bin/python -m testbed.skupper bring $(ARGS)

.PHONY: molecule
molecule:  ## Run the Molecule scenarios, on a testbed or on the sites that MOLECULE_... variables name
	@$(ENVS) newest
	@PATH="$(CURDIR)/.venv/newest/bin:$$PATH" molecule test --all $(ARGS)

.PHONY: docs
docs:  ## Build the documentation as a site, in tests/output/docs/html
	@$(ENVS) lint
	@.venv/lint/bin/python tools/docsite.py

.PHONY: build
build:  ## Build the artifact for Galaxy; the same commit gives the same bytes
	@$(ENVS) newest
	@.venv/newest/bin/python tools/artifact.py

.PHONY: release
release:  ## Gather the changelog fragments into the release that galaxy.yml names; may be run again
	@$(ENVS) lint
	@.venv/lint/bin/python tools/release.py

.PHONY: envs
envs:  ## Make the Python environments below .venv
	@$(ENVS)

.PHONY: clean
clean:  ## Remove the environments and everything else that was made here
	rm -rf .venv .ansible .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache tests/output
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

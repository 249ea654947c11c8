# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Any Python from 3.11 on; everything is installed below .venv.
PYTHON ?= python3
# Test processes at a time.
JOBS ?= 4
# The kinds of sites that `make test` runs the scenarios of tests/conformance on: simulated, real, or possible.
SITES ?= simulated
# How much of everything: usual, thorough (also the tests that take long and repeat on other ground what shorter ones show), or
# exhaustive (also the tests that CI leaves out).
DEPTH ?= usual
# More arguments for pytest, e.g. make unit ARGS="-k token -x".
ARGS ?=

ENVS := $(PYTHON) tools/envs.py
PYTEST := .venv/newest/bin/python -m pytest
PARALLEL = --numprocesses $(JOBS) --dist loadgroup --no-loadscope-reorder

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
test:  ## Run everything: the three lanes below and the checks of the collection as a whole
	@$(ENVS)
	@$(PYTEST) $(PARALLEL) --sites=$(SITES) --depth=$(DEPTH) tests/gate tests/conformance tests/integration tests/unit $(ARGS)

.PHONY: quick
quick: lint unit  ## Lane 1: static checks and unit tests, about 2 minutes

.PHONY: simulated
simulated: DEPTH = thorough
simulated:  ## Lane 2: integration tests, and the scenarios on simulated sites, about 20 minutes
	@$(ENVS) newest oldest
	@$(PYTEST) $(PARALLEL) --depth=$(DEPTH) tests/conformance tests/integration $(ARGS)

.PHONY: real
real: DEPTH = thorough
real: JOBS = 3
real:  ## Lane 3: the scenarios on real Skupper sites, about 18 minutes (as root; its programs as in CONTRIBUTING.md)
	@$(ENVS) newest oldest
	@$(PYTEST) $(PARALLEL) --sites=real --depth=$(DEPTH) tests/conformance $(ARGS)

.PHONY: lint
lint:  ## Run the static checks alone: ruff, mypy, import contracts, and what is quick besides
	@$(ENVS) newest
	@$(PYTEST) $(PARALLEL) tests/gate -m quick $(ARGS)

.PHONY: unit
unit:  ## Run the unit tests alone, on the newest ansible-core
	@$(ENVS) newest
	@$(PYTEST) $(PARALLEL) tests/unit $(ARGS)

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

.PHONY: generate
generate:  ## Write what follows from other files: documentation of shared options, action plugins, action group
	@$(ENVS) newest
	@.venv/newest/bin/python tools/generate.py

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

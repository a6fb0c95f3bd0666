# Every target sets up what it needs; nothing asks a question.

SWIFT ?= swift
# Arguments for `concord run`, as in: make run ARGS="--dataset drifted"
ARGS ?=

.PHONY: run test bench lint clean setup build help

help: ## Lists the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Boots the marketplace, checks its contracts, audits its data, writes reports/
	@.build/release/concord run $(ARGS)

build: setup ## Builds the programs in release mode
	@$(SWIFT) build -c release --quiet --product concord
	@$(SWIFT) build -c release --quiet --product marketplace
	@$(SWIFT) build -c release --quiet --product firestore-emulator

test: setup ## Runs all tests
	@$(SWIFT) build --build-tests --quiet
	@$(SWIFT) test --skip-build

lint: ## Checks formatting and the contracts of the marketplace
	@$(SWIFT) format lint --strict --recursive Sources Tests Package.swift
	@$(SWIFT) run --quiet concord lint

setup: ## Installs the Debian packages that are missing
	@.ci/setup

clean: ## Removes everything that was built or written by runs
	rm -rf .build reports/index.html reports/junit.xml reports/run.json

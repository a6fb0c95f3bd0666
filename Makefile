# Every target sets up what it needs; nothing asks a question.

SWIFT ?= swift
# Arguments for `concord run`, as in: make run ARGS="--dataset drifted"
ARGS ?=
# How long `make soak`, `make soak-audit` and `make soak-replica` load the marketplace
SECONDS ?= 60

.PHONY: run test test-google-client test-spark drill soak soak-audit soak-replica bench bench-audit lint clean setup build help

help: ## Lists the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Boots the marketplace, checks its contracts, audits its data, writes reports/
	@.build/release/concord run $(ARGS)

build: setup ## Builds the programs in release mode
	@$(SWIFT) build -c release

# Tests that boot whole stacks, or kill what they booted: each target on its own, so that it does not run beside a
# thousand other tests and wait for a processor.
ALONE := StackIntegrationTests ConcordIntegrationTests MarketplaceIntegrationTests CrashMatrixIntegrationTests

test: setup ## Runs all tests
	@$(SWIFT) build --build-tests
	@$(SWIFT) test --skip-build --skip IntegrationTests
	@$(SWIFT) test --skip-build --filter IntegrationTests $(ALONE:%=--skip %)
	@set -e; for target in $(ALONE); do $(SWIFT) test --skip-build --filter $$target; done

drill: build ## Makes the marketplace misbehave in every way of its catalogue, and tells what was noticed
	@.build/release/marketplace-drill .build/release

strength: build ## Tells which defects of the marketplace's answers no check of its suites would notice
	@.build/release/concord strength --min-score 95

bench: build ## Measures boot, whole run, the marketplace under load, and memory, in a release build
	@.build/release/concord-benchmarks bench .build/release 5

bench-audit: build ## Measures audits of ten million rows beside postgres_fdw, DuckDB and psycopg, on the same data
	@.build/release/concord-benchmarks audit .build/release 3

soak: build ## Loads the marketplace as fast as it answers for SECONDS (60), then audits that same stack
	@.build/release/concord-benchmarks soak .build/release $(SECONDS)

soak-audit: build ## Audits in a loop for SECONDS (60) beside customers, deletions and planted violations
	@.build/release/concord-benchmarks soak-audit .build/release $(SECONDS)

soak-replica: build ## The same, with audits that read a replica which replays 300 ms late
	@.build/release/concord-benchmarks soak-replica .build/release $(SECONDS)

test-google-client: setup ## Runs Google's own Python client against the embedded Firestore
	@$(SWIFT) build --quiet --product firestore-emulator
	@Tests/FirestoreEmulatorIntegrationTests/python/run-checks.sh .build/debug/firestore-emulator

# Spark comes from PyPI into a folder of its own; the driver is Debian's.
SPARK := .build/spark

test-spark: ## Runs the audits on a Spark of its own, half a gigabyte that is fetched once
	@.ci/setup python3-venv default-jre-headless libpostgresql-jdbc-java
	@[ -x $(SPARK)/bin/spark-sql ] || { python3 -m venv $(SPARK) && $(SPARK)/bin/pip install --quiet pyspark; }
	@$(SWIFT) build --build-tests
	@PATH="$(CURDIR)/$(SPARK)/bin:$$PATH" $(SWIFT) test --skip-build --filter 'Spark'

lint: ## Checks formatting and the contracts of the marketplace
	@$(SWIFT) format lint --strict --recursive Sources Tests Package.swift
	@$(SWIFT) run --quiet concord lint

setup: ## Installs the Debian packages that are missing
	@.ci/setup

clean: ## Removes everything that was built or written by runs
	rm -rf .build reports/index.html reports/junit.xml reports/run.json reports/strength.json reports/state

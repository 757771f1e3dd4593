# A thin face for meson and ninja. Each command first installs what it needs and is missing from
# Debian's packages (tools/setup says what, and why); when all is there, nothing is asked of the network.
.DEFAULT_GOAL := build
.PHONY: build run test truths bench lint torture

PORT ?= 8080
# Where `make run` keeps its database; empty: the program's own default, which --help tells.
DATA ?=
SETUP = tools/setup

build:
	@$(SETUP) build
	@tools/build build

run:
	@$(SETUP) build run
	@tools/build build
	@tools/verify-demo $$$$ $(PORT) '$(DATA)' & exec build/examples/invoicing/invoicing --listen 127.0.0.1:$(PORT) $(if $(DATA),--data '$(DATA)') --demo

test:
	@$(SETUP) build run test
	@tools/build build
	@tools/run-tests build

truths:
	@$(SETUP) build run test
	@tools/build build
	@ninja -C build tenantry-generate-mutant >/dev/null
	@python3 tests/truths/truths.py build

bench:
	@$(SETUP) build run bench
	@tools/build build
	@bench/run build

lint:
	@$(SETUP) build lint
	@tools/lint

torture:
	@$(SETUP) build run test torture
	@tools/build build
	@tools/torture

# Everything happens in .venv and .build: nothing outside of the checkout is changed, pip's cache aside.
SHELL := bash
export ANSIBLE_HOME := $(CURDIR)/.build/ansible-home
PYTHON ?=
TARGET ?=
PORT ?= 18080

BIN := .venv/bin
# Through this link the checkout can be imported, and found by Ansible, under its own name.
COLLECTIONS := .build/collections
LINK := $(COLLECTIONS)/ansible_collections/rollcall/collaborators
# The long ones first: two run at a time.
STEPS := lowest highest lint unit reliability guides newcomer awx docs browser build demo secrets
CORES := 2.16 2.18 2.19 2.20 2.21

define run-and-sum-up
@rm -rf .build/reports
@status=0; $(BIN)/python tests/tools/run_steps.py $(1) || status=1; \
$(BIN)/python tests/tools/summary.py $(1); \
exit $$status
endef

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup fakes test test-matrix soak bench in-process sanity ansible-units integration $(STEPS) clean FORCE

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: .venv/ready $(LINK)  ## make .venv with all that development needs (PYTHON=python3.12 chooses the interpreter)

# What demo and fakes need is little, and there in seconds.
.venv/ready-demo: demo/requirements.txt requirements.txt tests/integration/requirements.txt \
		tests/tools/setup.sh $(if $(PYTHON),FORCE)
	tests/tools/setup.sh demo/requirements.txt $(PYTHON)
	@touch $@

.venv/ready: requirements-dev.txt tests/unit/requirements.txt .venv/ready-demo
	tests/tools/setup.sh requirements-dev.txt $(PYTHON)
	@touch $@

$(LINK):
	@mkdir -p $(@D)
	@ln -s ../../../.. $@

fakes: .venv/ready-demo  ## start the three fake services on loopback until Ctrl-C (PORT=18080)
	@exec $(BIN)/python tests/fake_services --port $(PORT)

demo: .venv/ready-demo $(LINK)  ## apply a member roster to the three fake services: plan, change, no change, access report
	@$(BIN)/python tests/tools/demo.py

guides: setup  ## follow the pages of the project, command by command, on the fake services (needs curl)
	@$(BIN)/python tests/tools/guides.py

newcomer: setup  ## follow the README in a clone, with an empty home and nothing but Python, git and make
	@$(BIN)/python tests/tools/newcomer.py

awx: setup  ## set up a fake AWX with the modules of awx.awx, and run its jobs with ansible-runner
	$(BIN)/python -m pytest tests/awx --junit-xml=.build/reports/awx.xml

docs: setup  ## build the documentation site into .build/docs/html (DOCS_ONLINE=1 takes the labels of Ansible's own from the web)
	$(BIN)/python tests/tools/docs.py

browser: setup  ## the access report in headless Chromium, with axe-core (needs chromium and npm)
	@$(BIN)/python tests/tools/browser_tests.py

test: setup  ## everything below, then a summary of what ran and what was skipped
	$(call run-and-sum-up,$(STEPS))

lint: setup  ## all linters, and galaxy-importer on the tarball
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/yamllint --strict .
	$(BIN)/python tests/tools/yaml_in_python.py
	PATH="$(CURDIR)/$(BIN):$$PATH" ANSIBLE_COLLECTIONS_PATH="$(CURDIR)/$(COLLECTIONS)" $(BIN)/ansible-lint
	$(BIN)/antsibull-changelog lint
	HOME="$(CURDIR)/.build" PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/antsibull-docs lint-collection-docs --plugin-docs --skip-rstcheck .
	$(BIN)/reuse --no-multiprocessing lint --lines
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/zizmor --quiet --offline .github
	$(BIN)/pre-commit validate-config
	$(BIN)/python tests/tools/importer.py
	@echo "ruff, mypy, yamllint, ansible-lint, antsibull-changelog, antsibull-docs, reuse, check-jsonschema, zizmor and" \
		"pre-commit found nothing" >>.build/reports/lint.txt

unit: setup  ## the unit tests, directly with pytest
	$(BIN)/python -m pytest -n auto --dist loadscope --junit-xml=.build/reports/unit.xml

reliability: setup  ## the modules under faults, in random worlds, in crowds, and given nonsense
	@rm -rf .build/reports/reliability
	$(BIN)/python -m pytest tests/reliability --junit-xml=.build/reports/reliability.xml
	$(BIN)/python tests/tools/reliability_page.py

soak: setup  ## other random worlds for ten minutes (SOAK_SECONDS=600, SOAK_WORLDS=100000, SOAK_SEED=n plays a round again)
	@PYTHONPATH=$(COLLECTIONS) $(BIN)/python -m ansible_collections.rollcall.collaborators.tests.reliability.worlds.soak

bench: setup  ## time it all (CASES=a,b LATENCY=50 choose, SMOKE=1 only tries; see tests/benchmarks/README.md)
	@PYTHONPATH=tests/tools $(BIN)/python tests/benchmarks/bench.py $(if $(CASES),--cases=$(CASES)) \
		$(if $(LATENCY),--latency=$(LATENCY)) $(if $(ROUNDS),--rounds=$(ROUNDS)) $(if $(HOSTS),--hosts=$(HOSTS)) \
		$(if $(SMOKE),--smoke)

in-process: setup  ## tasks in Ansible's own process and as modules, with whole playbooks (part of lowest and highest)
	$(BIN)/python -m pytest tests/in_process --junit-xml=.build/reports/in-process.xml

lowest: setup  ## ansible-test with the lowest versions of ansible-core and Python that this machine can run
	$(BIN)/python tests/tools/matrix.py lowest

highest: setup  ## ansible-test with the highest versions
	$(BIN)/python tests/tools/matrix.py highest

test-matrix: setup  ## ansible-test with all of them, takes hours (CORES="2.16 2.21" chooses)
	$(call run-and-sum-up,$(CORES:%=core-%))

core-%: setup
	$(BIN)/python tests/tools/matrix.py $*

sanity: setup  ## ansible-test sanity
	$(BIN)/python tests/tools/run_ansible_test.py sanity

ansible-units: setup  ## the unit tests again, with ansible-test units
	$(BIN)/python tests/tools/run_ansible_test.py units

integration: setup  ## ansible-test integration (TARGET=name runs one target)
	$(BIN)/python tests/tools/run_ansible_test.py integration $(TARGET)

build: setup  ## build the tarball and try it in an empty environment
	$(BIN)/python tests/tools/check_tarball.py

secrets: setup  ## search all that the steps before it left for the credentials of the fake services
	$(BIN)/python tests/tools/search_secrets.py

clean:  ## remove .venv and .build
	rm -rf .venv .build

# Two commands do everything on a bare Debian or Ubuntu with python3 and make:
#   make demo    measure a sample video and say where the report is
#   make test    run the whole gate

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/pip --disable-pip-version-check --require-virtualenv

# The development install holds all that the demo needs.
INSTALLED := $(if $(wildcard $(VENV)/.dev),$(VENV)/.dev,$(VENV)/.runtime)

.PHONY: help demo test lint unit docs format clean
.DEFAULT_GOAL := help

help:  ## Show this list
	@sed -n 's/^\([a-z]*\):[^#]*## /make \1\t/p' Makefile | expand -t 16

demo: $(INSTALLED)  ## Measure a sample video and say where the report is
	@$(BIN)/spasm-video demo

test: lint unit docs  ## Run the whole gate: style, types, layers, tests, generated texts

lint: $(VENV)/.dev  ## Check style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(VENV)/.dev  ## Run the tests
	$(BIN)/pytest

docs: $(VENV)/.dev  ## Check the generated parts of the README
	$(BIN)/python scripts/write_docs.py --check

format: $(VENV)/.dev  ## Format the code and write the generated parts of the README
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python scripts/write_docs.py

clean:  ## Remove the virtual environment and every cache
	rm -rf $(VENV) build dist .coverage .hypothesis .*_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp of each install, so that a second call has nothing to do.
$(VENV)/.runtime: pyproject.toml | $(BIN)/pip
	$(PIP) install --editable .
	@$(OPENCV_LIBRARIES)
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/pip
	$(PIP) install --editable '.[dev]'
	@$(OPENCV_LIBRARIES)
	@touch $@ $(VENV)/.runtime

# Debian keeps ensurepip, without which a virtual environment has no pip, in its own package.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo 'spasm_video needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)'; \
	    exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || sh -ec "$$APT_INSTALL" apt-install \
	    $$($(PYTHON) -c 'import sys; print("python{}.{}-venv".format(*sys.version_info))')
	$(PYTHON) -m venv $(VENV)

# The window of OpenCV wants three libraries that a bare Debian lacks.
OPENCV_LIBRARIES = $(BIN)/python -c 'import cv2' 2>/dev/null || { \
    sh -ec "$$APT_INSTALL" apt-install libxcb1 libgl1 libglib2.0-0 && $(BIN)/python -c 'import cv2'; }

# Install system packages where that is allowed, else say the line that does it.
define APT_INSTALL
if [ "$$(id -u)" = 0 ]; then root=''
elif sudo -n true 2>/dev/null; then root='sudo -n'
else root=none
fi
if [ "$$root" = none ] || ! command -v apt-get >/dev/null; then
    echo 'System packages are missing. Install them and call make again:'
    echo "    sudo apt-get update && sudo apt-get install $$*"
    exit 1
fi
echo "Installing system packages: $$*"
$$root apt-get update -qq
$$root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qqy --no-install-recommends "$$@" </dev/null >/dev/null
endef
export APT_INSTALL

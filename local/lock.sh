#!/bin/sh
# Resolves the three lock files: what production runs, what `make up` adds, what the tests add.
set -e
uv="$1 pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-annotate --no-header pyproject.toml"
$uv --output-file requirements.lock
$uv --extra local --constraint requirements.lock --output-file local/requirements.lock
$uv --extra local --extra tests --constraint local/requirements.lock --output-file tests/requirements.lock

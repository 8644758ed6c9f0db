#!/usr/bin/env bash
# Builds everything as the release is built and runs every test.
#   scripts/test.sh [PRESET]    release (default), dev or asan
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C
preset=${1:-release}

scripts/setup.sh
if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
cmake --preset "$preset"
cmake --build --preset "$preset"
ctest --preset "$preset" -j "$(nproc)"

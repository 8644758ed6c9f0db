#!/usr/bin/env bash
# Installs what attnsim needs from Debian 12's packages, and the chart libraries of its HTML pages
# from npm; what is there already is left alone.
#   scripts/setup.sh          what building and testing need
#   scripts/setup.sh --dev    also clang and its fuzzer, formatter and linter, the compiler cache, a browser
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

packages=(g++ cmake ninja-build pkg-config libsystemc-dev libboost-graph-dev libpugixml-dev
          libcli11-dev libfmt-dev nlohmann-json3-dev libtbb-dev libyaml-cpp-dev libgtest-dev libgmock-dev
          libbenchmark-dev libxml2-utils)
if [ -n "${ATTNSIM_SKIP_SETUP:-}" ]; then exit 0; fi
dev=""
case "${1:-}" in
  "") ;;
  --dev) dev=yes; packages+=(clang clang-format clang-tidy libclang-rt-14-dev ccache git chromium) ;;
  *) echo "setup.sh: unknown option '$1' (known: --dev)" >&2; exit 2 ;;
esac

# Another npm than Debian's will do, and brings its own node.
command -v npm >/dev/null || packages+=(nodejs npm)

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  echo "setup.sh: this is no Debian system. Install, under your system's names:" >&2
  printf '  %s\n' "${packages[@]}" >&2
  echo "(a C++20 compiler, CMake 3.25, SystemC 2.3.3 or later), then set ATTNSIM_SKIP_SETUP=1." >&2
  exit 1
fi

install_packages() {
  local missing=() as_root=() package state
  for package in "${packages[@]}"; do
    state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$state" = "install ok installed" ] || missing+=("$package")
  done
  if [ ${#missing[@]} -eq 0 ]; then
    echo "setup: all packages are installed"
    return
  fi
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "setup.sh: needs root to install. As root, run:" >&2
      echo "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
      exit 1
    fi
    as_root=(sudo env DEBIAN_FRONTEND=noninteractive)
  fi
  echo "setup: installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# npm writes node_modules/.package-lock.json last: older than the lock, or absent, is not up to date.
install_web_libraries() {
  local web=report/web npm_options=(--ignore-scripts --no-audit --no-fund --loglevel=error)
  local installed=$web/node_modules/.package-lock.json
  if [ -z "$dev" ]; then npm_options+=(--omit=dev); fi
  if [ -f "$installed" ] && [ ! "$installed" -ot "$web/package-lock.json" ] &&
     { [ -z "$dev" ] || [ -d "$web/node_modules/playwright-core" ]; }; then
    echo "setup: the chart libraries are installed"
    return
  fi
  echo "setup: installing the chart libraries into $web/node_modules"
  npm ci --prefix "$web" "${npm_options[@]}" >/dev/null
}

install_packages
install_web_libraries
echo "setup: done"

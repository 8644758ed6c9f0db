#!/usr/bin/env bash
# Installs what attnsim needs from Debian 12's packages; what is there already is left alone.
#   scripts/setup.sh          what building and testing need
#   scripts/setup.sh --dev    also the formatter, the linter and the compiler cache
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

packages=(g++ cmake ninja-build pkg-config libsystemc-dev libboost-graph-dev libpugixml-dev
          libcli11-dev libfmt-dev nlohmann-json3-dev libtbb-dev libgtest-dev libgmock-dev libbenchmark-dev
          libxml2-utils)
if [ -n "${ATTNSIM_SKIP_SETUP:-}" ]; then exit 0; fi
case "${1:-}" in
  "") ;;
  --dev) packages+=(clang-format clang-tidy ccache git) ;;
  *) echo "setup.sh: unknown option '$1' (known: --dev)" >&2; exit 2 ;;
esac

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  echo "setup.sh: this is no Debian system. Install, under your system's names:" >&2
  printf '  %s\n' "${packages[@]}" >&2
  echo "(a C++20 compiler, CMake 3.25, SystemC 2.3.3 or later), then set ATTNSIM_SKIP_SETUP=1." >&2
  exit 1
fi

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$state" = "install ok installed" ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "setup: all packages are installed"
  exit 0
fi

as_root=()
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
echo "setup: done"

#!/usr/bin/env bash
# Fuzzes what reads text: builds the preset `asan` (clang, libFuzzer, sanitizers) and runs each
# target in turn, from the shipped files and tests/fuzz/corpus; stops at the first fault.
#   scripts/fuzz.sh [SECONDS [TARGET...]]    600 seconds each; TARGET: architecture cascade exchange mapping model sweep
# What it learns stays in build/asan/corpus, so that the next run goes on from there.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C
seconds=${1:-600}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(architecture cascade exchange mapping model sweep)
if ! [[ $seconds =~ ^[1-9][0-9]*$ ]]; then
  echo "fuzz.sh: '$seconds' is no number of seconds (scripts/fuzz.sh [SECONDS [TARGET...]])" >&2
  exit 2
fi

seeds_of() {
  case $1 in
    architecture) echo arch/*.xml arch/gpu/*.xml ;;
    cascade) echo workloads/cascades/*.cascade ;;
    exchange) echo tests/exchange/data/*.yaml ;;
    mapping) echo mappings/*.xml mappings/gpu/*.xml ;;
    model) echo workloads/models/*.xml ;;
    sweep) echo explore/sweeps/*.xml ;;
    *) echo "fuzz.sh: no target '$1' (known: architecture cascade exchange mapping model sweep)" >&2; return 2 ;;
  esac
}

fuzz() {
  local target=$1 build=build/asan seeds seed corpus crash
  seeds=$(seeds_of "$target")
  corpus=$build/corpus/$target
  crash=$build/crashes/$target-
  mkdir -p "$corpus" "$build/seeds/$target" "$build/crashes"
  for seed in $seeds; do cp "$seed" "$build/seeds/$target/${seed//\//_}"; done
  echo "== $target: $seconds s"
  if "$build/tests/fuzz/${target}_fuzz" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 \
    -max_len=8192 -dict="tests/fuzz/$target.dict" -artifact_prefix="$crash" -print_final_stats=1 \
    -verbosity=1 "$corpus" "$build/seeds/$target" "tests/fuzz/corpus/$target" \
    >"$build/$target.log" 2>&1; then
    grep -E '^(stat::number_of|stat::average|stat::peak)|^Done' "$build/$target.log"
    return
  fi
  tail -n 60 "$build/$target.log"
  echo "fuzz.sh: $target failed; the input lies at $crash* (fix it, shorten it with" >&2
  echo "  $build/tests/fuzz/${target}_fuzz -minimize_crash=1 -max_total_time=60 INPUT," >&2
  echo "and add it to tests/fuzz/corpus/$target under a name that says what it is)" >&2
  return 1
}

for target in "${targets[@]}"; do seeds_of "$target" >/dev/null; done
if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
cmake --preset asan
cmake --build --preset asan --target "${targets[@]/%/_fuzz}"
export UBSAN_OPTIONS=print_stacktrace=1
for target in "${targets[@]}"; do fuzz "$target"; done

#!/usr/bin/env bash
# From a fresh Debian 12 to a result: installs, builds the release, runs FuseMax against FLAT on BERT
# at 4K and 64K tokens through SystemC, and holds the model against the published evaluation. What is
# printed and the report are saved in out/.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C

scripts/setup.sh
if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
cmake --preset release
cmake --build --preset release --target attnsim_cli

mkdir -p out
command=(build/release/attnsim compare
         arch=flat,mapping=flat arch=fusemax,mapping=fusemax --model bert --seq 4K,64K)
echo
echo "\$ ${command[*]}"
"${command[@]}" --json out/demo.json | tee out/demo.txt
echo
command=(build/release/attnsim validate --published fusemax --csv out/fusemax.csv --html out/fusemax.html)
echo "\$ ${command[*]}"
"${command[@]}"
echo
echo "saved: out/demo.txt (the comparison), out/demo.json (every count and input of it)"
echo "       out/fusemax.html (the report: every published row beside ours), out/fusemax.csv"

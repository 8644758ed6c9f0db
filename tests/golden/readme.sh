#!/usr/bin/env bash
# readme.sh README.md [--update]: runs each attnsim command in the ```sh blocks of a page, in the
# folder that the page stands in. A ```text block that follows holds what they print: anything else
# there fails, or with --update is replaced. $ATTNSIM is the program.
set -euo pipefail
page=$1
update=${2:-}
cd "$(dirname "$page")"
page=$(basename "$page")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C

run() {  # a command as it stands on the page, attnsim being the program under test
  local command=${1#build/release/}
  if ! (set +o pipefail; attnsim() { "$ATTNSIM" "$@"; }; eval "$command") >>"$work/printed"; then
    echo "readme.sh: fails: $1" >&2
    exit 1
  fi
}

state=page
: >"$work/printed"
while IFS= read -r line || [ -n "$line" ]; do
  case "$state:$line" in
    'page:```sh') state=sh; : >"$work/printed" ;;
    'page:```text')
      if [ -s "$work/printed" ]; then state=text; printf '%s\n' "$line"; cat "$work/printed"; continue; fi
      state=other ;;
    'page:```'*) state=other ;;
    'sh:```' | 'other:```') state=page ;;
    'text:```') state=page; : >"$work/printed" ;;
    text:*) continue ;;
    'sh:attnsim '* | 'sh:build/release/attnsim '*) run "$line" ;;
    page:?*) : >"$work/printed" ;;
  esac
  printf '%s\n' "$line"
done <"$page" >"$work/page"

if [ "$update" = --update ]; then
  cmp -s "$work/page" "$page" || cp "$work/page" "$page"
elif ! diff -u "$page" "$work/page"; then
  echo "If this is meant: build the target update-golden and review the diff." >&2
  exit 1
fi

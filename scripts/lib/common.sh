# What every script here starts with: where we are, how we speak, how a step fails.
# Sourced, never run. Keeps to what bash 3.2 knows, because that is the bash of macOS.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

say() { printf '%s\n' "$*"; }

# die WHAT [ADVICE]: says what failed and what to do, and stops.
die() {
  printf 'error: %s\n' "$1" >&2
  [ $# -lt 2 ] || printf '       %s\n' "$2" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# Any value of NO_COLOR means "no colour" by convention, but Trunk refuses to start unless it is a boolean.
[ -z "${NO_COLOR:-}" ] || export NO_COLOR=true

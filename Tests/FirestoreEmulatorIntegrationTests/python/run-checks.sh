#!/bin/sh
# Runs Google's Python client of Firestore, over its REST transport, against an emulator binary of this project.
#
# usage: run-checks.sh PATH-TO-firestore-emulator [FOLDER-FOR-THE-VIRTUAL-ENVIRONMENT]
#
# Makes a virtual environment (kept and used again when a folder is named), starts the emulator on a free port, runs
# checks.py and ends the emulator. Exit code: 0 when every check passed, 1 when one failed, 2 when it could not be run.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
emulator=${1:?"usage: run-checks.sh PATH-TO-firestore-emulator [VENV-FOLDER]"}
[ -x "$emulator" ] || { echo "error: $emulator is not an executable; build it first" >&2; exit 2; }

scratch=$(mktemp -d)
environment=${2:-$scratch/venv}
pid=
finish() {
  [ -z "$pid" ] || { kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; }
  rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT TERM

if ! [ -x "$environment/bin/python" ]; then
  python3 -m venv "$environment" || { echo "error: python3 cannot make a virtual environment (package python3-venv)" >&2; exit 2; }
fi
"$environment/bin/python" -c 'import google.cloud.firestore, requests' 2>/dev/null ||
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt" || exit 2

"$emulator" --port 0 --project concord-checks > "$scratch/ready" &
pid=$!
address=
for _ in $(seq 200); do
  address=$(sed -n 's/^ready //p' "$scratch/ready")
  [ -z "$address" ] || break
  kill -0 "$pid" 2>/dev/null || { echo "error: the emulator ended before it was ready" >&2; exit 2; }
  sleep 0.05
done
[ -n "$address" ] || { echo "error: the emulator did not get ready in 10 s" >&2; exit 2; }

"$environment/bin/python" "$here/checks.py" "$address"

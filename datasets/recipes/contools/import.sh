#!/bin/sh
# import.sh RAWFILES [DATASET] - make a dataset of the run 20180805192406 of contools-data.
# VCAP names the program.
set -eu

if [ $# -lt 1 ]; then
	echo "usage: import.sh RAWFILES [DATASET]" >&2
	exit 2
fi
here=$(dirname "$0")
exec "${VCAP:-build/release/vcap}" import --from-table "$here/runs.csv" -o "${2:-datasets/contools}" "$1"

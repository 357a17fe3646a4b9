#!/bin/sh
# import.sh OUTPUT [DATASET] - make a dataset of the outputs of iperf3 of graft-bench: one run a file.
# The factors are in the names, CLIENT_NETWORK_SERVER_DIRECTION_parallel-STREAMS_REPETITION.txt: they become
# the table that is left beside the dataset.  VCAP names the program.
set -eu

if [ $# -lt 1 ]; then
	echo "usage: import.sh OUTPUT [DATASET]" >&2
	exit 2
fi
dataset=${2:-datasets/graft-bench}
table=$dataset.runs.csv

mkdir -p "$(dirname "$dataset")"
{
	echo run_id,platform,driver,file:app,server,direction,streams,repetition
	for f in "$1"/*_parallel-*.txt; do
		[ -e "$f" ] && basename "$f"
	done | sed -nE 's/^([a-z]+)_([a-z]+)_([a-z]+)_(send|recv)_parallel-0*([0-9]+)_0*([0-9]+)\.txt$/\1-\2-\3-\4-\5-\6,\1,\2,&,\3,\4,\5,\6/p' |
		sed -E 's/^([^,]*),host,none,/\1,native,,/'
} >"$table"
exec "${VCAP:-build/release/vcap}" import --from-table "$table" -o "$dataset" "$1"

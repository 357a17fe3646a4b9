# plan.awk - expand a plan into runs, in the order in which they are to be made.
#
# A plan is a CSV table.  A row stands for all combinations of its levels: a cell holds one level,
# or several with | between them.  Columns: experiment, platform, repetitions; any other is a
# factor (an empty cell: this row's runs do not have it).  The same run asked for twice is made once.
#
# Output, a line a run, tab-separated, to be sorted by its first three columns:
#	repetition  place of the block  place in the block  seconds to start the platform
#	seconds of the run  platform  experiment  run-id  factor=level factor=level ...
# A block is one platform in one repetition: it is started once for all its runs.  Blocks, and the
# runs in them, come in random order (-v seed=N), so that slow changes of the machine do not pass
# for differences between cells; every repetition is complete before the next one begins.

function fail(text) {
	printf "%s:%d: %s\n", FILENAME, FNR, text | "cat >&2"
	failed = 1
	exit 2
}

# How long a run takes, from what its factors say; as measured on two shared cores.
function seconds_of(experiment, platform,    s) {
	s = platform ~ /^qemu/ ? 6 : 4
	if (experiment == "ping")
		s += level["probes"] / level["packet_rate_pps"]
	else if (experiment == "web" || experiment == "throughput")
		s += level["duration_s"] + 2
	else if (experiment == "http")
		s += platform ~ /^qemu/ ? 12 : 5
	return s
}

function start_seconds(platform) {
	return platform ~ /^qemu/ ? 12 : platform ~ /^docker/ ? 4 : 2
}

function emit(    i, k, name, id, pairs, block, platform, experiment) {
	experiment = value[at["experiment"]]
	platform = value[at["platform"]]
	delete level
	for (k = 1; k <= n_columns; k++) {
		name = column[k]
		if (name == "experiment" || name == "platform" || name == "repetitions" || value[k] == "")
			continue
		id = id "-" value[k]
		pairs = pairs name "=" value[k] " "
		level[name] = value[k]
	}
	for (i = 1; i <= repetitions; i++) {
		if ((platform, experiment, id, i) in seen)
			continue
		seen[platform, experiment, id, i] = 1
		block = i " " platform
		if (!(block in place))
			place[block] = rand()
		printf "%d\t%.9f\t%.9f\t%d\t%d\t%s\t%s\t%s\t%srepetition=%d\n", i, place[block], rand(),
			start_seconds(platform), seconds_of(experiment, platform), platform, experiment,
			experiment id "-r" i, pairs, i
	}
}

# All combinations of the levels of column k and those behind it.
function expand(k,    n, i, levels) {
	if (k > n_columns) {
		emit()
		return
	}
	n = split(cell[k], levels, "|")
	if (n == 0) {
		value[k] = ""
		expand(k + 1)
	}
	for (i = 1; i <= n; i++) {
		value[k] = levels[i]
		expand(k + 1)
	}
}

BEGIN {
	FS = ","
	srand(seed)
}
/^#/ || /^[ \t\r]*$/ { next }
{ sub(/\r$/, "") }
!n_columns {
	for (n_columns = 0; n_columns < NF; n_columns++)
		column[n_columns + 1] = $(n_columns + 1)
	for (k = 1; k <= n_columns; k++)
		at[column[k]] = k
	if (!at["experiment"] || !at["platform"] || !at["repetitions"])
		fail("the first line must name the columns experiment, platform and repetitions")
	next
}
{
	if (NF != n_columns)
		fail("expected " n_columns " cells, found " NF)
	for (k = 1; k <= n_columns; k++) {
		cell[k] = $k
		if (cell[k] !~ /^[A-Za-z0-9._|-]*$/)
			fail("level '" cell[k] "': letters, digits, . _ and - only, with | between levels")
	}
	repetitions = cell[at["repetitions"]]
	if (repetitions !~ /^[1-9][0-9]?$/)
		fail("repetitions: expected 1 to 99")
	cell[at["repetitions"]] = "1"
	expand(1)
}

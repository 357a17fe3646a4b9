/*
 * countertable - see countertable.h.
 *
 * Rows are used in the order of the file: it is that of the recording, and time going back in it
 * is a step of the clock, over which no rate is defined.  A step forward (or a machine that was
 * suspended) shows where the file has the times of the CPUs: all cores together pass 100 jiffies
 * a second and core, whatever they do.  When the clock says otherwise by more than a second and
 * half of the distance, it is the clock that jumped.
 *
 * A column with a cell that is no number is still used: the cell is counted and absent.
 *
 * Differences of whole numbers are exact, up to 2^63.
 */
#include "analyze/countertable.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/stats/select.h"
#include "core/alloc.h"
#include "core/tstamp.h"

#define TIME_COLUMN "t_ns"
#define LATENESS_COLUMN "lateness_ns"
#define JIFFY_NS (NS_PER_S / 100) /* USER_HZ */
#define USUAL_ROWS_MIN 5          /* fewer do not show which distance is the usual one */
#define WRAP_SPAN 4294967296.0
#define WRAP_MARGIN (WRAP_SPAN / 8)

/* Where the jiffies of all cores together are; without user and idle they say nothing. */
enum { CPU_USER = 0, CPU_IDLE = 3, N_CPU_KINDS = 8 };
static const char *const cpu_kinds[N_CPU_KINDS] = {"cpu.user", "cpu.nice", "cpu.system", "cpu.idle",
	"cpu.iowait", "cpu.irq", "cpu.softirq", "cpu.steal"};

/* ---- cells ---- */

struct counter_cell
countertable_at(const struct countertable *ct, size_t col, size_t row)
{
	const struct table *t = &ct->table;

	if (col == SIZE_MAX || table_absent(t, col, row))
		return (struct counter_cell){NAN, false};
	return (struct counter_cell){table_real(t, col, row), true};
}

/* to - from, exactly where both are whole; absent when either is. */
static struct counter_cell
difference(const struct countertable *ct, size_t col, size_t from, size_t to)
{
	const struct table *t = &ct->table;
	struct counter_cell a = countertable_at(ct, col, from), b = countertable_at(ct, col, to);
	int64_t d;

	if (!a.present || !b.present)
		return (struct counter_cell){NAN, false};
	if (t->columns[col].type != COLUMN_INT)
		return (struct counter_cell){b.v - a.v, true};
	if (__builtin_sub_overflow(table_int(t, col, to), table_int(t, col, from), &d))
		return (struct counter_cell){b.v - a.v, true};
	return (struct counter_cell){(double)d, true};
}

enum counter_change
countertable_rise(double *rise, const struct countertable *ct, size_t col, size_t from, size_t to,
	double backward)
{
	struct counter_cell d = difference(ct, col, from, to);
	double before, after;

	if (!d.present)
		return COUNTER_ABSENT;
	if (d.v >= -backward) {
		*rise = d.v > 0 ? d.v : 0;
		return COUNTER_ROSE;
	}
	before = countertable_at(ct, col, from).v;
	after = countertable_at(ct, col, to).v;
	if (!(before < WRAP_SPAN && before >= WRAP_SPAN - WRAP_MARGIN && after >= 0 &&
		    after < WRAP_MARGIN))
		return COUNTER_RESET;
	*rise = d.v + WRAP_SPAN;
	return COUNTER_WRAPPED;
}

/* ---- columns to numbers ---- */

/* A column of texts was to hold numbers: those that do become numbers, the others are counted. */
static void
make_numeric(struct countertable *ct, size_t col)
{
	struct table *t = &ct->table;
	double *v = xmalloc((t->n_rows + 1) * sizeof *v);

	for (size_t row = 0; row < t->n_rows; row++) {
		const char *text = table_text(t, col, row);

		v[row] = NAN;
		if (text && !slice_f64(slice_trim(slice_of(text)), &v[row])) {
			v[row] = NAN;
			ct->counts.unreadable++;
		}
	}
	table_retype(t, col, COLUMN_REAL);
	for (size_t row = 0; row < t->n_rows; row++)
		table_set_real(t, col, row, v[row]);
	free(v);
}

/* ---- time ---- */

static bool
time_of(int64_t *t_ns, const struct table *t, size_t row)
{
	const char *text;

	if (table_absent(t, 0, row))
		return false;
	if (t->columns[0].type == COLUMN_INT) {
		*t_ns = table_int(t, 0, row);
		return true;
	}
	text = t->columns[0].type == COLUMN_TEXT ? table_text(t, 0, row) : NULL;
	return text && slice_i64(slice_of(text), t_ns);
}

/* Rows without a time are taken out: what is left moves up, in all columns. */
static void
drop_untimed(struct countertable *ct)
{
	struct table *t = &ct->table;

	ct->t_ns = xcalloc(t->n_rows + 1, sizeof *ct->t_ns);
	for (size_t row = 0; row < t->n_rows; row++) {
		if (!time_of(&ct->t_ns[ct->n], t, row)) {
			ct->counts.untimed++;
			continue;
		}
		for (size_t c = 1; c < t->n_columns && ct->n != row; c++) {
			if (t->columns[c].type == COLUMN_INT)
				table_set_int(t, c, ct->n, table_int(t, c, row));
			else
				table_set_real(t, c, ct->n, table_real(t, c, row));
		}
		ct->n++;
	}
	t->n_rows = ct->n;
	ct->counts.rows = ct->n;
}

static void
find_interval(struct countertable *ct, int64_t interval_ns)
{
	double *d = xmalloc((ct->n + 1) * sizeof *d), usual = 0;
	size_t n = 0, middle;

	for (size_t i = 1; i < ct->n; i++)
		if (ct->t_ns[i] > ct->t_ns[i - 1])
			d[n++] = (double)tstamp_diff(ct->t_ns[i], ct->t_ns[i - 1]);
	middle = n ? (n - 1) / 2 : 0;
	if (n)
		select_ranks(&usual, d, n, &middle, 1);
	if (interval_ns <= 0) /* tstamp_diff() ends at 2^63, which a double holds and int64_t not */
		interval_ns = usual < 0x1p63 ? (int64_t)usual : INT64_MAX;
	ct->interval_ns = interval_ns;
	free(d);
}

/* Nanoseconds that passed between two rows by the CPUs' own account; NaN when it is not there. */
static double
passed_by_jiffies(const struct countertable *ct, const size_t cpu[N_CPU_KINDS], size_t row)
{
	double sum = 0;

	for (size_t i = 0; ct->cores && i < N_CPU_KINDS; i++) {
		struct counter_cell d = cpu[i] == SIZE_MAX ? (struct counter_cell){0, true}
							   : difference(ct, cpu[i], row - 1, row);

		sum += d.present ? d.v : NAN;
	}
	return ct->cores ? sum * (double)JIFFY_NS / (double)ct->cores : NAN;
}

static bool
is_clock_step(const struct countertable *ct, const size_t cpu[N_CPU_KINDS], size_t row)
{
	double d = (double)tstamp_diff(ct->t_ns[row], ct->t_ns[row - 1]);
	double passed = passed_by_jiffies(ct, cpu, row);

	return d <= 0 || (passed > 0 && fabs(d - passed) > (double)NS_PER_S + d / 2);
}

static void
find_clock_steps(struct countertable *ct)
{
	size_t cpu[N_CPU_KINDS];

	for (size_t i = 0; i < N_CPU_KINDS; i++)
		cpu[i] = table_find(&ct->table, cpu_kinds[i]);
	if (cpu[CPU_USER] == SIZE_MAX || cpu[CPU_IDLE] == SIZE_MAX)
		ct->cores = 0;
	ct->steps = xcalloc(ct->n + 1, sizeof *ct->steps);
	for (size_t row = 1; row < ct->n; row++) {
		bool step = is_clock_step(ct, cpu, row);

		ct->steps[row] = ct->steps[row - 1] + step;
		ct->counts.clock_steps += step;
	}
}

bool
countertable_on_time(const struct countertable *ct, size_t from, size_t to)
{
	return ct->steps[from] == ct->steps[to];
}

static void
count_missed_and_late(struct countertable *ct)
{
	size_t lateness = table_find(&ct->table, LATENESS_COLUMN);

	for (size_t row = 1; ct->n >= USUAL_ROWS_MIN && row < ct->n; row++) {
		int64_t d = tstamp_diff(ct->t_ns[row], ct->t_ns[row - 1]);

		if (ct->interval_ns > 0 && countertable_on_time(ct, row - 1, row) &&
			d / 2 >= ct->interval_ns)
			ct->counts.missed += (uint64_t)(d / ct->interval_ns) - 1;
	}
	for (size_t row = 0; lateness != SIZE_MAX && row < ct->n; row++) {
		struct counter_cell late = countertable_at(ct, lateness, row);

		ct->counts.late += late.present && late.v > (double)ct->interval_ns / 2;
	}
}

/* ---- loading ---- */

static size_t
count_cores(const struct table *t)
{
	size_t n = 0;

	for (size_t c = 0; c < t->n_columns; c++) {
		struct slice name = slice_of(t->columns[c].name);
		uint64_t number;

		if (!slice_starts(name, "cpu") || !slice_ends(name, ".user"))
			continue;
		n += slice_u64((struct slice){name.p + 3, name.n - 3 - 5}, &number);
	}
	return n <= COUNTERTABLE_CORES_MAX ? n : 0;
}

static enum vstatus
take(struct countertable *ct, const char *name, int64_t interval_ns, enum vstatus st,
	struct verr *err)
{
	struct table *t = &ct->table;

	if (t->n_columns && strcmp(t->columns[0].name, TIME_COLUMN) != 0) {
		table_release(t);
		table_init(t);
		return verr_set(err, V_EFORMAT,
			"%s: no table of counters: the first column is not " TIME_COLUMN, name);
	}
	for (size_t c = 1; c < t->n_columns; c++)
		if (t->columns[c].type == COLUMN_TEXT)
			make_numeric(ct, c);
	ct->cores = count_cores(t);
	drop_untimed(ct);
	find_interval(ct, interval_ns);
	find_clock_steps(ct);
	count_missed_and_late(ct);
	return st;
}

enum vstatus
countertable_load(struct countertable *ct, const char *path, int64_t interval_ns, struct verr *err)
{
	memset(ct, 0, sizeof *ct);
	table_init(&ct->table);
	return take(ct, path, interval_ns, table_read_csv(&ct->table, path, err), err);
}

enum vstatus
countertable_parse(struct countertable *ct, const char *text, size_t len, const char *name,
	int64_t interval_ns, struct verr *err)
{
	memset(ct, 0, sizeof *ct);
	table_init(&ct->table);
	return take(ct, name, interval_ns, table_parse_csv(&ct->table, text, len, name, err), err);
}

void
countertable_release(struct countertable *ct)
{
	table_release(&ct->table);
	free(ct->t_ns);
	free(ct->steps);
	memset(ct, 0, sizeof *ct);
}

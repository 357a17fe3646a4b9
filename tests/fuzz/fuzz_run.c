/*
 * fuzz_run - any bytes as a run.json.
 *
 * Checks what run.h promises of a run that was read: names of files stay in the directory, factors
 * are sorted and bear allowed names, points are sorted by order; and that the document's text is
 * JSON again and gives the same text.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool truth)
{
	if (!truth)
		abort();
}

static void
check_run(const struct run *r)
{
	must(file_name_is_local(r->id) && r->platform);
	for (size_t i = 0; i < r->n_factors; i++) {
		must(run_factor_name_ok(r->factors[i].name) && r->factors[i].value);
		must(i == 0 || strcmp(r->factors[i - 1].name, r->factors[i].name) < 0);
	}
	for (size_t i = 0; i < r->n_points; i++) {
		must(i == 0 || r->points[i - 1].order <= r->points[i].order);
		for (size_t k = 0; k < r->points[i].n_files; k++)
			must(file_name_is_local(r->points[i].files[k]));
	}
	for (size_t i = 0; i < r->n_tools; i++)
		must(file_name_is_local(r->tools[i].file));
	for (size_t i = 0; i < r->n_counters; i++)
		must(file_name_is_local(r->counters[i].file));
}

static void
check_text(const struct json *document)
{
	char *text = json_text(document);
	struct json *again;
	char *text_again;

	must(json_parse(&again, text, strlen(text), "fuzz", NULL) == V_OK);
	text_again = json_text(again);
	must(strcmp(text, text_again) == 0);
	json_free(again);
	free(text_again);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct verr err = {""};
	struct run r;

	run_init(&r);
	if (run_parse(&r, (const char *)data, size, "fuzz", &err) == V_OK)
		check_run(&r);
	else
		must(err.msg[0]);
	if (r.document)
		check_text(r.document);
	run_release(&r);
	return 0;
}

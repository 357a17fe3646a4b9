#ifndef VANTAGE_CORE_DATASET_H
#define VANTAGE_CORE_DATASET_H
/*
 * dataset - a directory with datapackage.json (Frictionless Data Package) and runs/, a single
 * run directory, or loose capture and tool-output files: all become a list of runs.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/json.h"
#include "core/run.h"
#include "core/sums.h"

struct dataset_table { /* a tabular resource (summary- or histogram-level dataset) */
	char *name;
	char *path; /* full path of the CSV */
};

struct dataset {
	char *path;
	char *name;
	char *title;      /* NULL none */
	struct run *runs; /* sorted by id (natural order) */
	size_t n_runs;
	struct dataset_table *tables;
	size_t n_tables;
	size_t n_unreadable;   /* run directories whose run.json could not be used */
	char **problems;       /* one message each; n_unreadable of them */
	struct json *document; /* datapackage.json; NULL for a run or a file */
};

void dataset_init(struct dataset *d);
void dataset_release(struct dataset *d);

/*
 * dataset_load - path is a dataset directory, a run directory, or a capture or tool-output file.
 *   A file becomes a run of its own whose id is the file's name, platform "unknown", one point
 *   named after the file ("guest.pcap.zst": guest), or a tool output.
 *   A run that cannot be read is counted in n_unreadable, the others are loaded (V_OK).
 *   V_EIO if path cannot be opened, V_EFORMAT if it is none of the three (the message says what
 *   was expected, and for a directory of datasets names some of them), V_ELIMIT above
 *   FILE_LIST_MAX runs.
 */
enum vstatus dataset_load(struct dataset *d, const char *path, struct verr *err);

/*
 * dataset_factor_names - the factors of all runs, A-Z, without platform and driver.
 *   *names out: n strings owned by the runs, array on the heap
 */
void dataset_factor_names(const char ***names, size_t *n, const struct dataset *d);

/* dataset_checksum - SHA-256 over the sorted "name  digest" lines of all run.json and data files:
 *   what provenance cites.  Uses SHA256SUMS where a run has one, else digests the files.
 *   V_EDOM for standard input, which cannot be read twice. */
enum vstatus dataset_checksum(char hex[SHA256_HEX_SIZE], const struct dataset *d, struct verr *err);

/*
 * dataset_store_descriptor - write DIR/datapackage.json listing the runs found under DIR/runs.
 *   Keys of an existing descriptor (title, licenses, sources, ...) are kept; resources are
 *   rebuilt: one per run (path runs/ID/run.json), behind those that lie outside runs/.  `name`
 *   is written as the specification wants it: lower case, other bytes than a-z 0-9 . _ as -.
 */
enum vstatus dataset_store_descriptor(const char *dir, const char *name, struct verr *err);

#endif

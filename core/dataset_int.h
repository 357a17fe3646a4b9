#ifndef VANTAGE_CORE_DATASET_INT_H
#define VANTAGE_CORE_DATASET_INT_H
/*
 * dataset_int - private to dataset.c, dataset_checksum.c and dataset_descriptor.c.
 */
#include "core/dataset.h"

#define DESCRIPTOR "datapackage.json"
#define RUNS "runs"

/* dataset_dir_has - is there such a name in the directory? */
bool dataset_dir_has(const char *dir, const char *name);

#endif

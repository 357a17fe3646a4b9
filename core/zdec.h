#ifndef VANTAGE_CORE_ZDEC_H
#define VANTAGE_CORE_ZDEC_H
/*
 * zdec - pull decompressed bytes out of a plain, gzip or Zstandard source.
 *
 * The lower half of core/zio, used by nobody else: no window, no thread, just "fill this buffer".
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/zio.h"

struct zdec;

/* zdec_open - path "-" is standard input.  Looks at the first bytes to tell the format. */
enum vstatus zdec_open(struct zdec **out, const char *path, struct verr *err);
/* zdec_open_mem - over bytes in memory, which must outlive d. */
enum vstatus zdec_open_mem(struct zdec **out, const void *data, size_t len, struct verr *err);
void zdec_close(struct zdec *d);

enum zio_format zdec_format(const struct zdec *d);
/* zdec_is_regular - a file, from which a read never waits for another process. */
bool zdec_is_regular(const struct zdec *d);

/*
 * zdec_read - decompress up to cap bytes (at least 1) into out.
 *   *got  out: bytes written, whatever the status is
 *   V_OK       at least one byte; fewer than cap where the source would have had to be waited for
 *   V_END      the source ended cleanly behind these bytes
 *   V_EFORMAT  cut or damaged behind these bytes;  V_ELIMIT, V_EIO likewise
 * Messages name the offset in the source, not its path, which zdec_open's messages do.  Not to
 * be called after anything but V_OK.
 */
enum vstatus zdec_read(struct zdec *d, uint8_t *out, size_t cap, size_t *got, struct verr *err);

#endif

#ifndef VANTAGE_CAPTURE_FACT_H
#define VANTAGE_CAPTURE_FACT_H
/*
 * fact - small texts of /proc, /sys and /etc below a root that tests may choose.
 */
#include <stdbool.h>

/* fact_read - the file's text on the heap, without blanks at its ends; NULL when there is none. */
char *fact_read(const char *root, const char *path);

/*
 * fact_of_key - the value behind "key :" (sep ':') in a text of such lines, quotes taken off, on
 *   the heap; NULL when there is none.  text may be NULL.
 */
char *fact_of_key(const char *text, const char *key, char sep);

/* fact_has_word - is it among the words of the text? */
bool fact_has_word(const char *text, const char *word);

#endif

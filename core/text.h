#ifndef VANTAGE_CORE_TEXT_H
#define VANTAGE_CORE_TEXT_H
/*
 * text - C strings: which are the same, in which order they stand, and lists of them.
 */
#include <stdbool.h>
#include <stddef.h>

/* text_same - are two texts equal, or both absent (NULL)? */
bool text_same(const char *a, const char *b);
/* text_in - is the text in a list that NULL ends?  text_among - is it one of the first n? */
bool text_in(const char *text, const char *const *list);
bool text_among(const char *text, const char *const *list, size_t n);

/* natural_cmp - strcmp that orders digit runs by value: "r2" before "r10". */
int natural_cmp(const char *a, const char *b);
/* text_order, text_order_natural - for qsort() of an array of texts: by bytes; by natural_cmp(). */
int text_order(const void *a, const void *b);
int text_order_natural(const void *a, const void *b);

/* text_replace - free *text and put a copy of value (NULL: nothing) in its place. */
void text_replace(char **text, const char *value);
/* texts_free - n heap strings and the heap array that they are in; either may be missing. */
void texts_free(char **texts, size_t n);

#endif

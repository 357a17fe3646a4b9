/*
 * text - see text.h.
 *
 * Natural order: both texts are sequences of bytes and digit runs, compared element by element; a
 * digit run against another byte is decided by the byte's place before '0' or behind '9', so the
 * order is transitive.  Texts that differ only in leading zeros are ordered by strcmp: 0 means
 * equal.
 */
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"

bool
text_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

bool
text_in(const char *text, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(*list, text) == 0)
			return true;
	return false;
}

bool
text_among(const char *text, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], text) == 0)
			return true;
	return false;
}

/* ---- order ---- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Compare the digit runs at *a and *b by value and step behind them. */
static int
cmp_digit_runs(const char **a, const char **b)
{
	size_t n_a;
	size_t n_b;
	int order;

	while (**a == '0')
		++*a;
	while (**b == '0')
		++*b;
	n_a = strspn(*a, "0123456789");
	n_b = strspn(*b, "0123456789");
	order = n_a != n_b ? (n_a < n_b ? -1 : 1) : memcmp(*a, *b, n_a);
	*a += n_a;
	*b += n_b;
	return order;
}

int
natural_cmp(const char *a, const char *b)
{
	const char *whole_a = a;
	const char *whole_b = b;

	while (*a && *b) {
		if (is_digit(*a) && is_digit(*b)) {
			int order = cmp_digit_runs(&a, &b);

			if (order != 0)
				return order;
		} else if (*a != *b) {
			break;
		} else {
			a++;
			b++;
		}
	}
	if (*a != *b)
		return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
	return strcmp(whole_a, whole_b);
}

int
text_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int
text_order_natural(const void *a, const void *b)
{
	return natural_cmp(*(const char *const *)a, *(const char *const *)b);
}

/* ---- on the heap ---- */

void
text_replace(char **text, const char *value)
{
	char *copy = value ? xstrdup(value) : NULL;

	free(*text);
	*text = copy;
}

void
texts_free(char **texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	free(texts);
}

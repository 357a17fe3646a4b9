#ifndef VANTAGE_CORE_STR_INT_H
#define VANTAGE_CORE_STR_INT_H
/*
 * str_int - what str.c and strbuf.c share.
 */
#include <locale.h>

#include "core/str.h"

/* str_c_locale - the locale "C", made once, for any thread. */
locale_t str_c_locale(void);

#endif

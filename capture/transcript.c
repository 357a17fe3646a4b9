/*
 * transcript - see transcript.h.
 *
 * A line is taken for a command if it calls a known tool (core/loadtool) and
 *
 *   - a prompt precedes it: "$", "user@host:~$", "[root@host dir]#", and the "+" of sh -x, or
 *   - the tool is called by a path: "./netperf -t TCP_STREAM", or
 *   - an option follows: "iperf3 -c 10.0.0.1", or
 *   - but one or two words follow that are an address, a URL or a number: "ping 10.0.0.1",
 *     "vmstat 1 5".  Not so for programs that begin a line of their output with their own name
 *     ("iperf 3.12", "iperf Done.").
 *
 * Programs that run others ("sudo", "ip netns exec NAME", "timeout 10") and assignments may stand
 * before the tool; they are kept in argv.  Words are split at blanks outside of quotes; nothing is
 * expanded.  Redirections and what follows a pipe or semicolon are not the tool's, and are cut off.
 *
 * Behind "$" and "+" a command that is no tool's ends the part before it, too.
 */
#include "capture/transcript.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/loadtool.h"

/* A longer line is no command. */
#define COMMAND_MAX_BYTES 2048
#define PROMPT_WORDS_MAX 4

static const char *const runners[] = {"sudo", "time", "timeout", "nice", "ionice", "taskset", "ip",
	"env", "docker", "podman", "lxc-attach", "lxc", "kubectl", "ssh", "chrt", "stdbuf", "nohup",
	"numactl", "nsenter", "exec"};

/* Their output has lines that begin with their name. */
static const char *const talkers[] = {"iperf", "iperf3", "wrk", "wrk2", "hey", "k6"};

#define N_OF(a) (sizeof(a) / sizeof *(a))

struct words {
	char text[COMMAND_MAX_BYTES]; /* the words, each with its NUL */
	const char *word[TRANSCRIPT_WORDS_MAX];
	size_t n;
};

static bool
is_among(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(word, list[i]) == 0)
			return true;
	return false;
}

/* ---- words ---- */

/* The length of what belongs to the tool: up to an unquoted |, ;, & or redirection. */
static bool
ends_command(const char *p, size_t i)
{
	if (strchr("|;&", p[i]))
		return true;
	return (p[i] == '<' || p[i] == '>') && i > 0 && p[i - 1] == ' ';
}

/* "2>" and "1>" begin a redirection too. */
static bool
begins_redirection(const char *p, size_t i)
{
	return isdigit((unsigned char)p[i]) && p[i + 1] == '>' && i > 0 && p[i - 1] == ' ';
}

/* false: too many words, or a quote does not end. */
static bool
split_words(struct words *w, const char *line)
{
	char quote = 0, *out = w->text;
	bool inside = false;

	w->n = 0;
	for (size_t i = 0; line[i]; i++) {
		char c = line[i];

		if (!quote && (c == '\'' || c == '"')) {
			quote = c;
		} else if (quote && c == quote) {
			quote = 0;
			continue;
		} else if (!quote && c == ' ') {
			if (inside)
				*out++ = '\0';
			inside = false;
			continue;
		} else if (!quote && w->n &&
			(ends_command(line, i) || begins_redirection(line, i))) {
			break;
		}
		if (!inside) {
			if (w->n == TRANSCRIPT_WORDS_MAX)
				return false;
			w->word[w->n++] = out;
			inside = true;
		}
		if (quote != c || !quote)
			*out++ = c;
	}
	*out = '\0';
	return quote == 0;
}

/* ---- is it a command? ---- */

struct command {
	size_t first; /* word behind the prompt */
	size_t tool;  /* word that calls the tool; SIZE_MAX: none */
	bool prompted;
	bool certain; /* a prompt that only shells print */
};

static bool
is_prompt_word(const char *word)
{
	size_t n = strlen(word);

	return n > 0 && strchr("$#%>", word[n - 1]) != NULL;
}

static size_t
skip_prompt(struct command *c, const struct words *w)
{
	size_t plus = w->n ? strspn(w->word[0], "+") : 0;

	if (plus && !w->word[0][plus]) {
		c->prompted = c->certain = true;
		return 1;
	}
	for (size_t i = 0; i < w->n && i < PROMPT_WORDS_MAX; i++) {
		if (loadtool_program(slice_of(w->word[i])))
			break;
		if (is_prompt_word(w->word[i])) {
			c->prompted = true;
			c->certain = w->word[i][strlen(w->word[i]) - 1] == '$';
			return i + 1;
		}
	}
	return 0;
}

/* "LC_ALL=C" */
static bool
is_assignment(const char *word)
{
	size_t n = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

	return n > 0 && word[n] == '=';
}

static size_t
find_tool(const struct words *w, size_t at)
{
	while (at < w->n && is_assignment(w->word[at]))
		at++;
	if (at == w->n)
		return SIZE_MAX;
	if (!is_among(w->word[at], runners, N_OF(runners)))
		return loadtool_program(slice_of(w->word[at])) ? at : SIZE_MAX;
	for (at++; at < w->n; at++)
		if (loadtool_program(slice_of(w->word[at])))
			return at;
	return SIZE_MAX;
}

static bool
is_option(const char *word)
{
	return word[0] == '-' && (isalpha((unsigned char)word[1]) || word[1] == '-');
}

/* An address, a URL, a number. */
static bool
is_target(const char *word)
{
	size_t n = strlen(word);

	return n > 0 && strpbrk(word, "0123456789./:") &&
		(isalnum((unsigned char)word[n - 1]) || word[n - 1] == '/');
}

static bool
is_call(const struct words *w, size_t tool)
{
	const char *program = w->word[tool];
	size_t n_targets = 0;

	if (strchr(program, '/'))
		return true;
	for (size_t i = tool + 1; i < w->n; i++) {
		if (is_option(w->word[i]))
			return true;
		n_targets += is_target(w->word[i]);
	}
	return n_targets > 0 && n_targets <= 2 && n_targets == w->n - tool - 1 &&
		!is_among(program, talkers, N_OF(talkers));
}

static bool
is_command(struct command *c, const struct words *w)
{
	*c = (struct command){0};
	c->first = skip_prompt(c, w);
	c->tool = find_tool(w, c->first);
	if (c->tool != SIZE_MAX)
		return c->prompted || is_call(w, c->tool);
	return c->certain && c->first < w->n;
}

/* ---- the whole ---- */

static struct transcript_part *
add_part(struct transcript *t, const struct words *w, const struct command *c)
{
	struct transcript_part *p;

	if ((t->n_parts & (t->n_parts - 1)) == 0)
		t->parts = xrealloc(t->parts, t->n_parts ? 2 * t->n_parts : 1, sizeof *t->parts);
	p = &t->parts[t->n_parts++];
	*p = (struct transcript_part){0};
	if (c->tool != SIZE_MAX)
		p->program = loadtool_program(slice_of(w->word[c->tool]));
	t->n_tools += p->program != NULL;
	p->number = t->n_tools;
	p->argv = xcalloc(w->n - c->first + 1, sizeof *p->argv);
	for (size_t i = c->first; i < w->n; i++)
		p->argv[p->n_argv++] = xstrdup(w->word[i]);
	return p;
}

static bool
find_command(struct words *w, struct command *c, struct slice line)
{
	char plain[COMMAND_MAX_BYTES];

	if (line.n >= sizeof plain)
		return false;
	return loadtool_plain(plain, sizeof plain, line) > 0 && split_words(w, plain) &&
		is_command(c, w);
}

/* A line that is not the first of its part makes the part longer. */
static void
extend(struct transcript *t, struct slice line, const char *end)
{
	if (t->n_parts) {
		struct transcript_part *p = &t->parts[t->n_parts - 1];

		p->text.n = (size_t)(end - p->text.p);
		return;
	}
	t->n_lines_before += slice_trim(line).n > 0;
	t->before.n = (size_t)(end - t->before.p);
}

enum vstatus
transcript_split(struct transcript *t, const char *text, size_t len, struct verr *err)
{
	struct slice rest = {text, len}, line;
	struct words w;
	struct command c;
	size_t n = 0;

	*t = (struct transcript){.before = {text, 0}};
	while (slice_line(&line, &rest)) {
		n++;
		if (find_command(&w, &c, line)) {
			struct transcript_part *p;

			if (t->n_parts == TRANSCRIPT_PARTS_MAX)
				return verr_set(err, V_ELIMIT, "more than %d commands in one text",
					TRANSCRIPT_PARTS_MAX);
			p = add_part(t, &w, &c);
			p->text = (struct slice){line.p, 0};
			p->line = n;
		}
		extend(t, line, rest.p);
	}
	return V_OK;
}

void
transcript_release(struct transcript *t)
{
	for (size_t i = 0; i < t->n_parts; i++) {
		for (size_t k = 0; k < t->parts[i].n_argv; k++)
			free(t->parts[i].argv[k]);
		free(t->parts[i].argv);
	}
	free(t->parts);
	*t = (struct transcript){0};
}

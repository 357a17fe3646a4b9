# Oracle for analyze/stats/compare: what R says.  Base R only; run by compare.py from the project
# root.
#
#   Rscript tests/oracle/compare.R answer   "q df level" -> t quantile, "t t df" and "z z 0" -> the
#                                           logarithm of a two-sided p, line by line
#   Rscript tests/oracle/compare.R check    t.test() and wilcox.test() on
#                                           tests/data/stats/compare.tsv

answer <- function() {
	input <- file("stdin")
	lines <- readLines(input)
	close(input)
	for (line in lines) {
		f <- strsplit(line, " ")[[1]]
		a <- as.numeric(f[2])
		b <- as.numeric(f[3])
		cat(sprintf("%.17g\n", switch(f[1],
			q = qt((1 - b) / 2, a, lower.tail = FALSE),
			t = min(0, log(2) + pt(abs(a), b, lower.tail = FALSE, log.p = TRUE)),
			z = min(0, log(2) + pnorm(abs(a), lower.tail = FALSE, log.p = TRUE)))))
	}
}

gap <- function(got, expected) if (got == expected) 0 else abs(got - expected) / abs(expected)

# Welch's t squares values without scaling and takes the difference of rounded means: rows whose
# squares leave the range of a double, and those with a mean far above the spread, are not R's to
# judge.  Neither is a shift found by root search; all differences are sorted instead.
check <- function() {
	rows <- read.delim("tests/data/stats/compare.tsv", header = FALSE, comment.char = "#",
		colClasses = "character", na.strings = "-")
	worst <- c(p_mw = 0, U = 0, shift = 0, t = 0, df = 0, p_welch = 0)
	judged <- c(ranks = 0, means = 0)
	numbers <- function(text) as.numeric(strsplit(text, " ")[[1]])
	for (i in seq_len(nrow(rows))) {
		x <- numbers(rows[i, 2])
		y <- numbers(rows[i, 3])
		e <- suppressWarnings(as.numeric(rows[i, 4:19]))
		if (length(x) == 0 || length(y) == 0) next
		w <- suppressWarnings(wilcox.test(x, y))
		stopifnot(is.nan(w$p.value) == is.na(e[10]), w$statistic == e[9])
		if (!is.na(e[10])) {
			worst["p_mw"] <- max(worst["p_mw"], gap(w$p.value, e[10]))
			judged["ranks"] <- judged["ranks"] + 1
		}
		size <- max(abs(c(x, y)))
		if (size > 1e150 || size < 1e-150) next
		worst["shift"] <- max(worst["shift"], abs(median(outer(x, y, "-")) - e[7]) / size)
		if (is.na(e[13]) || size > 1e9) next
		t <- try(t.test(x, y), silent = TRUE)
		if (inherits(t, "try-error")) next
		worst["t"] <- max(worst["t"], gap(t$statistic, e[13]))
		worst["df"] <- max(worst["df"], gap(t$parameter, e[14]))
		worst["p_welch"] <- max(worst["p_welch"], gap(t$p.value, e[15]))
		judged["means"] <- judged["means"] + 1
	}
	cat("R agrees; largest relative difference, and samples judged:\n")
	print(c(worst, judged))
	stopifnot(judged > 100, worst < 1e-9)
}

switch(commandArgs(trailingOnly = TRUE)[1], answer = answer(), check = check())

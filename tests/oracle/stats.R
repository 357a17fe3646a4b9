# Oracle for analyze/stats: what R says.  Base R only; run by stats.py from the project root.
#
#   Rscript tests/oracle/stats.R t      t quantiles, as "df level t" lines on standard output
#   Rscript tests/oracle/stats.R ranks  writes tests/data/stats/ranks.tsv
#   Rscript tests/oracle/stats.R check  a second opinion on tests/data/stats/samples.tsv
#
# The ranks are found by bisection over pbinom.  qbinom would be shorter, but in R 4.2 it misses:
# qbinom(0.005, 10000, 0.9999) gives 10000 although pbinom(9996, 10000, 0.9999) is 0.01898.

sizes <- c(1:9, 15, 20, 50, 100, 999, 10^(3:7))
probabilities <- c(0.01, 0.25, 0.5, 0.75, 0.9, 0.99)
levels <- c(0.8, 0.9, 0.95, 0.99)

# The largest l in 0..n with P(Bin(n, p) <= l - 1) <= tail; 0 if there is none.
lower_rank <- function(n, p, tail) {
	low <- 0
	high <- n
	while (low < high) {
		l <- ceiling((low + high) / 2)
		if (pbinom(l - 1, n, p) <= tail) low <- l else high <- l - 1
	}
	low
}

# The smallest u in 1..n+1 with P(Bin(n, p) >= u) <= tail; n + 1 if there is none.
upper_rank <- function(n, p, tail) {
	low <- 1
	high <- n + 1
	while (low < high) {
		u <- floor((low + high) / 2)
		if (pbinom(u - 1, n, p, lower.tail = FALSE) <= tail) high <- u else low <- u + 1
	}
	low
}

write_ranks <- function() {
	lines <- c("# n\tp\tlevel\tlower rank (0: none)\tupper rank (n + 1: none); from stats.R")
	for (n in sizes) for (p in probabilities) for (level in levels) {
		tail <- (1 - level) / 2
		lines <- c(lines, sprintf("%.0f\t%g\t%g\t%.0f\t%.0f", n, p, level,
			lower_rank(n, p, tail), upper_rank(n, p, tail)))
	}
	writeLines(lines, "tests/data/stats/ranks.tsv")
}

print_t <- function() {
	for (level in c(0.9, 0.95, 0.99)) for (df in 1:99)
		cat(sprintf("%d %g %.17g\n", df, level,
			qt((1 - level) / 2, df, lower.tail = FALSE)))
}

# Relative to the larger of the expectation and `scale`; NA where both are undefined.
gap <- function(got, expected, scale = 0) {
	abs(got - expected) / pmax(abs(expected), scale, 5e-324)
}

# R squares without scaling and rounds the mean to a double before it takes deviations, so rows
# whose squares leave the range of a double, and the spread of rows with a far larger mean, are not
# its to judge.
check <- function() {
	rows <- read.delim("tests/data/stats/samples.tsv", header = FALSE, comment.char = "#",
		colClasses = "character", na.strings = "-")
	worst <- c(mean = 0, sd = 0, quantile = 0, acf = 0, t = 0)
	judged <- 0
	for (i in seq_len(nrow(rows))) {
		x <- as.numeric(strsplit(rows[i, 2], " ")[[1]])
		e <- as.numeric(rows[i, 3:ncol(rows)])
		if (length(x) == 0 || anyNA(x) || max(abs(x)) > 1e150 || max(abs(x)) < 1e-150) next
		size <- max(abs(x))
		judged <- judged + 1
		q <- quantile(x, c(0.1, 0.25, 0.5, 0.75, 0.9, 0.99), names = FALSE, type = 7)
		worst["mean"] <- max(worst["mean"], gap(mean(x), e[1], size))
		worst["quantile"] <- max(worst["quantile"], gap(q, e[3:8], size))
		if (max(x) - min(x) < 1e-9 * size) next
		if (length(x) > 1) {
			worst["sd"] <- max(worst["sd"], gap(sd(x), e[2]))
			# t.test() itself refuses spreads near the rounding of the mean.
			half <- qt(0.975, length(x) - 1) * sd(x) / sqrt(length(x))
			worst["t"] <- max(worst["t"], gap(mean(x) + c(-half, half), e[13:14], size))
		}
		if (length(x) > 2) {
			rho <- acf(x, lag.max = 1, plot = FALSE)$acf[2]
			worst["acf"] <- max(worst["acf"], gap(rho, e[9], 1))
		}
	}
	cat(sprintf("R agrees on %d samples; largest relative difference:\n", judged))
	print(worst)
	stopifnot(judged > 100, worst < 1e-11)
}

switch(commandArgs(trailingOnly = TRUE)[1], t = print_t(), ranks = write_ranks(), check = check())

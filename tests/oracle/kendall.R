# Oracle for analyze/stats: what R says.  Base R only; run by kendall.py from the project root.
#
# Writes tests/data/stats/holm.tsv, and gives a second opinion on kendall.tsv and outlier.tsv.

numbers <- function(text) as.numeric(strsplit(text, " ")[[1]])
shown <- function(v) paste(ifelse(is.na(v), "-", sprintf("%.17g", v)), collapse = " ")
gap <- function(got, expected) abs(got - expected) / pmax(abs(expected), 5e-324)
read <- function(name) read.delim(file.path("tests/data/stats", name), header = FALSE,
	comment.char = "#", colClasses = "character", na.strings = "-")

write_holm <- function() {
	set.seed(7)
	lines <- "# p\tadjusted by p.adjust(method = \"holm\"); \"-\" is NA"
	for (n in c(1, 2, 3, 5, 10, 30)) for (kind in 1:4) {
		p <- switch(kind, runif(n), runif(n)^6, round(runif(n), 1), 10^-runif(n, 0, 300))
		if (kind == 2) p[runif(n) < 0.3] <- NA
		lines <- c(lines, paste(shown(p), shown(p.adjust(p, "holm")), sep = "\t"))
	}
	writeLines(lines, "tests/data/stats/holm.tsv")
}

# R takes differences of values, so infinities and magnitudes near the largest are not its to judge.
# Its exact p comes from 1 - P, so only the first digits after the point are.
check_kendall <- function() {
	rows <- read("kendall.tsv")
	worst <- c(tau = 0, p = 0, p_exact = 0)
	judged <- 0
	for (i in seq_len(nrow(rows))) {
		if (is.na(rows[i, 5])) next
		x <- numbers(rows[i, 2])
		y <- numbers(rows[i, 3])
		if (any(abs(c(x, y)) > 1e300)) next
		exact <- length(x) < 50 && !anyDuplicated(x) && !anyDuplicated(y)
		r <- suppressWarnings(cor.test(x, y, method = "kendall"))
		e <- as.numeric(rows[i, 4:7])
		judged <- judged + 1
		off <- if (e[1] == 0) abs(r$estimate) else gap(r$estimate, e[2])
		worst["tau"] <- max(worst["tau"], off)
		if (exact) worst["p_exact"] <- max(worst["p_exact"], abs(r$p.value - e[3]))
		else worst["p"] <- max(worst["p"], gap(r$p.value, e[3]))
	}
	cat(sprintf("R agrees on %d pairs of columns; largest difference:\n", judged))
	print(worst)
	stopifnot(judged > 180, worst["tau"] < 1e-12, worst["p"] < 1e-9, worst["p_exact"] < 1e-12)
}

check_outliers <- function() {
	rows <- read("outlier.tsv")
	judged <- 0
	for (i in seq_len(nrow(rows))) {
		x <- numbers(rows[i, 2])
		if (!(rows[i, 3] %in% c("mad", "none"))) next
		if (max(abs(x)) > 1e300 || max(abs(x)) < 1e-300) next
		judged <- judged + 1
		stopifnot(gap(median(x), as.numeric(rows[i, 4])) < 1e-15,
			abs(mad(x, constant = 1) - as.numeric(rows[i, 5])) < 1e-15 * max(abs(x)))
	}
	cat(sprintf("R agrees on %d medians and MADs\n", judged))
}

write_holm()
check_kendall()
check_outliers()

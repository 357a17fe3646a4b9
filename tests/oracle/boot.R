# Oracle for analyze/stats/boot: BCa intervals by R's package boot; run by boot.py, which sends
# samples and resamples on standard input.  Writes tests/data/stats/boot.tsv.
#
# boot.ci() counts replicates below the estimate, and none of those equal to it; ours count half.
# Where there are none, the interval is boot.ci()'s own; else its formula with that count, and the
# package's norm.inter() for the quantiles.  Influences are passed in: those that boot.ci() finds by
# default come from a regression, not from the jackknife.
library(boot)

statistics <- list(
	mean = mean,
	median = median,
	scatter = function(x) {
		n <- length(x)
		if (n < 2) 0 else (n * sum(x^2) - sum(x)^2) / (n * (n - 1))
	})

# Shifting to the median costs no digits here and saves some; division by the largest keeps cubes
# in range.  Neither changes the acceleration.
influences <- function(x, statistic) {
	x <- x - sort(x)[(length(x) + 1) %/% 2]
	x <- x / max(abs(x))
	without <- sapply(seq_along(x), function(i) statistic(x[-i]))
	u <- mean(without) - without
	if (max(abs(u)) < 1e-14) NULL else u
}

bounds <- function(x, statistic, t, level) {
	t0 <- statistic(x)
	L <- influences(x, statistic)
	a <- if (is.null(L)) 0 else sum(L^3) / (6 * sum(L^2)^1.5)
	w <- qnorm((sum(t < t0) + sum(t == t0) / 2) / length(t))
	if (!is.finite(w)) return(NULL)
	z <- qnorm((1 + c(-level, level)) / 2)
	alpha <- pnorm(w + (w + z) / (1 - a * (w + z)))
	rank <- (length(t) + 1) * alpha
	if (any(rank < 1 | rank > length(t))) return(NULL)
	b <- boot:::norm.inter(t, alpha)[, 2]
	if (!any(t == t0) && !is.null(L)) {
		object <- structure(list(t0 = t0, t = matrix(t), R = length(t), data = x,
			sim = "ordinary", call = quote(boot())), class = "boot")
		stopifnot(identical(b, boot.ci(object, level, "bca", L = L)$bca[4:5]))
		own <<- own + 1
	}
	b
}

own <- 0
out <- "# name\tstatistic\tseed\tresamples\tlevel\tvalues\testimate\tlower\tupper; from boot.R"
input <- file("stdin")
lines <- readLines(input)
close(input)
for (i in seq(1, length(lines), 2)) {
	f <- strsplit(lines[i], "\t")[[1]]
	x <- as.numeric(strsplit(f[6], " ")[[1]])
	statistic <- statistics[[f[2]]]
	index <- as.integer(strsplit(lines[i + 1], " ")[[1]])
	index <- matrix(index, ncol = length(x), byrow = TRUE)
	t <- apply(index, 1, function(k) statistic(x[k]))
	b <- if (length(x) < 2) NULL
		else if (min(x) == max(x)) rep(statistic(x), 2)
		else bounds(x, statistic, t, as.numeric(f[5]))
	b <- if (is.null(b)) c("-", "-") else sprintf("%.17g", b)
	out <- c(out, paste(c(f, sprintf("%.17g", statistic(x)), b), collapse = "\t"))
}
writeLines(out, "tests/data/stats/boot.tsv")
cat(length(out) - 1, "intervals,", own, "by boot.ci() itself\n")
stopifnot(own > 30)

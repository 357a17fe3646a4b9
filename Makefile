# Vantage - build, test, install.  "make list" names the targets.
#
# Objects and programs lie in $(BUILD)/$(MODE): release by default, san when SAN is given.

VERSION := 1.0.0
PREFIX ?= /usr/local
BUILD ?= build
CC ?= cc
SAN ?=
MODE := $(if $(SAN),san,release)
B := $(BUILD)/$(MODE)
PYTHON := /usr/bin/python3
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

OPTIMIZE := $(if $(SAN),-O1 -fno-omit-frame-pointer,-O2)
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all)
# gcc's sanitizers make it lose track of lengths that it knows without them.
WARN := -Wall -Wextra -Wshadow -Wconversion -Wmissing-prototypes -Wstrict-prototypes -Wvla \
	-Wformat=2 -Wundef -Wpointer-arith -Wcast-qual -Wwrite-strings \
	$(if $(SAN),-Wno-format-truncation -Wno-maybe-uninitialized)
override CFLAGS := -std=c11 -D_GNU_SOURCE -DVANTAGE_VERSION='"$(VERSION)"' -g $(OPTIMIZE) \
	-ffp-contract=off $(WARN) $(if $(DEVELOPER),-Werror) $(SANFLAGS) -pthread -I. $(CFLAGS)
override LDFLAGS := $(SANFLAGS) -pthread $(LDFLAGS)
LIBS := -lgsl -lgslcblas -lcjson -lexpat -lzstd -lz -lnettle -lm
CAPTURE_LIBS := -lpcap -lseccomp -lcap-ng

# V=1 shows whole command lines.
Q := $(if $(V),,@)
say = @$(if $(V),:,echo "$(1)  $@")

# ---- sources ----
#
# Every C file of a folder is in its library, but for the main programs and vanalyze's commands.

objects = $(patsubst %.c,$(B)/%.o,$(sort $(wildcard $(addsuffix /*.c,$(1)))))
CORE_O := $(call objects,core)
COMMANDS_O := $(filter $(B)/analyze/cmd_%,$(call objects,analyze))
ANALYZE_O := $(filter-out $(COMMANDS_O) %/vanalyze.o,\
	$(call objects,analyze analyze/stats analyze/tools))
CAPTURE_O := $(filter-out %/vcap.o,$(call objects,capture))
REPORT_O := $(filter-out %/vreport.o,$(call objects,report))
UNIT_TESTS := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/unit/t_*.c)))
GEN := gencap gen_icmp
GENCAP := gencap gencap_http gencap_tcpts gencap_transit gencap_proxy pairgen tcpgen synth
PROGRAMS := $(B)/vcap $(B)/vanalyze $(B)/vreport
GENERATORS := $(GEN:%=$(B)/%)
REGRESS := $(patsubst tests/fuzz/%.c,$(B)/regress_%,$(wildcard tests/fuzz/fuzz_*.c))

# ---- building ----

.PHONY: all
all: $(PROGRAMS) ## build vcap, vanalyze and vreport

$(B)/libcore.a: $(CORE_O)
$(B)/libanalyze.a: $(ANALYZE_O)
$(B)/libcapture.a: $(CAPTURE_O)
$(B)/libreport.a: $(REPORT_O)
$(B)/lib%.a:
	$(call say,AR)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(B)/vanalyze: $(B)/analyze/vanalyze.o $(COMMANDS_O) $(B)/libanalyze.a $(B)/libcore.a
$(B)/vcap: LIBS += $(CAPTURE_LIBS)
$(B)/vcap: $(B)/capture/vcap.o $(B)/libcapture.a $(B)/libcore.a
$(B)/vreport: $(B)/report/vreport.o $(B)/libreport.a $(B)/libcore.a
$(PROGRAMS):
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/gencap: $(GENCAP:%=$(B)/tests/gen/%.o)
$(B)/gen_icmp: $(B)/tests/gen/gen_icmp.o $(B)/tests/gen/gen_settings.o $(B)/tests/gen/synth.o
$(GENERATORS):
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lm

$(B)/loops: $(B)/tests/bench/loops.o
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lpcap -lzstd

$(B)/udpblast: $(B)/tests/bench/udpblast.o
$(B)/replay: $(B)/tests/bench/replay.o
$(B)/udpblast $(B)/replay:
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^

$(B)/caploop: $(B)/tests/bench/caploop.o
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lpcap -lzstd

$(B)/stats_bench: $(B)/tests/bench/stats_bench.o $(B)/libanalyze.a $(B)/libcore.a
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/coverage: $(B)/tests/bench/coverage.o $(B)/libanalyze.a $(B)/libcore.a
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

E2E_PROGRAMS := $(B)/priv_try $(B)/clock_back

$(E2E_PROGRAMS): $(B)/%: $(B)/tests/e2e/%.o $(B)/libcapture.a $(B)/libcore.a
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS) $(CAPTURE_LIBS)

$(UNIT_TESTS): %: %.o $(B)/tests/gen/synth.o $(B)/libreport.a $(B)/libcapture.a $(B)/libanalyze.a $(B)/libcore.a
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS) $(CAPTURE_LIBS)

-include $(wildcard $(B)/*/*.d $(B)/*/*/*.d)

# ---- what Debian has to provide ----

BUILD_DEPS := gcc libc6-dev libgsl-dev libcjson-dev libzstd-dev zlib1g-dev nettle-dev libpcap-dev \
	libseccomp-dev libcap-ng-dev libexpat1-dev
REPORT_DEPS := texlive-latex-recommended texlive-latex-extra texlive-pictures texlive-science lmodern \
	gnuplot-nox
TEST_DEPS := libcmocka-dev bats zstd tshark python3 python3-jsonschema mandoc texlive-luatex \
	poppler-utils chromium fonts-dejavu-core \
	python3-scipy python3-pandas locales shellcheck systemd

ROOT_TEST_DEPS := $(TESTBED_DEPS) iproute2 iputils-ping ethtool nftables tcpdump squid

# Small campaigns take only the first line.
TESTBED_DEPS := lxc iproute2 iputils-ping iperf3 stress-ng procps
TESTBED_FULL_DEPS := docker.io iptables qemu-system-x86 ipxe-qemu seabios busybox-static cpio kmod \
	squid nginx-light apache2-utils

# $(call install,PACKAGES) - those that are missing; sudo only for who is not root.
install_packages = missing=$$(for p in $(1); do \
	dpkg-query -W -f '$${db:Status-Status}' $$p 2>/dev/null | grep -qx installed || echo $$p; \
	done); \
	if [ -n "$$missing" ]; then \
		echo "installing: "$$missing; \
		$(SUDO) apt-get update -q && \
		$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
			--no-install-recommends $$missing; \
	fi

.PHONY: deps deps-report deps-test deps-root
deps: ## install what building needs (apt, only what is missing)
	@$(call install_packages,$(BUILD_DEPS))
deps-report:
	@$(call install_packages,$(BUILD_DEPS) $(REPORT_DEPS))
deps-test:
	@$(call install_packages,$(BUILD_DEPS) $(REPORT_DEPS) $(TEST_DEPS))

deps-root:
	@$(call install_packages,$(ROOT_TEST_DEPS))

# ---- the main job ----

DATASETS = $(patsubst %/datapackage.json,%,$(wildcard datasets/*/datapackage.json))
# The factor over which platforms are ranked, where a dataset has it
SWEEP = $(if $(findstring throughput,$(DATASETS)),--over socket_bytes)
RESULTS := results

.PHONY: quickstart
quickstart: deps-report ## install, build, analyse the datasets, set the report
	@$(MAKE) --no-print-directory -s all
	$(B)/vanalyze all $(DATASETS) $(SWEEP) -o $(RESULTS)
	$(B)/vreport --markdown -o $(RESULTS)/report.md $(RESULTS)
	$(B)/vreport --csv -o $(RESULTS)/tables/ $(RESULTS)
	$(B)/vreport --latex -o $(RESULTS)/latex/ $(RESULTS)
	@cd $(RESULTS)/latex && for pass in 1 2; do \
		pdflatex -interaction=batchmode -halt-on-error report.tex >/dev/null 2>&1 || \
		{ cat report.log; exit 1; }; done && mv report.pdf ..
	$(B)/vreport --html -o $(RESULTS)/report.html --figures $(RESULTS)/figures $(RESULTS)
	@echo "Report: $(RESULTS)/report.html   $(RESULTS)/report.pdf   as text: $(RESULTS)/report.md"
	@echo "Tables: $(RESULTS)/latex/table-*.tex to \\input, $(RESULTS)/tables/*.csv;" \
		"figures: $(RESULTS)/figures/"

# ---- tests ----

AB = $(abspath $(B))
TEST_ENV = LC_ALL=C TZ=UTC BUILD_DIR=$(AB) VCAP=$(AB)/vcap VANALYZE=$(AB)/vanalyze \
	VREPORT=$(AB)/vreport HOSTILE_RSS_MIB=$(if $(SAN),1000,256)

.PHONY: check
check: deps-test ## install what the tests need, build, run all tests that need no root
	@$(MAKE) --no-print-directory -s layers check-built

.PHONY: check-built
check-built: $(PROGRAMS) $(GENERATORS) $(UNIT_TESTS) $(REGRESS) $(B)/coverage
	@$(TEST_ENV) tests/run $(UNIT_TESTS) tests/cli

.PHONY: check-root
check-root: deps-test deps-root ## tests that need root: they make their own network namespaces
	@$(MAKE) --no-print-directory -s all $(B)/udpblast $(E2E_PROGRAMS)
	@$(TEST_ENV) tests/run tests/e2e

.PHONY: testbed
CAMPAIGN ?= small
TESTBED_OUT ?= $(BUILD)/testbed/$(CAMPAIGN)
testbed: deps ## record the campaign CAMPAIGN=small|medium|full on real platforms (root)
	@$(call install_packages,$(TESTBED_DEPS) $(if $(filter small,$(CAMPAIGN)),,$(TESTBED_FULL_DEPS)))
	@$(MAKE) --no-print-directory -s all
	datasets/testbed/campaign -b $(B) -o $(TESTBED_OUT) datasets/testbed/plans/$(CAMPAIGN).csv

KILLS ?= 200

.PHONY: crash
crash: deps-test deps-root ## kill KILLS recordings at random moments (SEED), judge what is left (root)
	@$(MAKE) --no-print-directory -s all $(B)/udpblast
	@mkdir -p $(BUILD)/crash
	$(PYTHON) -B tests/e2e/crash.py $(B) $(BUILD)/crash --kills $(KILLS) $(if $(SEED),--seed $(SEED))

THREADED := $(BUILD)/thread/tests/unit/t_zio $(BUILD)/thread/tests/unit/t_trace

.PHONY: check-thread
check-thread: ## what runs in several threads, under ThreadSanitizer
	@$(MAKE) --no-print-directory -s SAN=thread MODE=thread $(THREADED) $(BUILD)/thread/vanalyze
	@$(TEST_ENV) tests/run $(THREADED)
	$(BUILD)/thread/vanalyze rtt -j 4 tests/data/recordings/docker-nat >/dev/null

.PHONY: layers
layers: ## check that includes follow the layers, and foreign libraries stay in their files
	@tests/layers

.PHONY: accept
accept: $(B)/vanalyze $(GENERATORS) ## 3.6 million generated probes, each against the truth
	@mkdir -p $(BUILD)/accept
	for s in 2 3 5; do \
		$(B)/gencap icmp -n 1200000 -s $$s -l 98 --interval 10000 \
			-o $(BUILD)/accept/a.pcap -t $(BUILD)/accept/a.csv && \
		$(B)/vanalyze rtt --samples $(BUILD)/accept/s.csv $(BUILD)/accept/a.pcap >/dev/null && \
		$(PYTHON) -B tests/oracle/judge_echo.py $(BUILD)/accept/s.csv \
			$(BUILD)/accept/a.csv || exit 1; \
	done

.PHONY: bench
bench: $(PROGRAMS) $(GENERATORS) $(B)/loops ## compare with bare loops, tshark and tcptrace, as ratios
	$(PYTHON) -B tests/bench/bench.py $(BUILD)/bench --programs $(B)
	$(PYTHON) -B tests/bench/stream_bench.py $(BUILD)/bench --programs $(B)

.PHONY: bench-capture
bench-capture: $(B)/vcap $(B)/gencap $(B)/udpblast $(B)/replay $(B)/caploop ## cost and loss of recording beside tcpdump (root)
	$(PYTHON) -B tests/bench/capture_bench.py $(B) $(BUILD)/bench

.PHONY: bench-stats
bench-stats: $(B)/stats_bench ## compare the statistics with SciPy, pandas, NumPy and GSL
	$(PYTHON) -B tests/bench/stats_bench.py $(BUILD)/bench --programs $(B)

COVERAGE_SAMPLES ?= 100000

.PHONY: coverage
coverage: $(B)/coverage ## how often intervals hold the truth, beside NumPy (docs/coverage.md)
	$(PYTHON) -B tests/oracle/coverage.py --program $(B)/coverage --samples $(COVERAGE_SAMPLES)

# ---- fuzzing: clang's libFuzzer ----

FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_SECONDS ?= 60

.PHONY: fuzz
fuzz: ## fuzz every parser for FUZZ_SECONDS each (needs clang)
	@$(MAKE) --no-print-directory -s CC=clang SAN=address,undefined,fuzzer-no-link \
		MODE=fuzz $(FUZZERS:%=$(BUILD)/fuzz/%)
	for f in $(FUZZERS); do mkdir -p $(BUILD)/corpus/$$f && \
		$(BUILD)/fuzz/$$f -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=1024 \
		$(BUILD)/corpus/$$f || exit 1; done

# The same target over the files of its corpus, without a fuzzer.
$(B)/regress_%: $(B)/tests/fuzz/%.o $(B)/tests/fuzz/regress.o $(B)/libcapture.a $(B)/libanalyze.a $(B)/libcore.a
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS) $(CAPTURE_LIBS)

$(FUZZERS:%=$(B)/%): $(B)/%: $(B)/tests/fuzz/%.o $(B)/libcapture.a $(B)/libanalyze.a $(B)/libcore.a
	$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS) $(CAPTURE_LIBS)

# ---- habits ----

C_FILES = $(shell git ls-files '*.[ch]')

.PHONY: fmt
fmt: ## format all C files
	clang-format -i $(C_FILES)

.PHONY: tidy
tidy: ## clang-tidy over all sources
	clang-tidy --quiet $(filter-out tests/%,$(filter %.c,$(C_FILES))) -- -std=c11 -D_GNU_SOURCE -I.

.PHONY: install
install: $(PROGRAMS) ## install programs, manual pages, schemas, systemd unit (DESTDIR, PREFIX)
	install -d $(addprefix $(DESTDIR)$(PREFIX)/,bin share/man/man1 share/man/man8 \
		share/vantage/schema lib/systemd/system)
	install $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin
	install -m 644 docs/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 docs/man/*.8 $(DESTDIR)$(PREFIX)/share/man/man8
	install -m 644 docs/schema/*.json $(DESTDIR)$(PREFIX)/share/vantage/schema
	sed 's|@PREFIX@|$(PREFIX)|' docs/systemd/vcap@.service.in \
		>$(DESTDIR)$(PREFIX)/lib/systemd/system/vcap@.service
	chmod 644 $(DESTDIR)$(PREFIX)/lib/systemd/system/vcap@.service

.PHONY: clean
clean: ## remove what was built
	rm -rf $(BUILD) $(RESULTS)

.PHONY: list
list: ## name the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 16

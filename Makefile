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

OPTIMIZE := $(if $(SAN),-O1 -fno-omit-frame-pointer,-O2)
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all)
WARN := -Wall -Wextra -Wshadow -Wconversion -Wmissing-prototypes -Wstrict-prototypes -Wvla \
	-Wformat=2 -Wundef -Wpointer-arith -Wcast-qual -Wwrite-strings
override CFLAGS := -std=c11 -D_GNU_SOURCE -DVANTAGE_VERSION='"$(VERSION)"' -g $(OPTIMIZE) \
	-ffp-contract=off $(WARN) $(if $(DEVELOPER),-Werror) $(SANFLAGS) -pthread -I. $(CFLAGS)
override LDFLAGS := $(SANFLAGS) -pthread $(LDFLAGS)
LIBS := -lgsl -lgslcblas -lcjson -lzstd -lz -lmd -lm

CORE := err alloc str tstamp file log opt zdec zio zwriter trace trace_pcap trace_pcapng \
	trace_writer packet link tunnel json table table_csv run run_json sums dataset results
STATS := sort quantile describe interval ecdf
ANALYZE := flags inflight reorder echo in_ping in_fping pingline pingobs pingsum observation pair \
	cells series study samples measure summarize from_table show options pipeline
COMMANDS := cmd_rtt cmd_overhead cmd_stats cmd_info cmd_check cmd_all
CAPTURE := adopt columns cmd_import
REPORT := num value doc model gather view tables counts loads figures escape tex texdoc texfig markdown csv

CORE_O := $(CORE:%=$(B)/core/%.o)
STATS_O := $(STATS:%=$(B)/analyze/stats/%.o)
ANALYZE_O := $(ANALYZE:%=$(B)/analyze/%.o) $(STATS_O)
UNIT := alloc str tstamp file opt zio trace packet json table run dataset results in_ping sort \
	describe interval ecdf num escape
GEN := gencap gen_icmp

CAPTURE_O := $(CAPTURE:%=$(B)/capture/%.o)
REPORT_O := $(REPORT:%=$(B)/report/%.o)
PROGRAMS := $(B)/vcap $(B)/vanalyze $(B)/vreport

.PHONY: all
all: $(PROGRAMS) ## build vcap, vanalyze and vreport

$(B)/libcore.a: $(CORE_O)
$(B)/libanalyze.a: $(ANALYZE_O)
$(B)/libcapture.a: $(CAPTURE_O)
$(B)/libreport.a: $(REPORT_O)
$(B)/lib%.a:
	$(AR) rcs $@ $^

$(B)/vanalyze: $(B)/analyze/vanalyze.o $(COMMANDS:%=$(B)/analyze/%.o) $(B)/libanalyze.a $(B)/libcore.a
$(B)/vcap: $(B)/capture/vcap.o $(B)/libcapture.a $(B)/libcore.a
$(B)/vreport: $(B)/report/vreport.o $(B)/libreport.a $(B)/libcore.a
$(PROGRAMS):
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

# ---- tests: generators, unit tests ----

GEN_P := $(GEN:%=$(B)/%)
UNIT_P := $(UNIT:%=$(B)/tests/unit/t_%)

$(B)/gencap: $(B)/tests/gen/gencap.o $(B)/tests/gen/synth.o
$(B)/gen_icmp: $(B)/tests/gen/gen_icmp.o $(B)/tests/gen/gen_settings.o $(B)/tests/gen/synth.o
$(GEN_P):
	$(CC) $(LDFLAGS) -o $@ $^ -lm

$(B)/loops: $(B)/tests/bench/loops.o
	$(CC) $(LDFLAGS) -o $@ $^ -lpcap -lzstd

$(UNIT_P): %: %.o $(B)/libreport.a $(B)/libcapture.a $(B)/libanalyze.a $(B)/libcore.a
	$(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS)

.PHONY: unit
unit: $(UNIT_P)
	@for t in $(UNIT_P); do $$t || exit 1; done

-include $(wildcard $(B)/*/*.d $(B)/*/*/*.d)

.PHONY: list
list: ## name the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 16

.PHONY: clean
clean: ## remove what was built
	rm -rf $(BUILD)

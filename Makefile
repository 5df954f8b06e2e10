# sales-voice: make, make demo, make check; see README.md

VERSION = 0.1.0
PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
CC = gcc

# Everything a fresh Debian needs to build, run, check and lint. An npm from
# elsewhere (Node's own packages refuse Debian's) is as good.
PACKAGES = $(shell command -v npm >/dev/null || echo npm) \
	gcc clang libc6-dev make pkg-config curl ca-certificates \
	libjansson-dev libsndfile1-dev libflac-dev libogg-dev libsox-dev libsox-fmt-all libssl-dev \
	libspandsp-dev libopus-dev libwslay-dev libsqlite3-dev libyaml-dev \
	zlib1g-dev libespeak-ng-dev espeak-ng-data libcurl4-openssl-dev libarchive-dev \
	libsodium-dev libstemmer-dev libseccomp-dev poppler-utils \
	libmicrohttpd-dev libnghttp2-dev libprotobuf-c-dev protobuf-c-compiler libpq-dev postgresql \
	procps systemd unzip sqlite3 sox jq bats bats-support bats-assert mandoc time file xxd \
	asterisk-core-sounds-en-wav asterisk-core-sounds-en python3-jsonschema \
	clang-format clang-tidy cppcheck valgrind libclang-rt-dev

PROGRAMS = $(sort $(patsubst src/%/main.c,%,$(wildcard src/*/main.c)))

# What each program links besides libsv; --as-needed drops what it does not use.
PKG_admin = libsodium yaml-0.1
PKG_capture = sndfile sox opus flac ogg
PKG_asr = sndfile sox sqlite3 libprotobuf-c
PKG_model = libcurl libarchive
PKG_dialog = yaml-0.1
PKG_tts = espeak-ng sox libprotobuf-c
PKG_crm = sqlite3 yaml-0.1
PKG_archive = libsodium
PKG_report = zlib
PKG_replay = sndfile sox
LIB_PKG = jansson libcrypto sox libnghttp2 sqlite3 libpq libseccomp
LIB_LIBS = -lwslay -lm # without a .pc

ifdef FUZZ
CC = clang
OUT = build/fuzz
BIN = build/fuzz/programs
OPT = -O1 -g
SAN_FLAGS = -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
else ifdef SAN
OUT = build/san
BIN = build/san/bin
OPT = -O1 -g -fno-omit-frame-pointer
SAN_FLAGS = -fsanitize=address,undefined -fno-sanitize-recover=all
else
OUT = build/plain
BIN = bin
OPT = -O2 -g
endif

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wwrite-strings -Wcast-qual -Wundef \
	-Wimplicit-fallthrough -Wno-missing-braces -Werror
CPPFLAGS = -I. -I$(OUT) -D_GNU_SOURCE -DSV_VERSION='"$(VERSION)"' -MMD -MP
CFLAGS = -std=c17 $(OPT) $(WARN) $(SAN_FLAGS)
LDFLAGS = -Wl,--as-needed $(SAN_FLAGS)

pkg = $(shell pkg-config --$(1) $(2) 2>/dev/null)
objects = $(patsubst %.c,$(OUT)/%.o,$(1))
LIB = $(OUT)/libsv.a
BINS = $(PROGRAMS:%=$(BIN)/sv-%)
UNITS = $(patsubst tests/unit/%.c,$(OUT)/unit/%,$(wildcard tests/unit/*.c))
FUZZERS = $(patsubst tests/fuzz/%.c,build/fuzz/bin/%,$(wildcard tests/fuzz/*.c))
PROTOS = $(wildcard lib/*.proto src/*/*.proto)
SOURCES = $(wildcard lib/*.[ch] src/*/*.[ch] tests/unit/*.[ch] \
	tests/fuzz/*.[ch] tests/bench/*.[ch] tests/peers/*.[ch])

.PHONY: all deps demo check check-built fuzzers lint format bench install uninstall \
	clean
.DELETE_ON_ERROR:
.SECONDARY:

all: $(BINS)

$(LIB): $(call objects,$(wildcard lib/*.c) \
		$(patsubst %.proto,%.pb-c.c,$(wildcard lib/*.proto)))
	@rm -f $@ # a member whose source is gone must not stay
	$(AR) rcs $@ $^

# obj: one program from its folder and libsv
define program
$(BIN)/sv-$(1): $(call objects,$(wildcard src/$(1)/*.c) \
		$(patsubst %.proto,%.pb-c.c,$(wildcard src/$(1)/*.proto))) $(LIB)
	@mkdir -p $$(@D)
	$$(CC) $$(LDFLAGS) -o $$@ $$^ $$(call pkg,libs,$$(PKG_$(1)) $$(LIB_PKG)) \
		$$(LIB_LIBS)
$(OUT)/src/$(1)/%.o: CPPFLAGS += $$(call pkg,cflags,$$(PKG_$(1)))
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

# The variables that the sources name, "SV_…", for sv-admin config: secret are
# those that sv_secret() reads.
VARIABLES = $(OUT)/src/admin/variables.inc
$(VARIABLES): $(wildcard lib/*.c src/*/*.c)
	@mkdir -p $(@D)
	@grep -hoE '(sv_secret\()?"SV_[A-Z0-9_]*[A-Z0-9]"' $^ | sort -u | sed \
		-e 's/^sv_secret(\(.*\)/{ \1, true },/' \
		-e 's/^"\(.*\)"$$/{ "\1", false },/' >$@

$(OUT)/src/admin/settings.o: $(VARIABLES)

# Messages of gRPC. protobuf-c's macros leave braces out.
$(OUT)/%.pb-c.c $(OUT)/%.pb-c.h: %.proto
	@mkdir -p $(@D)
	protoc-c --c_out=$(OUT) $<

$(OUT)/%.pb-c.o: $(OUT)/%.pb-c.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -Wno-cast-qual -c -o $@ $<

$(OUT)/%.o: %.c | $(PROTOS:%.proto=$(OUT)/%.pb-c.h)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(call pkg,cflags,$(LIB_PKG)) $(CFLAGS) -c -o $@ $<

# A unit test or fuzz target may name what it needs of a program, on a line of
# its own: "uses: src/asr/vad.c"
uses = $(patsubst %.proto,$(OUT)/%.pb-c.o,$(call objects,$(shell \
	sed -n 's|^ \* uses: ||p' $(1))))
all_libs = $(call pkg,libs,$(sort $(foreach p,$(PROGRAMS),$(PKG_$(p))) \
	$(LIB_PKG))) $(LIB_LIBS)
# test: the binary $(1) of the source $(2)
define test
$(1): $(OUT)/$(2:.c=.o) $(call uses,$(2)) $(LIB)
	@mkdir -p $$(@D)
	$$(CC) $$(LDFLAGS) -o $$@ $$^ $$(all_libs)
endef
$(foreach u,$(UNITS),$(eval $(call test,$(u),$(u:$(OUT)/%=tests/%.c))))
ifdef FUZZ
$(foreach f,$(FUZZERS),$(eval $(call test,$(f),$(f:build/fuzz/bin/%=tests/fuzz/%.c))))
endif

deps:
	@missing=$$(dpkg-query -W -f '$${Status} $${Package}\n' $(PACKAGES) 2>&1 \
		| grep -v '^install ok' || true); \
	if [ -n "$$missing" ]; then \
		root=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		$$root apt-get update -q && DEBIAN_FRONTEND=noninteractive \
		$$root apt-get install -q -y --no-install-recommends $(PACKAGES); fi
	src/asr/fetch-vosk
	@cd tests/peers; [ node_modules/.package-lock.json -nt package-lock.json ] \
		|| npm ci --no-progress || echo "tests/peers.bats is skipped"

demo: deps
	@$(MAKE) --no-print-directory -s -j$(JOBS) all
	@pipelines/offline-demo

check: deps
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@$(MAKE) --no-print-directory -j$(JOBS) FUZZ=1 fuzzers
	@tests/e2e/asterisk make || echo "tests/e2e is skipped"
	@$(MAKE) --no-print-directory -j$(JOBS) SAN=1 check-built

check-built: all $(UNITS)
	@SV_BIN=$(abspath $(BIN)) SV_UNIT=$(abspath $(OUT)/unit) tests/run

fuzzers: $(FUZZERS)

lint:
	tests/lint

format:
	clang-format -i $(SOURCES)

bench: all
	tests/bench/run

install: all
	pipelines/install install $(DESTDIR)$(PREFIX)

uninstall:
	pipelines/install uninstall $(DESTDIR)$(PREFIX)

clean:
	rm -rf build $(BINS)

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)

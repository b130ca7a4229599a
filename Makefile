# The thin front of CMake. `make serve` and `make test` are all a newcomer needs: each installs what is
# missing for it (once), builds, and says what it does.
.PHONY: deps configure build build-all serve test unit integration soak bench edge format format-check lint lint-changed \
  asan fuzz tsan debian13 clean

JOBS ?= $(shell nproc)
# Packages before what is configured with them, and one apt-get at a time; what compiles is parallel by itself.
.NOTPARALLEL:

# What packaging/dependencies.txt has of each kind. To run the server takes the first, to test everything the first three.
DEPS := build/.deps
EDGE_DEPS := build/.deps-edge
CHECK_DEPS := build/.deps-check
BENCH_DEPS := build/.deps-bench
# The distribution's, or one that is built into build/libvips.
LIBVIPS := build/.libvips
S3_SERVER := build/.s3-server
TEST_DEPS := $(DEPS) $(LIBVIPS) $(EDGE_DEPS) $(CHECK_DEPS) $(S3_SERVER)
deps: $(TEST_DEPS)
$(DEPS) $(EDGE_DEPS) $(CHECK_DEPS) $(BENCH_DEPS): packaging/install-dependencies.sh packaging/dependencies.txt
	@mkdir -p build
	@packaging/install-dependencies.sh $(or $(patsubst build/.deps-%,%,$(filter build/.deps-%,$@)),build)
	@touch $@
$(LIBVIPS): $(DEPS) packaging/libvips/get.sh packaging/libvips/sources.txt
	@packaging/libvips/get.sh
	@touch $@

$(S3_SERVER): tests/servers/get-versitygw.sh
	@mkdir -p build
	@tests/servers/get-versitygw.sh
	@touch $@

configure: $(DEPS) $(LIBVIPS)
	@cmake --preset release >build/configure.log || { cat build/configure.log; exit 1; }

build: configure
	@cmake --build --preset release -j $(JOBS) --target rucola check_rooms

build-all: $(TEST_DEPS) configure
	@cmake --build --preset release -j $(JOBS)

serve: build
	@echo "==> build/rucola serve (Ctrl-C stops it)"
	@build/rucola serve

edge: $(EDGE_DEPS) build
	@packaging/varnish/edge.sh

test: build-all
	@tests/run

unit: build-all
	@ctest --preset release

integration: build-all
	@tests/run integration

# Long histories, memory, and the fuzz targets for ten minutes each: about two hours.
soak: build-all
	@cmake --preset asan >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build --preset asan --target fuzz_targets -j $(JOBS)
	@tools/fuzz.sh 600
	@tests/run soak

asan: $(TEST_DEPS)
	@cmake --preset asan >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build --preset asan --target unit_tests -j $(JOBS)
	@ctest --preset asan -j $(JOBS) --no-tests=error

# FUZZ_SECONDS for each target; the build is that of `make asan`.
FUZZ_SECONDS ?= 20
fuzz: $(TEST_DEPS)
	@cmake --preset asan >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build --preset asan --target fuzz_targets -j $(JOBS)
	@tools/fuzz.sh $(FUZZ_SECONDS)

# The rooms that have threads.
TSAN_ROOMS := base catalog cdn http delivery
tsan: $(TEST_DEPS)
	@cmake --preset tsan >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build --preset tsan --target $(TSAN_ROOMS:%=test_%) -j $(JOBS)
	@ctest --preset tsan -j $(JOBS) --no-tests=error -R '^($(subst $() ,|,$(TSAN_ROOMS)))$$'

bench: $(EDGE_DEPS) $(BENCH_DEPS) build
	@bench/run $(BENCH)

# The same tests on Debian 13, in a folder of its own under build/; takes root, a mirror of Debian, and 6 GB.
debian13:
	@tools/debian13.sh

format: $(CHECK_DEPS)
	@tools/format.sh

format-check: $(CHECK_DEPS)
	@tools/format.sh --check

lint: $(CHECK_DEPS) build
	@tools/lint.sh

lint-changed: $(CHECK_DEPS) build
	@tools/lint.sh --changed

clean:
	@rm -rf build

# The thin front of CMake. `make serve` and `make test` are all a newcomer needs: each installs what is
# missing (once), builds, and says what it does.
.PHONY: deps configure build build-all serve test unit integration soak bench edge format format-check lint lint-changed \
  asan fuzz tsan clean

DEPS_STAMP := build/.deps
JOBS ?= $(shell nproc)

configure: deps
	@cmake --preset release >build/configure.log || { cat build/configure.log; exit 1; }

build: configure
	@cmake --build --preset release -j $(JOBS) --target rucola check_rooms

build-all: configure
	@cmake --build --preset release -j $(JOBS)

deps: $(DEPS_STAMP)
$(DEPS_STAMP): packaging/install-dependencies.sh packaging/dependencies.txt
	@mkdir -p build
	@packaging/install-dependencies.sh
	@touch $@

serve: build
	@echo "==> build/rucola serve (Ctrl-C stops it)"
	@build/rucola serve

edge: build
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

asan: deps
	@cmake --preset asan >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build --preset asan --target unit_tests -j $(JOBS)
	@ctest --preset asan -j $(JOBS) --no-tests=error

# FUZZ_SECONDS for each target; the build is that of `make asan`.
FUZZ_SECONDS ?= 20
fuzz: deps
	@cmake --preset asan >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build --preset asan --target fuzz_targets -j $(JOBS)
	@tools/fuzz.sh $(FUZZ_SECONDS)

# The rooms that have threads.
TSAN_ROOMS := base catalog cdn http delivery
tsan: deps
	@cmake --preset tsan >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build --preset tsan --target $(TSAN_ROOMS:%=test_%) -j $(JOBS)
	@ctest --preset tsan -j $(JOBS) --no-tests=error -R '^($(subst $() ,|,$(TSAN_ROOMS)))$$'

bench: build
	@bench/run $(BENCH)

format:
	@tools/format.sh

format-check: deps
	@tools/format.sh --check

lint: build
	@tools/lint.sh

lint-changed: build
	@tools/lint.sh --changed

clean:
	@rm -rf build

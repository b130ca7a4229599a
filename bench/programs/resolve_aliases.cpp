// How long Aliases::find() takes, without HTTP around it: random names out of a0 … a{COUNT-1}, measured by
// Google Benchmark. Where the catalog is and what is in it comes from the environment, since the arguments
// are Google Benchmark's: BENCH_DATA, BENCH_ORGANIZATION, BENCH_ALIASES.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>

#include <benchmark/benchmark.h>

#include "storage/catalog/sqlite_store.h"

namespace {

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : value;
}

rucola::catalog::Store* the_store() {
  static const auto store = rucola::storage::open_sqlite_store(
      std::filesystem::path(from_environment("BENCH_DATA")) / "catalog.sqlite");
  return store ? store->get() : nullptr;
}

void resolve(benchmark::State& state) {
  rucola::catalog::Store* store = the_store();
  const std::string organization = from_environment("BENCH_ORGANIZATION");
  std::mt19937_64 random(static_cast<std::uint64_t>(state.thread_index()) + 1);
  std::uniform_int_distribution<std::int64_t> number(0, std::stoll(from_environment("BENCH_ALIASES")) - 1);
  if (store == nullptr) {
    state.SkipWithError("the catalog can't be opened");
    return;
  }
  for ([[maybe_unused]] auto iteration : state) {
    const auto alias = store->aliases().find(organization, "a" + std::to_string(number(random)));
    if (!alias) state.SkipWithError(alias.error().message.text.c_str());
    benchmark::DoNotOptimize(alias);
  }
}

BENCHMARK(resolve)->UseRealTime()->ThreadRange(1, 2);

}  // namespace

BENCHMARK_MAIN();

#include "cli/executors.h"

#include <algorithm>
#include <thread>

namespace rucola::cli {
namespace {

using std::chrono::seconds;

// Writers wait for each other's fsync and share it: more of them at once make each commit carry more.
constexpr BlockingExecutor::Bounds catalog_bounds{.threads = 24,
                                                  .waiting = 2048,
                                                  .patience = seconds{10},
                                                  .threads_per_owner = 16,
                                                  .waiting_per_owner = 1024};
// Each may keep a processor busy for as long as a search may take; one organization's never get all threads.
constexpr BlockingExecutor::Bounds search_bounds{
    .threads = 4, .waiting = 256, .patience = seconds{10}, .threads_per_owner = 2, .waiting_per_owner = 64};
constexpr BlockingExecutor::Bounds disk_bounds{.threads = 16,
                                               .waiting = 2048,
                                               .patience = seconds{30},
                                               .threads_per_owner = 8,
                                               .waiting_per_owner = 512};
// A server that says nothing holds its thread for as long as a fetch may take.
constexpr BlockingExecutor::Bounds remote_bounds{
    .threads = 32, .waiting = 256, .patience = seconds{30}, .threads_per_owner = 16, .waiting_per_owner = 64};
// A store that says nothing holds its thread until it is given up.
constexpr BlockingExecutor::Bounds far_originals_bounds{.threads = 32,
                                                        .waiting = 1024,
                                                        .patience = seconds{30},
                                                        .threads_per_owner = 16,
                                                        .waiting_per_owner = 512};
// A service that says nothing holds its thread for as long as it may take, and is the operator's own: what it
// is too slow for is soon told so.
constexpr BlockingExecutor::Bounds vision_bounds{
    .threads = 16, .waiting = 128, .patience = seconds{30}, .threads_per_owner = 8, .waiting_per_owner = 64};
// Probes are answered one after the other; whoever asks on and on waits behind himself.
constexpr BlockingExecutor::Bounds health_bounds{
    .threads = 1, .waiting = 256, .patience = seconds{2}, .waiting_per_owner = 32};

/// Mostly work for the processor: there is no use in many more than cores.
BlockingExecutor::Bounds lookup_bounds() {
  const std::size_t threads = std::size_t{2} * std::max(1U, std::thread::hardware_concurrency());
  return {.threads = threads, .waiting = 4096, .patience = seconds{10}, .waiting_per_owner = 3072};
}

}  // namespace

Executors::Executors(bool originals_are_far)
    : catalog("catalog", catalog_bounds),
      search("search", search_bounds),
      lookups("lookups", lookup_bounds()),
      disk("disk", disk_bounds),
      remote("remote", remote_bounds),
      vision("vision", vision_bounds),
      health("health", health_bounds),
      far_originals_(originals_are_far ? std::make_unique<BlockingExecutor>("originals", far_originals_bounds)
                                       : nullptr) {}

std::vector<BlockingExecutor*> Executors::all() {
  std::vector<BlockingExecutor*> all{&remote, &vision, &health, &lookups, &disk, &search, &catalog};
  if (far_originals_) all.insert(all.begin(), far_originals_.get());
  return all;
}

void Executors::close() {
  for (BlockingExecutor* executor : all())
    executor->close();
}

void Executors::shut_down() {
  close();
  for (BlockingExecutor* executor : all())
    executor->shut_down();
}

}  // namespace rucola::cli

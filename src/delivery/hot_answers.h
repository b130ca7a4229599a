// Finished answers by request, so that a cached render costs a look-up and no SQL. Each event loop has a
// lane of its own.
//
// An entry is good only for the catalog generation it was made in: any change of an alias, stack or image
// makes all entries of before go through the resolver again (which then finds the bytes in the render cache),
// so an answer from here is never stale.
//
// An answer that something better is coming for is good only until it has come.
//
// Threads: find() on the lane's own loop, insert() from any thread. A lane has its own lock; two loops never
// meet on one.
// Bounds: bytes of bodies plus bookkeeping, split evenly; what was used least recently goes first.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "message/response.h"

namespace rucola::delivery {

/// True once something better than what it came with can be delivered.
using Superseded = std::shared_ptr<const std::atomic<bool>>;

class HotAnswers {
 public:
  HotAnswers(std::size_t lanes, std::int64_t bytes);

  std::shared_ptr<const message::Response> find(std::size_t lane, std::string_view key,
                                                std::uint64_t generation);
  /// `superseded` may be null: nothing better is coming.
  void insert(std::size_t lane, std::string key, std::uint64_t generation,
              std::shared_ptr<const message::Response> response, Superseded superseded = {});

 private:
  struct Entry {
    std::string key;
    std::uint64_t generation = 0;
    std::shared_ptr<const message::Response> response;
    Superseded superseded;
    std::int64_t bytes = 0;
  };
  struct Lane {
    std::mutex mutex;
    std::list<Entry> entries;  // guarded by mutex; used last at the front
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key;  // guarded; views into entries
    std::int64_t bytes = 0;                                                   // guarded

    void erase(std::list<Entry>::iterator entry);
  };

  const std::int64_t bytes_per_lane_;
  std::vector<Lane> lanes_;
};

}  // namespace rucola::delivery

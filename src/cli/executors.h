// The server's executors, one for each kind of thing that is waited for. Render workers have a queue of their
// own (render/workers/pool.h).
//
// Of what strangers can fill, an owner (an organization, or the address of a client who is not known yet)
// never gets all: neither the threads nor the places in the queue.
//
// Threads: submit() from any; shut_down() from one. Ownership: outlives everything that submits, or may be
// called back by what was submitted.
#pragma once

#include <array>

#include "base/executor.h"

namespace rucola::cli {

struct Executors {
  Executors();

  /// Afterwards what waits, and what is handed to them, is refused. Returns at once.
  void close();
  /// Closes, and waits until what runs has ended.
  void shut_down();

  BlockingExecutor catalog;  ///< SQL, for management calls
  BlockingExecutor search;   ///< SQL that may take seconds
  BlockingExecutor lookups;  ///< SQL and planning, for renders: anybody may ask for any
  BlockingExecutor disk;     ///< files: the spool, the originals, the disk cache
  BlockingExecutor remote;   ///< servers that we fetch from
  BlockingExecutor vision;   ///< the service that describes pictures
  BlockingExecutor health;   ///< probes

 private:
  std::array<BlockingExecutor*, 7> all();
};

}  // namespace rucola::cli

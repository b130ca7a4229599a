// The server's executors, one for each kind of thing that is waited for. Render workers have a queue of their
// own (render/workers/pool.h).
//
// Of what strangers can fill, an owner (an organization, or the address of a client who is not known yet)
// never gets all: neither the threads nor the places in the queue.
//
// Threads: submit() from any; shut_down() from one. Ownership: outlives everything that submits, or may be
// called back by what was submitted.
#pragma once

#include <memory>
#include <vector>

#include "base/executor.h"

namespace rucola::cli {

struct Executors {
  /// Without originals that are far away nobody waits for them.
  explicit Executors(bool originals_are_far);

  /// Afterwards what waits, and what is handed to them, is refused. Returns at once.
  void close();
  /// Closes, and waits until what runs has ended.
  void shut_down();

  BlockingExecutor catalog;  ///< SQL, for management calls
  BlockingExecutor search;   ///< SQL that may take seconds
  BlockingExecutor lookups;  ///< SQL and planning, for renders: anybody may ask for any
  BlockingExecutor disk;     ///< files: the spool, the originals, the disk cache
  BlockingExecutor remote;   ///< servers that we fetch from
  /// Where originals that are far away are waited for; the disk where there are none.
  BlockingExecutor& originals() { return far_originals_ ? *far_originals_ : disk; }
  BlockingExecutor vision;  ///< the service that describes pictures
  BlockingExecutor health;  ///< probes

 private:
  std::vector<BlockingExecutor*> all();

  std::unique_ptr<BlockingExecutor> far_originals_;
};

}  // namespace rucola::cli

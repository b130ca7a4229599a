// Where handlers wait, by what they wait for: message::Waits.
//
// Threads: submit() from any. Ownership: borrows the executors, which outlive the server.
#pragma once

#include "base/executor.h"
#include "message/route.h"

namespace rucola::http {

struct Executors {
  BlockingExecutor& catalog;
  BlockingExecutor& search;
  BlockingExecutor& disk;
  BlockingExecutor& streams;  ///< where bodies are made while they are sent
  BlockingExecutor& health;

  /// Null: nothing is waited for.
  [[nodiscard]] BlockingExecutor* of(message::Waits waits) const {
    switch (waits) {
      case message::Waits::nothing:
        return nullptr;
      case message::Waits::catalog:
        return &catalog;
      case message::Waits::search:
        return &search;
      case message::Waits::disk:
        return &disk;
      case message::Waits::health:
        return &health;
    }
    return nullptr;
  }
};

}  // namespace rucola::http

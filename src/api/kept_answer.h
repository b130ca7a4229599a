// An answer that is the same for many who ask, and takes milliseconds to write: the last one is kept, and its
// body shared by all who are still reading it.
//
// Threads: any; one lock, held for a comparison. Bounds: one answer.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "base/bytes.h"
#include "base/mutex.h"
#include "message/response.h"

namespace rucola::api {

class KeptAnswer {
 public:
  /// That of `key`, by which answers are told apart; where the last one was another, `write` makes it,
  /// perhaps for several at once.
  template <class Write>
  message::Response get(const std::string& key, const Write& write) {
    if (const auto kept = find(key)) return *kept;
    message::Response written = write();
    if (auto* text = std::get_if<std::string>(&written.body))
      written.body = std::make_shared<const Bytes>(std::move(*text));
    keep(key, std::make_shared<const message::Response>(written));
    return written;
  }

 private:
  std::shared_ptr<const message::Response> find(const std::string& key) {
    const Lock lock(mutex_);
    return key == key_ ? answer_ : nullptr;
  }

  void keep(const std::string& key, std::shared_ptr<const message::Response> answer) {
    const Lock lock(mutex_);
    key_ = key;
    answer_.swap(answer);  // the one before goes after the lock
  }

  Mutex mutex_;
  std::string key_ GUARDED_BY(mutex_);
  std::shared_ptr<const message::Response> answer_ GUARDED_BY(mutex_);  ///< null: none yet
};

}  // namespace rucola::api

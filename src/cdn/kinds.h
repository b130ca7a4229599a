// The caches that this build can purge. A kind owns its settings, how its tags are written, and its adapter:
// adding one is its file, and its name in the list below.
//
// Threads: the tables are immutable; settings belong to the thread that loads the configuration.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "base/config.h"
#include "base/error.h"
#include "catalog/tag_header.h"
#include "cdn/cache_adapter.h"

namespace rucola::cdn {

/// The keys that a [[cdn]] entry has because of its kind.
class KindSettings {
 public:
  KindSettings() = default;
  KindSettings(const KindSettings&) = delete;
  KindSettings& operator=(const KindSettings&) = delete;
  virtual ~KindSettings() = default;

  virtual void describe(config::Table::Section& section) = 0;
  /// Fills in what was left out. Says where the cache is, which names one without a name.
  /// Errors: bad_request, with what is wrong with which key, and no secret.
  virtual Result<std::string> complete() = 0;
  /// After complete(). Opens no connection yet.
  [[nodiscard]] virtual std::unique_ptr<CacheAdapter> make_adapter(CacheIdentity identity) const = 0;
};

struct Kind {
  std::string_view name;
  std::string_view usual_tag_header;
  /// How this kind of cache reads tags out of a header of that name.
  catalog::TagHeader (*tag_header)(std::string_view name);
  std::unique_ptr<KindSettings> (*make_settings)();
  std::string_view environment_variable;  ///< one that complete() reads; empty: none
};

const Kind& varnish();
const Kind& webhook();

using KindOf = const Kind& (*)();
inline constexpr std::array all_kinds{KindOf{varnish}, KindOf{webhook}};

}  // namespace rucola::cdn

// The port for what renders read of the catalog: everything out of one snapshot, so that no answer is made of
// an old alias and a new stack, and so that it is known how old the answer's facts are.
//
// Threads: any; read() blocks on the catalog for as long as `look` takes. A snapshot is used by the thread of
// `look` alone, and only until it returns. Errors: not_found, bad_request (an ambiguous short hash),
// internal.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/changes.h"
#include "catalog/types.h"

namespace rucola::catalog {

class RenderSnapshot {
 public:
  RenderSnapshot() = default;
  RenderSnapshot(const RenderSnapshot&) = delete;
  RenderSnapshot& operator=(const RenderSnapshot&) = delete;
  virtual ~RenderSnapshot() = default;

  /// The place of the newest change that the snapshot shows.
  [[nodiscard]] virtual FeedPlace newest_change() const = 0;

  virtual Result<Organization> organization(std::string_view name) = 0;
  /// Oldest first.
  virtual Result<std::vector<SigningKey>> signing_keys(std::string_view organization) = 0;
  virtual Result<Stack> stack(std::string_view organization, std::string_view name) = 0;
  virtual Result<Alias> alias(std::string_view organization, std::string_view name) = 0;
  /// By full hash or unambiguous prefix. Deleted images are not found.
  virtual Result<SourceImage> image(std::string_view organization, std::string_view hash_or_prefix) = 0;
  /// The full hash of the image that was fetched from that URL.
  virtual Result<std::string> remote_image(std::string_view organization, std::string_view url) = 0;
};

class RenderLookup {
 public:
  RenderLookup() = default;
  RenderLookup(const RenderLookup&) = delete;
  RenderLookup& operator=(const RenderLookup&) = delete;
  virtual ~RenderLookup() = default;

  /// Opens a snapshot that shows every change acknowledged before the call, and has `look` ask it.
  /// Errors: internal, where none can be opened; `look` was not called then.
  virtual Result<void> read(const std::function<void(RenderSnapshot&)>& look) = 0;
};

}  // namespace rucola::catalog

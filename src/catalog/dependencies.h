// What an answer depends on in the catalog: everything that was asked for on the way to it, also what was not
// found. Larger than the tags that a purge goes by: a name that did not exist is a dependency, since the
// answer is another one once it does.
//
// Threads: a Dependencies belongs to one request; the functions are pure. A Dependency is 64 bits of a hash:
// two things may share one, and then a change of either counts for both, which costs a look-up and nothing
// else. The hash is keyed anew in every process, so that nobody can choose names that share.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "catalog/changes.h"

namespace rucola::catalog {

using Dependency = std::uint64_t;

class Dependencies {
 public:
  void add_organization(std::string_view name);
  void add_signing_keys(std::string_view organization);
  void add_stack(std::string_view organization, std::string_view name);
  void add_alias(std::string_view organization, std::string_view name);
  /// A full hash depends on that image; a prefix on every image whose hash begins like it, since another
  /// one makes it ambiguous.
  void add_image(std::string_view organization, std::string_view hash_or_prefix);
  void add_remote_image(std::string_view organization, std::string_view url);

  [[nodiscard]] std::span<const Dependency> all() const { return all_; }

 private:
  void add(Dependency dependency);

  std::vector<Dependency> all_;  ///< each once
};

/// The dependencies that a change touches; `change` is of a known kind.
std::vector<Dependency> touched_by(const Change& change);

}  // namespace rucola::catalog

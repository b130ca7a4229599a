// The port to stacks; store.h says what holds for all ports.
//
// Errors: not_found, conflict.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/types.h"

namespace rucola::catalog {

/// May `before`, which lives, be replaced? Asked inside the transaction that replaces it.
using MayReplace = std::function<Result<void>(const Stack& before)>;

struct PutStack {
  Stack stack;
  bool created = false;
};

class Stacks {
 public:
  Stacks() = default;
  Stacks(const Stacks&) = delete;
  Stacks& operator=(const Stacks&) = delete;
  virtual ~Stacks() = default;

  /// Errors: conflict (it exists and overwrite is no), and what `may_replace` says where it is given.
  virtual Result<PutStack> put(std::string_view organization, std::string_view name,
                               std::string_view definition_json, Overwrite overwrite,
                               const MayReplace& may_replace = {}) = 0;
  virtual Result<Stack> find(std::string_view organization, std::string_view name) = 0;
  /// By name, ascending.
  virtual Result<std::vector<Stack>> list(std::string_view organization) = 0;
  virtual Result<void> remove(std::string_view organization, std::string_view name) = 0;
};

}  // namespace rucola::catalog

// Names of files in a zip archive, made of the names that people gave their images: no two are the same, on
// no system that unpacks them, and none leads out of the folder or means something else there.
//
// Threads: one at a time. Memory: all names.
#pragma once

#include <set>
#include <string>

#include "catalog/types.h"

namespace rucola::api {

class ZipNames {
 public:
  /// That of the next image: its own where it is harmless and not yet taken; then with its hash.
  std::string add(const catalog::SourceImage& image);

 private:
  bool take(const std::string& name);

  std::set<std::string> taken_;  ///< as caseless() has them
};

}  // namespace rucola::api

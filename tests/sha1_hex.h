// The SHA-1 of a whole text, as clients compute it.
#pragma once

#include <string>
#include <string_view>

#include "base/hashing.h"

namespace rucola::test {

inline std::string sha1_hex(std::string_view bytes) {
  Digest digest(Digest::Algorithm::sha1);
  digest.update(bytes);
  return digest.finish_hex();
}

}  // namespace rucola::test

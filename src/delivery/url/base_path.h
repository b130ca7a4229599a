// Does a path stay behind the base that another server's images are fetched from? That server may read it in
// other ways than we do: with parameters behind a segment (`..;x=1/`, as servlet containers have them),
// decoded twice, with backslashes, overlong UTF-8 or look-alikes for a point or a slash, up to the first NUL.
// What any of them could take for a way out counts as one.
//
// Pure; thread-safe. Time is at worst quadratic in the length, which is the caller's to bound.
#pragma once

#include <string>
#include <string_view>

namespace rucola::delivery {

/// With all percent-escapes read, also those that come out of others (`%252e`), `%u002e` and overlong UTF-8
/// among them; what is no sound escape stays as it is.
std::string decoded_throughout(std::string path);

/// Could a segment of it mean "." or ".." to somebody? `decoded` is what decoded_throughout() gave.
bool may_climb(std::string_view decoded);

}  // namespace rucola::delivery

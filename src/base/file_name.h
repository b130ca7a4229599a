// Names of files as strangers send them, made fit to be shown, listed as JSON and put into headers. They are
// for people only, never a path.
//
// Pure; thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rucola {

inline constexpr std::size_t longest_file_name = 255;  ///< bytes

/// The name without the client's folders ("C:\\pictures\\a.jpg"), as UTF-8 (what is none is taken for
/// Latin-1), cut after a whole character where it is longer than any file system takes.
std::string plain_file_name(std::string_view sent);

}  // namespace rucola

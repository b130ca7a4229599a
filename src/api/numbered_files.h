// Which number each file of an upload has: the one that options[0], meta_user[0] and the like go by.
//
// filedata[2] and url[2] say it themselves; files and URLs are numbered together. Those without a number, in
// fields of whatever name, take the numbers that are free, from 0, in the order of the form. What stands
// where in the form says nothing otherwise: to go by it has published what should be protected.
//
// Pure; thread-safe. Errors: bad_request, where two have one number, where a number can't be read, or where a
// field is for one of them and its name leaves open for which.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "message/request.h"

namespace rucola::api {

inline constexpr std::string_view url_field = "url";

struct NumberedFile {
  std::size_t number = 0;
  message::Part* part = nullptr;  ///< a file, or the text field of a URL; one of those given, never null
};

/// In the order of their numbers, which may have gaps. `per_file` names the fields that say something of one
/// file.
Result<std::vector<NumberedFile>> number_files(std::span<message::Part> parts,
                                               std::span<const std::string_view> per_file);

}  // namespace rucola::api

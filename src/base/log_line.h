// One line of the log as text, appended to a buffer without any allocation of its own.
//
// Thread-safe: a pure function.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/log.h"

namespace rucola::log {

/// No line end. What is no UTF-8 in a value, such as the bytes of a damaged row, becomes U+FFFD.
/// `time` as format_rfc3339() writes it; `request` is the id of the request, or empty. In the
/// text format a value with a space, a quote or a control character is written as a JSON string, so that a
/// hostile value can't forge a line.
void append_line(std::string& out, Format format, std::string_view time, Level level, std::string_view event,
                 std::string_view request, std::initializer_list<Field> fields);

}  // namespace rucola::log

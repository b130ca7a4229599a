// Content-Disposition for file names that people chose. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace rucola::message {

/// `attachment; filename="…"`: safe against quotes and line breaks, with the UTF-8 form of RFC 8187 before it
/// where the name needs it. The plain form comes last and is never empty, since rokka's Go client looks for
/// it there and fails without it.
std::string content_disposition(std::string_view type, std::string_view filename);

}  // namespace rucola::message

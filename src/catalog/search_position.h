// A position in a list as clients carry it: the cursor of a page, which the next request brings as its
// offset. Not secret, and meant for no reader: whoever makes one up gets a page of what he may see anyway.
//
// Pure; thread-safe. Errors: bad_request.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/image_search.h"

namespace rucola::catalog {

/// Errors: also where the values that the images are sorted by are too long to be carried in a URL.
Result<std::string> cursor_text(const std::vector<SearchOrder>& order, const SearchPosition& position);

/// What cursor_text() made for that very order. No number is one.
Result<SearchPosition> parse_cursor(std::string_view text, const std::vector<SearchOrder>& order);

}  // namespace rucola::catalog

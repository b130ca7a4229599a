// What a query says of the images that it means: filters, order and where to begin. Internal to api/.
//
// Pure; thread-safe. Errors: bad_request, with what is allowed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "api/paths.h"
#include "base/error.h"
#include "catalog/image_search.h"

namespace rucola::api {

inline constexpr std::int64_t most_offset = 1'000'000'000;

/// Members of the same names are in the struct of each route that takes them.
struct ImageQuery {
  std::optional<std::string> offset;
  std::optional<std::string> sort;
  std::optional<std::string> joined_by;
  std::optional<boost::json::object> filters;
};

/// Is the offset a number of images, rather than a cursor?
bool is_number(std::string_view offset);

Result<catalog::ImageSearch> search_of(const ImageQuery& query);

Schema filter_schema();

/// The organization, and all of an ImageQuery; then what else the route takes.
template <class In>
std::vector<Input<In>> of_query(std::vector<Input<In>> more = {}) {
  std::vector<Input<In>> takes{
      organization_path<In>(),
      query("offset", &In::offset, text(32'768), "How many to leave out, or the cursor of the page before."),
      query("sort", &In::sort, text(2048),
            "Fields with asc (the default) or desc: created desc,size. Those without the field come last."),
      query("operator", &In::joined_by, Schema{.values = {"and", "or"}},
            "Must all filters fit (and, the default), or is one enough?"),
      other_queries("filters", &In::filters, filter_schema(),
                    "Fields and what they must be: a value, value*, [10,20], {10,}; metadata as in "
                    "user:int:weight=3. docs/searching.md has all of it.")};
  takes.insert(takes.begin() + 1, more.begin(), more.end());
  return takes;
}

template <class In>
Result<catalog::ImageSearch> search_of(const In& asked) {
  return search_of(ImageQuery{
      .offset = asked.offset, .sort = asked.sort, .joined_by = asked.joined_by, .filters = asked.filters});
}

}  // namespace rucola::api

// What a request brings, checked against what its route takes: the path, the query, headers, a JSON body, a
// form. Headers that a route doesn't know are none of its business: proxies add theirs.
//
// A name that the route doesn't know, or that stands twice, is refused: it could have changed the outcome,
// and to go on without it would do something else than was asked for.
//
// Pure; thread-safe. Errors: bad_request, which names what is known; not_found for what stands in the path.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "api/schema.h"
#include "base/error.h"
#include "message/request.h"

namespace rucola::api {

/// `query_others`: an object of the query's other parameters, those that the schema's `accepts` knows by
/// their names; the fields of its shape are some of them, for messages and documents.
enum class Place { path, query, query_others, header, body, whole_body, bare_body };

struct Placed {
  Place place;
  Field field;
};

/// Is it part of what is sent behind the head?
constexpr bool is_in_body(Place place) {
  return place == Place::body || place == Place::whole_body || place == Place::bare_body;
}

/// One value for each place, in their order; nothing where it is absent and may be. Those of a field per file
/// are objects, by the number of the file.
Result<std::vector<std::optional<boost::json::value>>> read_inputs(const std::vector<Placed>& places,
                                                                   const message::Request& request);

/// "meta_user", "0", "title" of meta_user[0][title].
struct FormFieldName {
  std::string base;
  std::string index;  ///< empty for name and name[]
  std::string key;    ///< empty where there is none
};

/// Nothing where it is written in no way that is known.
std::optional<FormFieldName> parse_form_field_name(std::string_view name);

/// The number of the file that the field is of; nothing where it has none. `written` is the field's whole
/// name.
Result<std::optional<std::size_t>> file_number(const FormFieldName& name, std::string_view written);

}  // namespace rucola::api

// What somebody else says of an image, as it stands in its user metadata: descriptions, a field a language
// ("auto_description_de"), and labels ("array:auto_labels").
//
// Pure and thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "base/error.h"

namespace rucola::catalog {

inline constexpr std::size_t most_languages = 10;

/// Two or three lower-case letters, as in ISO 639.
bool is_language(std::string_view text);

/// Errors: bad_request where they are no 1 to 10 languages, each of which stands there once.
Result<std::vector<std::string>> languages_of(const boost::json::value& list);

/// Of these languages, what the user metadata has.
std::map<std::string, std::string> descriptions_in(const boost::json::object& user_metadata,
                                                   const std::vector<std::string>& languages);
std::vector<std::string> labels_in(const boost::json::object& user_metadata);

/// As changed_user_metadata() takes them.
boost::json::object description_changes(const std::map<std::string, std::string>& by_language);
boost::json::object label_changes(const std::vector<std::string>& labels);

}  // namespace rucola::catalog

#include "catalog/descriptions.h"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace rucola::catalog {
namespace {

namespace json = boost::json;

constexpr std::string_view labels_key = "array:auto_labels";

std::string key_of_description(std::string_view language) {
  return "auto_description_" + std::string(language);
}

}  // namespace

bool is_language(std::string_view text) {
  return (text.size() == 2 || text.size() == 3) &&
         std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

Result<std::vector<std::string>> languages_of(const json::value& list) {
  const auto wrong =
      fail(ErrorCode::bad_request, "\"languages\" must be a list of 1 to " + std::to_string(most_languages) +
                                       R"( languages, each once, as in ["de", "en"].)");
  if (!list.is_array() || list.get_array().empty() || list.get_array().size() > most_languages) return wrong;
  std::vector<std::string> languages;
  for (const json::value& one : list.get_array()) {
    if (!one.is_string() || !is_language(std::string_view(one.get_string()))) return wrong;
    std::string language(one.get_string());
    if (std::ranges::find(languages, language) != languages.end()) return wrong;
    languages.push_back(std::move(language));
  }
  return languages;
}

std::map<std::string, std::string> descriptions_in(const json::object& user_metadata,
                                                   const std::vector<std::string>& languages) {
  std::map<std::string, std::string> found;
  for (const std::string& language : languages) {
    const json::value* stored = user_metadata.if_contains(key_of_description(language));
    if (stored != nullptr && stored->is_string()) found.emplace(language, stored->get_string());
  }
  return found;
}

std::vector<std::string> labels_in(const json::object& user_metadata) {
  std::vector<std::string> found;
  const json::value* stored = user_metadata.if_contains(labels_key);
  if (stored == nullptr || !stored->is_array()) return found;
  for (const json::value& one : stored->get_array()) {
    if (one.is_string()) found.emplace_back(one.get_string());
  }
  return found;
}

json::object description_changes(const std::map<std::string, std::string>& by_language) {
  json::object changes;
  for (const auto& [language, text] : by_language)
    changes[key_of_description(language)] = text;
  return changes;
}

json::object label_changes(const std::vector<std::string>& labels) {
  json::array list;
  for (const std::string& label : labels)
    list.emplace_back(label);
  return {{labels_key, std::move(list)}};
}

}  // namespace rucola::catalog

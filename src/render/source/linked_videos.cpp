#include "render/source/linked_videos.h"

#include <algorithm>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace rucola::render {

namespace json = boost::json;

std::vector<std::string> linked_videos(std::string_view dynamic_metadata_json) {
  json::error_code error;
  const json::value metadata = json::parse(dynamic_metadata_json, error);
  if (error) return {};
  const json::value* hashes = metadata.find_pointer("/linked/hashes", error);
  if (hashes == nullptr || !hashes->is_array()) return {};
  std::vector<std::string> found;
  for (const json::value& hash : hashes->get_array()) {
    if (found.size() == most_linked_videos) break;
    if (!hash.is_string()) continue;
    std::string text(hash.get_string());
    if (std::ranges::find(found, text) == found.end()) found.push_back(std::move(text));
  }
  return found;
}

}  // namespace rucola::render

#include "catalog/search_values.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "base/time_text.h"
#include "base/words.h"
#include "catalog/stored_json.h"
#include "catalog/user_metadata.h"

namespace rucola::catalog {
namespace {

namespace json = boost::json;

constexpr int deepest = 8;

/// Values of fields that have one, and of fields that may have many, apart: however many there are of these,
/// no other field is lost.
class Collector {
 public:
  /// The field's only value: what comes later under the same key does not count.
  void add(std::string key, SearchValue value) {
    if (values_.size() < most_search_values && fits(value) && keys_.insert(key).second)
      values_.push_back({std::move(key), std::move(value)});
  }

  /// One of the field's values.
  void add_one_of(const std::string& key, std::string_view text) {
    SearchValue value = std::string(text);
    if (items_.size() < most_search_values && fits(value) && seen_.emplace(key, value).second)
      items_.push_back({key, std::move(value)});
  }

  void add_words(const std::string& key, std::string_view text) {
    for (const std::string& word : words_of(text))
      add_one_of(key, word);
  }

  std::vector<NamedValue> take() {
    std::ranges::move(items_, std::back_inserter(values_));
    return std::move(values_);
  }

 private:
  static bool fits(const SearchValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr || fits(std::string_view(*text));
  }
  /// A NUL would end the text for SQL functions, though not for the index.
  static bool fits(std::string_view text) {
    return text.size() <= longest_search_text && !text.contains('\0');
  }

  std::set<std::string> keys_;
  std::vector<NamedValue> values_;
  std::set<std::pair<std::string, SearchValue>> seen_;
  std::vector<NamedValue> items_;
};

std::optional<double> number_of(const json::value& value) {
  if (!value.is_number()) return std::nullopt;
  return value.to_number<double>();
}

std::int64_t milliseconds(Time time) {
  return time.time_since_epoch().count();
}

// ---- User metadata: typed by its names -------------------------------------------------------------------

void add_user_value(Collector& to, const SearchField& field, const json::value& value) {
  const auto each_item = [&](const auto& add) {
    if (const json::array* items = value.if_array()) {
      for (const json::value& item : *items)
        add(std::string_view(item.get_string()));
    } else {
      add(std::string_view(value.get_string()));
    }
  };
  switch (field.kind) {
    case SearchKind::integer:
      return to.add(field.key, value.get_int64());
    case SearchKind::real:
      return to.add(field.key, value.to_number<double>());
    case SearchKind::time:
      return to.add(field.key, milliseconds(parse_time(value.get_string()).value()));
    case SearchKind::word:
      return each_item([&](std::string_view text) { to.add_words(field.key, text); });
    case SearchKind::text:
    case SearchKind::place:
      if (!field.many) return to.add(field.key, std::string(std::string_view(value.get_string())));
      return each_item([&](std::string_view text) { to.add_one_of(field.key, text); });
    case SearchKind::flag:
      return;  // no type of user metadata
  }
}

void add_user_metadata(Collector& to, const json::object& metadata) {
  for (const auto& [field, value] : typed_user_fields(metadata)) {
    const auto name = std::string(prefix_of(field.type)) + ":" + field.name;
    if (const auto searched = parse_search_field("user:" + name)) add_user_value(to, *searched, value);
  }
}

// ---- Static and dynamic metadata: typed by its values ----------------------------------------------------

/// As inspecting a file writes them: 2017-01-29, 2017-01-29T12:34:56, and with an offset.
std::optional<Time> date_of(std::string_view text) {
  constexpr std::size_t behind_the_year = 4;
  const bool may_be = text.size() > behind_the_year && text[behind_the_year] == '-';
  return may_be ? parse_time(text) : std::nullopt;
}

void add_text_leaf(Collector& to, std::string_view source, std::string_view path, std::string_view text) {
  to.add(search_key(source, "str", path), std::string(text));
  if (source != "static") return;
  if (const auto date = date_of(text)) to.add(search_key(source, "date", path), milliseconds(*date));
}

void add_leaf(Collector& to, std::string_view source, std::string_view path, const json::value& value) {
  const auto key = [&](std::string_view type) { return search_key(source, type, path); };
  if (const json::string* text = value.if_string()) add_text_leaf(to, source, path, *text);
  if (const bool* flag = value.if_bool()) to.add(key("str"), std::string(*flag ? "true" : "false"));
  if (const std::int64_t* number = value.if_int64()) to.add(key("int"), *number);
  if (const auto number = number_of(value)) to.add(key("double"), *number);
  if (const json::array* items = value.if_array()) {
    for (const json::value& item : *items) {
      if (const json::string* text = item.if_string()) to.add_one_of(key("array"), *text);
    }
  }
}

void add_tree(Collector& to, std::string_view source, const std::string& path, const json::value& value,
              int depth) {
  const json::object* object = value.if_object();
  if (object == nullptr) return add_leaf(to, source, path, value);
  if (depth == deepest) return;
  for (const auto& [name, inner] : *object)
    add_tree(to, source, path.empty() ? std::string(name) : path + ":" + std::string(name), inner, depth + 1);
}

}  // namespace

std::vector<NamedValue> search_values(const SourceImage& image) {
  Collector values;
  values.add_words(std::string(words_of_the_name), image.name);
  add_user_metadata(values, stored_metadata(image, image.user_metadata_json));
  add_tree(values, "dynamic", {}, stored_metadata(image, image.dynamic_metadata_json), 0);
  add_tree(values, "static", {}, stored_metadata(image, image.static_metadata_json), 0);
  return values.take();
}

}  // namespace rucola::catalog

#include "catalog/image_search.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "base/wording.h"
#include "base/words.h"
#include "catalog/search_values.h"
#include "catalog/user_metadata.h"

namespace rucola::catalog {
namespace {

constexpr std::size_t most_orders = 5;
constexpr std::size_t most_facets = 10;
constexpr std::size_t most_words = 10;

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::bad_request, std::move(message));
}

std::unexpected<Error> wrong_value(std::string_view name, std::string_view value, std::string_view wanted) {
  return wrong("The filter " + in_quotes(name) + " can't be " + in_quotes(value) + ": it takes " +
               std::string(wanted) + ".");
}

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_in_quotes(std::string_view text) {
  return text.size() >= 2 && (text.front() == '\'' || text.front() == '"') && text.back() == text.front();
}

std::string_view without_quotes(std::string_view text) {
  return is_in_quotes(text) ? text.substr(1, text.size() - 2) : text;
}

// ---- Values ----------------------------------------------------------------------------------------------

Result<SearchValue> flag_value(std::string_view name, std::string_view text) {
  if (text == "true" || text == "1") return std::int64_t{1};
  if (text == "false" || text == "0") return std::int64_t{0};
  return wrong_value(name, text, "true or false");
}

Result<SearchValue> place_value(std::string_view name, std::string_view text) {
  const auto place =
      checked_user_value({.type = UserFieldType::latlon, .name = {}}, boost::json::value(text));
  if (place) return std::string(std::string_view(place->get_string()));
  return wrong_value(name, text, "latitude,longitude, as 47.38,8.52");
}

Result<SearchValue> read_value(const SearchField& field, std::string_view name, std::string_view text) {
  switch (field.kind) {
    case SearchKind::flag:
      return flag_value(name, text);
    case SearchKind::integer:
      if (const auto number = whole_number<std::int64_t>(text)) return *number;
      return wrong_value(name, text, "an integer, or a range of them: [100,200], {100,}");
    case SearchKind::real:
      if (const auto number = whole_number<double>(text); number && std::isfinite(*number)) return *number;
      return wrong_value(name, text, "a number, or a range of them: [0.5,1.5], {0.5,}");
    case SearchKind::time:
      if (const auto time = parse_time(text)) return std::int64_t{time->time_since_epoch().count()};
      return wrong_value(name, text, "a time, or a range of them: ['2017-01-01T00:00:00Z',}");
    case SearchKind::place:
      return place_value(name, text);
    case SearchKind::text:
    case SearchKind::word:
      if (text.size() > longest_search_text)
        return wrong_value(name, text, "at most " + std::to_string(longest_search_text) + " bytes");
      if (!is_utf8(text)) return wrong_value(name, text, "UTF-8");
      return std::string(text);
  }
  return wrong_value(name, text, "nothing");
}

// ---- Ranges ----------------------------------------------------------------------------------------------

struct Range {
  std::string_view from;
  std::string_view to;
};

/// Where a range's two ends are parted: a comma, or " TO ", outside quotes.
std::optional<Range> parted(std::string_view inside) {
  char quote = 0;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    const char c = inside[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == ',') {
      return Range{inside.substr(0, i), inside.substr(i + 1)};
    } else if (inside.substr(i).starts_with(" TO ")) {
      return Range{inside.substr(0, i), inside.substr(i + 4)};
    }
  }
  return std::nullopt;
}

bool is_open_end(std::string_view text) {
  return text.empty() || text == "*";
}

/// Times are shown to the second, and mean all of it; what is written with a fraction means that moment.
SearchValue end_of_time(SearchValue value) {
  auto& milliseconds = std::get<std::int64_t>(value);
  if (milliseconds % 1000 == 0) milliseconds += 999;
  return value;
}

std::optional<SearchBound> at_least(const SearchField& field, SearchValue value, bool included) {
  if (field.kind == SearchKind::time && !included) value = end_of_time(std::move(value));
  return SearchBound{std::move(value), included};
}
std::optional<SearchBound> at_most(const SearchField& field, SearchValue value, bool included) {
  if (field.kind == SearchKind::time && included) value = end_of_time(std::move(value));
  return SearchBound{std::move(value), included};
}

bool has_ranges(SearchKind kind) {
  return kind != SearchKind::flag && kind != SearchKind::word && kind != SearchKind::place;
}

bool is_range(std::string_view text) {
  return text.size() >= 2 && (text.front() == '[' || text.front() == '{') &&
         (text.back() == ']' || text.back() == '}');
}

Result<Span> range_span(const SearchField& field, std::string_view name, std::string_view text) {
  const auto ends = parted(text.substr(1, text.size() - 2));
  if (!ends) return wrong_value(name, text, "a range with two ends: [10,20], {10,}, [,20]");
  Span span;
  if (const std::string_view from = trimmed(ends->from); !is_open_end(from)) {
    auto value = read_value(field, name, without_quotes(from));
    if (!value) return std::unexpected(std::move(value.error()));
    span.from = at_least(field, *std::move(value), text.front() == '[');
  }
  if (const std::string_view to = trimmed(ends->to); !is_open_end(to)) {
    auto value = read_value(field, name, without_quotes(to));
    if (!value) return std::unexpected(std::move(value.error()));
    span.to = at_most(field, *std::move(value), text.back() == ']');
  }
  return span;
}

Result<Span> value_span(const SearchField& field, std::string_view name, std::string_view text) {
  auto value = read_value(field, name, text);
  if (!value) return std::unexpected(std::move(value.error()));
  if (field.short_hash) return Span{.from = SearchBound{*std::move(value)}, .prefix = true, .alone = true};
  return Span{.from = at_least(field, *value, true), .to = at_most(field, *value, true)};
}

Result<Span> beginning_span(const SearchField& field, std::string_view name, std::string_view text) {
  auto value = read_value(field, name, text);
  if (!value) return std::unexpected(std::move(value.error()));
  return Span{.from = SearchBound{*std::move(value)}, .prefix = true};
}

Result<std::vector<Span>> word_spans(std::string_view name, std::string_view text) {
  const std::vector<std::string> words = words_of(text);
  if (words.empty()) return wrong_value(name, text, "words: letters and digits");
  if (words.size() > most_words)
    return wrong_value(name, text, "at most " + std::to_string(most_words) + " words");
  std::vector<Span> spans;
  spans.reserve(words.size());
  for (const std::string& word : words)
    spans.push_back({.from = SearchBound{word}, .prefix = true});
  return spans;
}

Result<std::vector<Span>> one(Result<Span> span) {
  if (!span) return std::unexpected(std::move(span.error()));
  return std::vector{*std::move(span)};
}

Result<std::vector<Span>> read_spans(const SearchField& field, std::string_view name, std::string_view text) {
  if (text.empty()) return wrong_value(name, text, "a value; * for all images that have the field");
  if (text == "*") return std::vector{Span{}};
  if (field.kind == SearchKind::word) return word_spans(name, without_quotes(text));
  if (is_in_quotes(text)) return one(value_span(field, name, without_quotes(text)));
  if (is_range(text) && has_ranges(field.kind)) return one(range_span(field, name, text));
  if (text.ends_with('*') && field.kind == SearchKind::text)
    return one(beginning_span(field, name, text.substr(0, text.size() - 1)));
  return one(value_span(field, name, text));
}

// ---- Orders ----------------------------------------------------------------------------------------------

Result<SearchOrder> parse_one_order(std::string_view text) {
  const std::string_view name = text.substr(0, text.find(' '));
  const std::string_view direction = trimmed(text.substr(name.size()));
  auto field = parse_search_field(name);
  if (!field) return std::unexpected(std::move(field.error()));
  if (field->many)
    return wrong("Images can't be sorted by " + in_quotes(name) + ", of which each may have several values.");
  if (!direction.empty() && direction != "asc" && direction != "desc")
    return wrong("The direction of " + in_quotes(text) + " is asc or desc, as in \"created desc\".");
  return SearchOrder{
      .field = *std::move(field), .name = std::string(name), .descending = direction == "desc"};
}

std::vector<std::string_view> pieces_of(std::string_view text) {
  std::vector<std::string_view> pieces;
  for (;;) {
    const std::size_t comma = text.find(',');
    pieces.push_back(trimmed(text.substr(0, comma)));
    if (comma == std::string_view::npos) return pieces;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

Result<SearchCondition> parse_condition(std::string_view name, std::string_view value) {
  auto field = parse_search_field(name);
  if (!field) return std::unexpected(std::move(field.error()));
  auto spans = read_spans(*field, name, value);
  if (!spans) return std::unexpected(std::move(spans.error()));
  return SearchCondition{*std::move(field), *std::move(spans)};
}

Result<std::vector<SearchOrder>> parse_order(std::string_view text) {
  std::vector<SearchOrder> orders;
  for (const std::string_view piece : pieces_of(text)) {
    auto order = parse_one_order(piece);
    if (!order) return std::unexpected(std::move(order.error()));
    if (std::ranges::any_of(orders, [&](const SearchOrder& other) { return other.field == order->field; }))
      return wrong("The field " + in_quotes(order->name) + " stands twice in what to sort by.");
    orders.push_back(*std::move(order));
  }
  if (orders.size() > most_orders)
    return wrong("Images are sorted by " + std::to_string(most_orders) + " fields at most.");
  return orders;
}

Result<std::vector<FacetField>> parse_facets(std::string_view text) {
  std::vector<FacetField> facets;
  for (const std::string_view name : pieces_of(text)) {
    auto field = parse_search_field(name);
    if (!field) return std::unexpected(std::move(field.error()));
    if (field->column || field->kind != SearchKind::text)
      return wrong("There are no facets of " + in_quotes(name) +
                   "; there are of metadata that is a string or an array of strings: user:str:author, "
                   "user:array:labels.");
    if (std::ranges::any_of(facets, [&](const FacetField& other) { return other.field == *field; }))
      return wrong("The field " + in_quotes(name) + " stands twice in the facets.");
    facets.push_back({*std::move(field), std::string(name)});
  }
  if (facets.size() > most_facets)
    return wrong("A search has " + std::to_string(most_facets) + " facets at most.");
  return facets;
}

const std::vector<SearchOrder>& order_of(const ImageSearch& search) {
  static const std::vector<SearchOrder> newest_first{
      {.field = {.kind = SearchKind::time, .column = ImageColumn::created},
       .name = "created",
       .descending = true}};
  return search.order.empty() ? newest_first : search.order;
}

}  // namespace rucola::catalog

#include "message/conditional.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <string_view>

#include "base/text.h"

namespace rucola::message {
namespace {

using Kind = Selection::Kind;

enum class Comparison { strong, weak };

/// `list` is "*" or entity tags with commas between.
bool matches(std::string_view list, std::string_view etag, Comparison comparison) {
  if (trimmed(list) == "*") return true;
  while (const auto one = take_entity_tag(list)) {
    if (one->tag == etag && (!one->weak || comparison == Comparison::weak)) return true;
  }
  return false;
}

/// HTTP dates have whole seconds.
std::int64_t seconds_of(Time time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::optional<std::int64_t> date_of(const Request& request, std::string_view field) {
  const std::string_view text = request.headers.only(field);
  if (text.empty())
    return std::nullopt;  // as usual; to find out that it is no date takes as long as the rest of a hit
  const auto date = parse_http_date(text);
  if (!date) return std::nullopt;
  return seconds_of(*date);
}

std::optional<Kind> failed_precondition(const Request& request, const Response& response) {
  if (request.headers.has("If-Match")) {
    if (!matches(request.headers.joined("If-Match"), response.etag, Comparison::strong))
      return Kind::precondition_failed;
  } else if (response.last_modified) {
    const auto since = date_of(request, "If-Unmodified-Since");
    if (since && seconds_of(*response.last_modified) > *since) return Kind::precondition_failed;
  }
  if (request.headers.has("If-None-Match")) {
    if (matches(request.headers.joined("If-None-Match"), response.etag, Comparison::weak))
      return Kind::not_modified;
  } else if (response.last_modified) {
    const auto since = date_of(request, "If-Modified-Since");
    if (since && seconds_of(*response.last_modified) <= *since) return Kind::not_modified;
  }
  return std::nullopt;
}

/// If-Range holds one strong tag, or the exact date of the last change.
bool range_is_wanted(const Request& request, const Response& response) {
  if (!request.headers.has("If-Range")) return true;
  const std::string_view condition = trimmed(request.headers.only("If-Range"));
  if (condition.starts_with('"')) return condition == response.etag;
  const auto date = date_of(request, "If-Range");
  return date && response.last_modified && *date == seconds_of(*response.last_modified);
}

std::optional<std::int64_t> parse_position(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  // A position beyond 64 bits is behind the end of every body.
  if (error == std::errc::result_out_of_range && end == digits.data() + digits.size()) return INT64_MAX;
  if (error != std::errc{} || end != digits.data() + digits.size() || value < 0 || digits.front() == '-') {
    return std::nullopt;
  }
  return value;
}

Selection range(std::string_view field, std::int64_t size) {
  const Selection whole{Kind::whole, 0, size};
  const std::size_t equals = field.find('=');
  if (equals == std::string_view::npos || !equal_ignoring_case(trimmed(field.substr(0, equals)), "bytes")) {
    return whole;
  }
  const std::string_view spec = trimmed(field.substr(equals + 1));
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos || spec.contains(',')) return whole;
  const std::string_view first_text = spec.substr(0, dash);
  const std::string_view last_text = spec.substr(dash + 1);
  if (first_text.empty()) {
    const auto suffix = last_text.empty() ? std::nullopt : parse_position(last_text);
    if (!suffix) return whole;
    if (*suffix == 0 || size == 0) return {Kind::unsatisfiable, 0, 0};
    const std::int64_t length = std::min(*suffix, size);
    return {Kind::part, size - length, length};
  }
  const auto first = parse_position(first_text);
  const auto last = last_text.empty() ? std::optional(INT64_MAX) : parse_position(last_text);
  if (!first || !last || *last < *first) return whole;
  if (*first >= size) return {Kind::unsatisfiable, 0, 0};
  return {Kind::part, *first, std::min(*last, size - 1) - *first + 1};
}

}  // namespace

std::optional<EntityTag> take_entity_tag(std::string_view& list) {
  list = trimmed(list, " \t,");
  const bool weak = list.starts_with("W/");
  const std::string_view tag = list.substr(weak ? 2 : 0);
  // A comma may stand inside a tag.
  const std::size_t close = tag.starts_with('"') ? tag.find('"', 1) : std::string_view::npos;
  if (close == std::string_view::npos) return std::nullopt;
  list = tag.substr(close + 1);
  return EntityTag{.tag = tag.substr(0, close + 1), .weak = weak};
}

Selection select(const Request& request, const Response& response) {
  const std::int64_t size = response.body_bytes();
  const Selection whole{Kind::whole, 0, size};
  const bool reads = request.method == Method::get || request.method == Method::head;
  if (!reads || response.status != 200 || (response.etag.empty() && !response.last_modified)) return whole;
  if (const auto failed = failed_precondition(request, response)) return {*failed, 0, 0};
  if (request.method != Method::get || response.etag.empty()) return whole;
  const std::string_view field = request.headers.only("Range");
  if (field.empty() || !range_is_wanted(request, response)) return whole;
  return range(field, size);
}

}  // namespace rucola::message

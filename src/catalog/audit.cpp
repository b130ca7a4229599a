#include "catalog/audit.h"

#include <charconv>
#include <chrono>

namespace rucola::catalog {
namespace {

/// Takes the number at the beginning of the text.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

std::string cursor_text(const AuditPosition& position) {
  return std::to_string(position.at.time_since_epoch().count()) + "-" + std::to_string(position.id);
}

Result<AuditPosition> parse_audit_cursor(std::string_view text) {
  std::string_view rest = text;
  const auto at = take_number(rest);
  if (at && rest.starts_with('-')) {
    rest.remove_prefix(1);
    const auto id = take_number(rest);
    const AuditPosition position{.at = Time{std::chrono::milliseconds{*at}}, .id = id.value_or(0)};
    if (id && cursor_text(position) == text) return position;
  }
  return fail(
      ErrorCode::bad_request,
      "The query parameter \"cursor\" is that of a page of this list, and not " + std::string(text) + ".");
}

}  // namespace rucola::catalog

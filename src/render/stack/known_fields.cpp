#include "render/stack/known_fields.h"

#include <algorithm>

#include "base/text.h"
#include "base/wording.h"

namespace rucola::render {

const boost::json::value* KnownFields::take(std::string_view name) {
  known_.push_back(name);
  return object_.if_contains(name);
}

std::optional<std::string_view> KnownFields::left_over() const {
  if (unknown_ == UnknownFields::left_out) return std::nullopt;
  for (const auto& field : object_) {
    const std::string_view name = field.key();
    const auto is_in = [name](const auto& names) { return std::ranges::find(names, name) != names.end(); };
    if (!is_in(known_) && !is_in(ignored_)) return name;
  }
  return std::nullopt;
}

Result<void> KnownFields::check_none_left(std::string_view title) const {
  const auto field = left_over();
  if (!field) return {};
  return fail(ErrorCode::bad_request, why_not(*field, title));
}

std::string KnownFields::why_not(std::string_view field, std::string_view title) const {
  return std::string(title) + " knows no field " + in_quotes(field) + suggestion(field, known_) +
         " It takes: " + joined(known_) + ".";
}

}  // namespace rucola::render

#include "api/image_query.h"

#include <algorithm>
#include <charconv>

#include "catalog/search_position.h"
#include "render/plan/format.h"

namespace rucola::api {
namespace {

using catalog::ImageSearch;

constexpr std::size_t most_filters = 20;

bool is_filter(std::string_view name) {
  return catalog::names_column(name) || catalog::names_metadata(name);
}

Result<std::int64_t> number_of(std::string_view digits) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc() && number <= most_offset) return number;
  return fail(ErrorCode::bad_request,
              "The query parameter \"offset\" is at most " + std::to_string(most_offset) +
                  "; behind that, and for all long lists, use the cursor of each page.");
}

/// A file's format tells its type, and has an index. A type that no format has finds nothing, as a format
/// without a name does; one that several have is looked for as it stands.
Result<catalog::SearchCondition> by_format(catalog::SearchCondition of_type) {
  const catalog::Span& span = of_type.spans.front();
  const bool is_one = !span.prefix && span.from && span.to && span.from->included && span.to->included &&
                      span.from->value == span.to->value;
  if (!is_one) return of_type;
  const auto& type = std::get<std::string>(span.from->value);
  const auto formats = render::formats_of(type);
  if (formats.size() > 1) return of_type;
  const std::string_view name = formats.empty() ? "" : name_of(formats.front());
  return catalog::parse_condition("format", "'" + std::string(name) + "'");
}

Result<void> read_filters(const ImageQuery& query, ImageSearch& search) {
  if (!query.filters) return {};
  if (query.filters->size() > most_filters)
    return fail(ErrorCode::bad_request,
                "A search takes " + std::to_string(most_filters) + " filters at most.");
  for (const auto& [name, value] : *query.filters) {
    auto condition = catalog::parse_condition(name, value.get_string());
    if (!condition) return std::unexpected(std::move(condition.error()));
    if (condition->field.column == catalog::ImageColumn::mimetype)
      condition = by_format(*std::move(condition));
    search.conditions.push_back(*std::move(condition));
  }
  return {};
}

Result<void> read_order(const ImageQuery& query, ImageSearch& search) {
  if (!query.sort) return {};
  auto order = catalog::parse_order(*query.sort);
  if (!order) return std::unexpected(std::move(order.error()));
  search.order = *std::move(order);
  return {};
}

/// Where the page begins.
Result<void> read_begin(const ImageQuery& query, ImageSearch& search) {
  if (!query.offset) return {};
  if (is_number(*query.offset)) {
    const auto offset = number_of(*query.offset);
    if (!offset) return std::unexpected(offset.error());
    search.offset = *offset;
    return {};
  }
  auto position = catalog::parse_cursor(*query.offset, catalog::order_of(search));
  if (!position) return std::unexpected(std::move(position.error()));
  search.after = *std::move(position);
  return {};
}

const Shape& filters() {
  static const Shape shape = [] {
    Shape all{"SourceImageFilters", {}};
    for (const catalog::NamedColumn& column : catalog::image_columns())
      all.fields.push_back({std::string(column.name), text(2048), std::string(column.help)});
    return all;
  }();
  return shape;
}

}  // namespace

bool is_number(std::string_view offset) {
  return !offset.empty() && std::ranges::all_of(offset, [](char c) { return c >= '0' && c <= '9'; });
}

Result<ImageSearch> search_of(const ImageQuery& query) {
  ImageSearch search{.any = query.joined_by == "or"};
  for (const auto read : {read_filters, read_order, read_begin}) {
    if (auto done = read(query, search); !done) return std::unexpected(std::move(done.error()));
  }
  return search;
}

Schema filter_schema() {
  Schema schema = object(filters());
  schema.accepts = is_filter;
  return schema;
}

}  // namespace rucola::api

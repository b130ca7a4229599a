#include "render/source/document_pages.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace rucola::render {
namespace {

namespace json = boost::json;

constexpr double hundredths_per_inch = 7200;
constexpr std::int32_t narrow = 1000;  // pixels

std::int32_t pixels_of(std::int32_t hundredths, std::int32_t dpi) {
  constexpr double most = std::numeric_limits<std::int32_t>::max();
  const double length = std::round(hundredths * (dpi / hundredths_per_inch));
  return static_cast<std::int32_t>(std::clamp(length, 1.0, most));
}

std::optional<std::int32_t> positive(const json::value& value) {
  if (!value.is_int64() || value.get_int64() < 1) return std::nullopt;
  if (value.get_int64() > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
  return static_cast<std::int32_t>(value.get_int64());
}

/// The object below "pdf", or null.
const json::object* document_in(const json::value& metadata) {
  const json::object* members = metadata.if_object();
  const json::value* document = members == nullptr ? nullptr : members->if_contains("pdf");
  return document == nullptr ? nullptr : document->if_object();
}

}  // namespace

DocumentPages DocumentPages::parse(std::string_view static_metadata_json) {
  DocumentPages pages;
  json::error_code error;
  const json::value metadata =
      json::parse(json::string_view(static_metadata_json.data(), static_metadata_json.size()), error);
  const json::object* document = error ? nullptr : document_in(metadata);
  const json::value* sizes = document == nullptr ? nullptr : document->if_contains("sizes");
  if (sizes == nullptr || !sizes->is_array()) return pages;
  for (const json::value& entry : sizes->get_array()) {
    const json::array* run = entry.if_array();
    if (run == nullptr || run->size() != 3) return pages;
    const auto width = positive((*run)[0]);
    const auto height = positive((*run)[1]);
    const auto many = positive((*run)[2]);
    if (!width || !height || !many) return pages;
    pages.runs_.push_back({{*width, *height}, *many});
  }
  const json::value* count = document->if_contains("pages");
  pages.count_ = count == nullptr ? 0 : positive(*count).value_or(0);
  return pages;
}

void DocumentPages::add(Size size) {
  if (runs_.empty() || runs_.back().size != size) runs_.push_back({size, 0});
  ++runs_.back().pages;
}

Result<Size> DocumentPages::pixels(std::int32_t number, std::int32_t dpi) const {
  std::int32_t before = 0;
  for (const Run& run : runs_) {
    before += run.pages;
    if (number > before) continue;
    const bool twice = pixels_of(run.size.width, dpi) < narrow;
    return Size{pixels_of(run.size.width, twice ? 2 * dpi : dpi),
                pixels_of(run.size.height, twice ? 2 * dpi : dpi)};
  }
  return fail(ErrorCode::bad_request, "The stack option \"pdf.page\" can't be " + std::to_string(number) +
                                          ": the document has " + std::to_string(count_) +
                                          (count_ == 1 ? " page." : " pages."));
}

json::object DocumentPages::to_json() const {
  json::array sizes;
  for (const Run& run : runs_)
    sizes.push_back(json::array{run.size.width, run.size.height, run.pages});
  return {{"pages", count_}, {"sizes", std::move(sizes)}};
}

}  // namespace rucola::render

// A search for source images: which ones, in which order, counted by what, and from where on.
//
// A condition is written name=value:
//   logo.png            that value; for words: all of them, each the beginning of one in the text
//   logo*               values that begin so; a bare * for all images that have the field
//   [10,20] {10,20}     from 10 to 20, with or without the ends; either end may be left out; " TO " for the
//   comma 'a*' "a*"           in quotes: as it stands
//
// Pure; thread-safe. Errors: bad_request, which says what is allowed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "catalog/search_field.h"
#include "catalog/types.h"

namespace rucola::catalog {

/// Flags are 0 or 1, times milliseconds since 1970.
using SearchValue = std::variant<std::int64_t, double, std::string>;

struct SearchBound {
  SearchValue value;
  bool included = true;
};

/// The values between two bounds, in the order of numbers, or of bytes.
struct Span {
  std::optional<SearchBound> from{};
  std::optional<SearchBound> to{};
  bool prefix = false;  ///< all that begin with `from`, which is a text
  bool alone = false;   ///< of a prefix: none where it is that of several, deleted ones too
};

/// The image has a value in each of the spans.
struct SearchCondition {
  SearchField field;
  std::vector<Span> spans;
};

struct SearchOrder {
  SearchField field;
  std::string name;  ///< as it was written
  bool descending = false;
};

struct FacetField {
  SearchField field;
  std::string name;  ///< as it was written
};

/// Behind which image a list goes on: what it is sorted by, and the image itself. It stays right while images
/// come and go.
struct SearchPosition {
  std::vector<std::optional<SearchValue>>
      keys;              ///< of each order in turn; nothing: the image lacks the field
  std::int64_t row = 0;  ///< the adapter's own

  friend bool operator==(const SearchPosition&, const SearchPosition&) = default;
};

struct ImageSearch {
  std::vector<SearchCondition> conditions{};
  bool any = false;                  ///< one of the conditions is enough
  std::vector<SearchOrder> order{};  ///< empty: newest first
  std::vector<FacetField> facets{};
  bool deleted = false;  ///< the deleted ones instead of the living
  std::int64_t limit = 100;
  std::int64_t offset = 0;  ///< images to leave out, from the beginning or behind `after`
  std::optional<SearchPosition> after{};
};

struct FacetCount {
  std::string value;
  std::int64_t images = 0;
};

struct FoundImages {
  std::int64_t total = 0;  ///< of all pages
  std::vector<SourceImage> items{};
  std::optional<SearchPosition> last{};           ///< of the last item, where there is one
  bool more = false;                              ///< there are images behind it
  std::vector<std::vector<FacetCount>> facets{};  ///< for each that was asked for, most images first
};

Result<SearchCondition> parse_condition(std::string_view name, std::string_view value);
/// "created desc,size": ascending where nothing is said.
Result<std::vector<SearchOrder>> parse_order(std::string_view text);
/// "user:array:labels,user:str:author"
Result<std::vector<FacetField>> parse_facets(std::string_view text);

/// The order as it is, where there is none that was asked for too: "created desc".
const std::vector<SearchOrder>& order_of(const ImageSearch& search);

}  // namespace rucola::catalog

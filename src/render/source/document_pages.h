// The pages of a document, as ingesting found them: how many, and how large each is on paper. Which page is
// rendered, and at how many dots per inch, is a matter of the stack options pdf.page and pdf.dpi.
//
// The server keeps it in the image's static metadata: {"pdf": {"pages": 12, "sizes": [[59528, 84189, 12]]}},
// sizes in hundredths of a point (1/7200 inch), each with the number of pages in a row that have it.
//
// Values and pure functions; thread-safe.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/error.h"
#include "render/plan/step.h"

namespace rucola::render {

/// What the API allows; later pages can't be rendered.
inline constexpr std::int32_t most_document_pages = 1000;

class DocumentPages {
 public:
  DocumentPages() = default;
  /// Of no pages, where the metadata has none.
  static DocumentPages parse(std::string_view static_metadata_json);

  /// `size` in hundredths of a point.
  void add(Size size);
  /// There may be more than were added.
  void set_count(std::int32_t pages) { count_ = pages; }
  [[nodiscard]] std::int32_t count() const { return count_; }

  /// Of page `number`, from 1, in pixels at `dpi`; where that is less than 1000 pixels wide, at twice as
  /// many. Errors: bad_request, naming how many pages there are.
  [[nodiscard]] Result<Size> pixels(std::int32_t number, std::int32_t dpi) const;

  /// What stands below "pdf" in the metadata.
  [[nodiscard]] boost::json::object to_json() const;

 private:
  struct Run {
    Size size;
    std::int32_t pages = 0;
  };
  std::vector<Run> runs_;
  std::int32_t count_ = 0;
};

inline constexpr std::int32_t default_document_dpi = 200;

}  // namespace rucola::render

// The run lengths of a BMP: where each row begins, so that rows can be read one by one.
//
// Values; pure. Hostile input is expected. The bytes outlive the object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "render/plan/size.h"

namespace rucola::render::worker {

class BmpRuns {
 public:
  /// What stands in a row where no run is.
  static constexpr std::uint16_t no_color = 0xffff;

  /// `bits` of a pixel: 4 or 8. The error says that the file is cut off.
  static std::expected<BmpRuns, std::string> read(std::string_view bytes, Size size, int bits);

  /// Numbers of colours, `row` from the bottom. The span is as long as a row.
  void read_row(std::size_t row, std::span<std::uint16_t> colors) const;

 private:
  struct Begin {
    std::size_t at = 0;
    std::size_t column = 0;
  };
  BmpRuns(std::string_view bytes, int bits) : bytes_(bytes), bits_(bits) {}

  std::string_view bytes_;
  int bits_;
  std::vector<Begin> begins_;  ///< of the rows, from the bottom; those that nothing is in begin at the end
};

}  // namespace rucola::render::worker

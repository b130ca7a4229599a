// Places of a RAW file where a picture may lie, of which the best is looked for.
//
// Pure; hostile input is expected. Views are of the bytes that were read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rucola::render::worker {

class RawCandidates {
 public:
  /// Who says that a picture is there. Notes are copied by programs that know nothing of what they point to.
  enum class Witness { file, makers_note };

  explicit RawCandidates(std::string_view file) : file_(file) {}

  /// What begins as no JPEG that everybody reads is none.
  void add(std::uint64_t at, std::uint64_t size, Witness witness = Witness::file);

  /// The one with the most pixels, of these that with the most bytes; empty: there is none.
  [[nodiscard]] std::string_view best() const { return best_; }
  /// It is said to go on behind the end of the file, or one that can't be compared begins there.
  [[nodiscard]] bool lacks_some() const { return lacks_some_ || best_is_cut_off_; }

 private:
  std::string_view file_;
  std::string_view best_{};
  std::int64_t best_pixels_ = 0;
  bool best_is_cut_off_ = false;
  bool lacks_some_ = false;
};

}  // namespace rucola::render::worker

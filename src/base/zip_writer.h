// A zip archive, written from front to back: whoever has it takes what was written and sends it on. Entries
// are stored, not compressed, since pictures are; where sizes or places need it they are zip64's. Names are
// UTF-8.
//
// Memory: what was not taken, and of each entry its name and about a hundred bytes, since the directory of an
// archive stands at its end.
//
// Threads: one at a time. Errors: internal; the archive is of no more use then.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace rucola {

class ZipWriter {
 public:
  ZipWriter();
  ZipWriter(const ZipWriter&) = delete;
  ZipWriter& operator=(const ZipWriter&) = delete;
  ~ZipWriter();

  /// A file of exactly so many bytes, which write() brings. The one before it must be whole.
  Result<void> add_file(std::string_view name, std::int64_t bytes, Time modified);
  Result<void> write(std::string_view bytes);
  /// Once, after the last file.
  Result<void> finish();

  [[nodiscard]] std::size_t written() const;  ///< and not taken
  /// Puts it into `bytes`, in place of what is there.
  void take(std::string& bytes);

 private:
  struct Archive;
  std::unique_ptr<Archive> archive_;
};

}  // namespace rucola

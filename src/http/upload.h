// Receives the parts of a form: files go to the spool, piece by piece, while they are hashed; text fields
// stay in memory, each and all together within a limit.
//
// A part is a file where it has a file name, or where its type says that it is no text.
//
// Threads: belongs to one thread at a time; feed() and finish() block on the disk, so they run where the disk
// is waited for. Ownership: owns the spool files until finish() hands them over; otherwise its end removes
// them. Errors: bad_request, payload_too_large, storage_full, internal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/spool.h"
#include "http/multipart.h"
#include "message/request.h"

namespace rucola::http {

class Upload : private PartSink {
 public:
  static constexpr std::size_t parts_limit = 200;
  static constexpr std::size_t text_limit = std::size_t{1} << 20;       ///< bytes of one text field
  static constexpr std::size_t all_texts_limit = std::size_t{4} << 20;  ///< bytes of all of them

  /// `boundary` as multipart_boundary() read it; `spool` outlives it; `file_limit` in bytes.
  Upload(std::string_view boundary, const Spool& spool, std::int64_t file_limit);

  Result<void> feed(std::string_view bytes) { return parser_.feed(bytes); }
  Result<std::vector<message::Part>> finish();

 private:
  Result<void> begin_part(PartHead head) override;
  Result<void> part_data(std::string_view bytes) override;
  Result<void> end_part() override;

  const Spool& spool_;
  const std::int64_t file_limit_;
  MultipartParser parser_;
  std::vector<message::Part> parts_;
  std::optional<SpoolWriter> writer_;  ///< while a file part is open
  std::size_t text_bytes_ = 0;
};

}  // namespace rucola::http

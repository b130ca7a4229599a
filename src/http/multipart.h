// An incremental parser of multipart/form-data (RFC 7578) for bodies that are never in memory whole.
//
// It may be fed any slices of the body; what it says does not depend on where they were cut. A few bytes that
// might begin a delimiter are kept until it is clear what they are, nothing else is buffered but a part's
// head. What stands before the first delimiter and behind the last is ignored, and so are blanks behind one
// (RFC 2046, section 5.1.1).
//
// Threads: belongs to one thread at a time. Ownership: borrows its sink, which must outlive it. Errors:
// bad_request with what is wrong, or whatever the sink returned; after an error the parser must not be fed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace rucola::http {

/// Does a body of that Content-Type come as a form? What is called JSON and has a boundary does: curl sends
/// that for `-H 'Content-Type: application/json' -F …`, which the public API's reference prints.
bool is_form(std::string_view content_type);

/// The boundary out of a Content-Type. Errors: unsupported_media_type where it is that of no form,
/// bad_request where the boundary is missing or malformed.
Result<std::string> multipart_boundary(std::string_view content_type);

struct PartHead {
  std::string name;
  std::optional<std::string> filename;
  std::string content_type;  ///< as sent; empty where the part has none
};

class PartSink {
 public:
  PartSink() = default;
  PartSink(const PartSink&) = delete;
  PartSink& operator=(const PartSink&) = delete;
  virtual ~PartSink() = default;

  virtual Result<void> begin_part(PartHead head) = 0;
  virtual Result<void> part_data(std::string_view bytes) = 0;
  virtual Result<void> end_part() = 0;
};

class MultipartParser {
 public:
  static constexpr std::size_t part_head_limit = 8192;

  MultipartParser(std::string_view boundary, PartSink& sink);

  Result<void> feed(std::string_view bytes);
  /// The body has ended. Errors: bad_request where the last delimiter has not come.
  [[nodiscard]] Result<void> finish() const;

 private:
  enum class State { first_delimiter, preamble, after_delimiter, padding, head, data, epilogue };

  /// Takes what it can from the front of `bytes`; false: more bytes are needed.
  Result<bool> step(std::string_view& bytes);
  Result<bool> first_delimiter(std::string_view& bytes);
  Result<bool> preamble(std::string_view& bytes);
  Result<bool> after_delimiter(std::string_view& bytes);
  Result<bool> padding(std::string_view& bytes);
  Result<bool> head(std::string_view& bytes);
  Result<bool> data(std::string_view& bytes);
  const std::string delimiter_;  ///< CRLF, two dashes, the boundary
  PartSink& sink_;
  State state_ = State::first_delimiter;
  std::string kept_;  ///< bytes of earlier feeds that no step could take yet
};

}  // namespace rucola::http

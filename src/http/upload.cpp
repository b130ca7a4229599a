#include "http/upload.h"

#include <utility>

#include "base/file_name.h"
#include "base/latin_1.h"
#include "message/headers.h"

namespace rucola::http {
namespace {

bool is_file(const PartHead& head) {
  if (head.filename) return true;
  const std::string_view type = std::string_view(head.content_type).substr(0, head.content_type.find(';'));
  return message::equal_ignoring_case(type, "application/octet-stream") ||
         message::equal_ignoring_case(type.substr(0, 6), "image/");
}

}  // namespace

Upload::Upload(std::string_view boundary, const Spool& spool, std::int64_t file_limit)
    : spool_(spool), file_limit_(file_limit), parser_(boundary, *this) {}

Result<std::vector<message::Part>> Upload::finish() {
  if (auto ok = parser_.finish(); !ok) return std::unexpected(std::move(ok.error()));
  return std::move(parts_);
}

Result<void> Upload::begin_part(PartHead head) {
  if (parts_.size() == parts_limit) {
    return fail(ErrorCode::payload_too_large, "The form has too many parts; at most " +
                                                  std::to_string(parts_limit) + " are taken in one request.");
  }
  const bool file = is_file(head);
  message::Part& part = parts_.emplace_back();
  part.name = as_utf8(std::move(head.name));
  part.filename = plain_file_name(head.filename.value_or(""));
  if (!file) return {};
  auto writer = spool_.new_file(file_limit_);
  if (!writer) return std::unexpected(std::move(writer.error()));
  writer_ = std::move(*writer);
  return {};
}

Result<void> Upload::part_data(std::string_view bytes) {
  if (writer_) return writer_->write(bytes);
  std::string& text = parts_.back().text;
  text_bytes_ += bytes.size();
  if (text.size() + bytes.size() > text_limit || text_bytes_ > all_texts_limit) {
    return fail(ErrorCode::payload_too_large, "The text field \"" + parts_.back().name +
                                                  "\" is too large; a field may have " +
                                                  std::to_string(text_limit) + " bytes, all together " +
                                                  std::to_string(all_texts_limit) + ".");
  }
  text.append(bytes);
  return {};
}

Result<void> Upload::end_part() {
  if (!writer_) {
    parts_.back().text = as_utf8(std::move(parts_.back().text));
    return {};
  }
  SpoolWriter writer = std::move(*std::exchange(writer_, std::nullopt));
  auto file = writer.finish();
  if (!file) return std::unexpected(std::move(file.error()));
  parts_.back().file = std::move(*file);
  return {};
}

}  // namespace rucola::http

#include "storage/cache/render_file.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <utility>

#include "base/hashing.h"

namespace rucola::storage {
namespace {

constexpr std::string_view magic = "RUCOLA-RENDER/2\n";
/// More than any head has: two digests, a number, and one of the content types of renders.
constexpr std::int64_t longest_head_bytes = 512;

/// Takes a line off the front, without its end; nothing where there is no whole line.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::string fields_of(std::string_view content_type, std::string_view rendered, std::string_view digest) {
  std::string fields;
  for (const std::string_view field : {content_type, rendered, digest})
    fields.append(field).append(1, '\n');
  return fields;
}

}  // namespace

std::string render_file_head(const delivery::StoredRender& render) {
  const std::string fields = fields_of(
      render.content_type, std::to_string(render.rendered.time_since_epoch().count()), render.digest);
  return std::string(magic) + sha256_hex(fields) + "\n" + fields;
}

std::optional<RenderFileHead> read_render_head(int file, std::int64_t bytes) {
  const Bytes beginning = Bytes::read_from(file, 0, std::min(bytes, longest_head_bytes));
  if (!beginning.view().starts_with(magic)) return std::nullopt;
  std::string_view rest = beginning.view().substr(magic.size());
  const auto checksum = take_line(rest);
  const auto content_type = take_line(rest);
  const auto rendered = take_line(rest);
  const auto digest = take_line(rest);
  if (!digest || sha256_hex(fields_of(*content_type, *rendered, *digest)) != *checksum) return std::nullopt;

  std::int64_t milliseconds = 0;
  if (std::from_chars(rendered->data(), rendered->data() + rendered->size(), milliseconds).ec !=
      std::errc{}) {
    return std::nullopt;
  }
  return RenderFileHead{.content_type = std::string(*content_type),
                        .rendered = Time{std::chrono::milliseconds{milliseconds}},
                        .digest = std::string(*digest),
                        .bytes = static_cast<std::int64_t>(beginning.size() - rest.size())};
}

std::optional<delivery::StoredRender> read_render(int file, std::int64_t bytes, RenderFileHead head) {
  Bytes content = Bytes::read_from(file, head.bytes, bytes - head.bytes);
  if (sha256_hex(content.view()) != head.digest) return std::nullopt;
  return delivery::StoredRender{.bytes = std::move(content),
                                .content_type = std::move(head.content_type),
                                .rendered = head.rendered,
                                .digest = std::move(head.digest)};
}

}  // namespace rucola::storage

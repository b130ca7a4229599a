#include "storage/cache/render_file.h"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <utility>

#include "base/hashing.h"

namespace rucola::storage {
namespace {

constexpr std::string_view magic = "RUCOLA-RENDER/2\n";

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

std::optional<delivery::StoredRender> parse_render_file(std::string file) {
  if (!file.starts_with(magic)) return std::nullopt;
  std::string_view rest = std::string_view(file).substr(magic.size());
  const auto checksum = take_line(rest);
  const auto content_type = take_line(rest);
  const auto rendered = take_line(rest);
  const auto digest = take_line(rest);
  if (!digest || sha256_hex(fields_of(*content_type, *rendered, *digest)) != *checksum) return std::nullopt;
  if (sha256_hex(rest) != *digest) return std::nullopt;

  std::int64_t milliseconds = 0;
  if (std::from_chars(rendered->data(), rendered->data() + rendered->size(), milliseconds).ec !=
      std::errc{}) {
    return std::nullopt;
  }
  delivery::StoredRender render{.bytes = {},
                                .content_type = std::string(*content_type),
                                .rendered = Time{std::chrono::milliseconds{milliseconds}},
                                .digest = std::string(*digest)};
  file.erase(0, file.size() - rest.size());
  render.bytes = std::move(file);
  return render;
}

}  // namespace rucola::storage

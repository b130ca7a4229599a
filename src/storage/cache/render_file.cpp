#include "storage/cache/render_file.h"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <utility>

#include "base/hashing.h"

namespace rucola::storage {
namespace {

constexpr std::string_view magic = "RUCOLA-RENDER/1\n";
constexpr std::size_t checksum_length = 64;
constexpr std::size_t checked_from = magic.size() + checksum_length + 1;

/// Takes a line off the front, without its end; nothing where there is no whole line.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

}  // namespace

std::string render_file_head(const delivery::StoredRender& render) {
  const std::string fields =
      render.content_type + "\n" + std::to_string(render.rendered.time_since_epoch().count()) + "\n";
  Digest digest(Digest::Algorithm::sha256);
  digest.update(fields);
  digest.update(render.bytes);
  return std::string(magic) + digest.finish_hex() + "\n" + fields;
}

std::optional<delivery::StoredRender> parse_render_file(std::string file) {
  if (file.size() < checked_from || !file.starts_with(magic)) return std::nullopt;
  std::string_view rest = std::string_view(file).substr(checked_from);
  if (sha256_hex(rest) != std::string_view(file).substr(magic.size(), checksum_length)) return std::nullopt;

  const auto content_type = take_line(rest);
  const auto rendered = take_line(rest);
  if (!content_type || !rendered) return std::nullopt;
  std::int64_t milliseconds = 0;
  if (std::from_chars(rendered->data(), rendered->data() + rendered->size(), milliseconds).ec !=
      std::errc{}) {
    return std::nullopt;
  }
  std::string type(*content_type);
  file.erase(0, file.size() - rest.size());
  return delivery::StoredRender{.bytes = std::move(file),
                                .content_type = std::move(type),
                                .rendered = Time{std::chrono::milliseconds{milliseconds}}};
}

}  // namespace rucola::storage

#include "render/worker/svg/svg_entities.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <system_error>
#include <utility>

#include "base/utf8.h"
#include "render/worker/svg/svg_document.h"

namespace rucola::render::worker {
namespace {

constexpr std::string_view space = " \t\r\n";
constexpr std::size_t most_entities = 1000;
constexpr std::size_t longest_name = 200;
constexpr int deepest_entity = 30;

std::unexpected<Error> refused(const std::string& what) {
  return fail(ErrorCode::unprocessable, "The SVG " + what + ".");
}

/// Reads a text from the front. What it does not find leaves it where it is.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] std::string_view rest() const { return rest_; }
  [[nodiscard]] bool is_at(std::string_view beginning) const { return rest_.starts_with(beginning); }

  bool skip_space() {
    const std::size_t length = std::min(rest_.find_first_not_of(space), rest_.size());
    rest_.remove_prefix(length);
    return length > 0;
  }
  bool skip(std::string_view beginning) {
    if (!rest_.starts_with(beginning)) return false;
    rest_.remove_prefix(beginning.size());
    return true;
  }
  /// Up to the end and past it; false where that is missing.
  bool skip_past(std::string_view end) {
    const std::size_t found = rest_.find(end);
    if (found == std::string_view::npos) return false;
    rest_.remove_prefix(found + end.size());
    return true;
  }
  std::optional<std::string_view> take_quoted() {
    if (!is_at("\"") && !is_at("'")) return std::nullopt;
    const std::size_t end = rest_.find(rest_.front(), 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view inside = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return inside;
  }
  std::string_view take_name() {
    const std::string_view name = rest_.substr(0, rest_.find_first_of(" \t\r\n\"'<>%&;[]"));
    rest_.remove_prefix(name.size());
    return name;
  }
  /// Up to one of these characters outside of quotes, which stays; false where there is none.
  bool skip_to_any_of(std::string_view ends) {
    while (!rest_.empty() && !ends.contains(rest_.front())) {
      if (take_quoted()) continue;
      rest_.remove_prefix(1);
    }
    return !rest_.empty();
  }

 private:
  std::string_view rest_;
};

/// A declaration resolves these once, so that `&#38;a;` names an entity where it is put.
std::string without_character_references(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t at = text.find("&#");
    result += text.substr(0, at);
    if (at == std::string_view::npos) break;
    text.remove_prefix(at + 2);
    const bool hex = text.starts_with('x');
    if (hex) text.remove_prefix(1);
    std::uint32_t code = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code, hex ? 16 : 10);
    if (error == std::errc{}) result += utf8_of(code);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.starts_with(';')) text.remove_prefix(1);
  }
  return result;
}

/// The texts that the document declares, and how long each gets.
class Entities {
 public:
  /// The first declaration counts.
  void declare(std::string_view name, std::string_view value) {
    texts_.emplace(name, Text{.value = without_character_references(value), .bytes = {}});
  }
  [[nodiscard]] std::size_t count() const { return texts_.size(); }

  /// How long `text` gets with what it names in place; nothing where that is more than `most`, or an entity
  /// names itself.
  std::optional<std::size_t> bytes_of(std::string_view text, std::size_t most, int depth = 0) {
    if (depth > deepest_entity) return std::nullopt;
    std::size_t bytes = text.size();
    for (std::size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
      const std::string_view rest = text.substr(at + 1, longest_name + 1);
      const auto known = texts_.find(rest.substr(0, rest.find(';')));
      if (known == texts_.end()) continue;
      if (!known->second.bytes) known->second.bytes = bytes_of(known->second.value, most, depth + 1);
      if (!known->second.bytes) return std::nullopt;
      bytes += *known->second.bytes;
      if (bytes > most) return std::nullopt;
    }
    return bytes;
  }

 private:
  struct Text {
    std::string value;
    std::optional<std::size_t> bytes;
  };
  std::map<std::string_view, Text, std::less<>> texts_;
};

Result<void> read_entity(Reader& reader, Entities& entities) {
  const bool separated = reader.skip_space();
  if (!separated || reader.is_at("%"))
    return refused("declares a parameter entity (<!ENTITY %), which is not allowed");
  const std::string_view name = reader.take_name();
  reader.skip_space();
  const auto value = reader.take_quoted();
  if (name.size() > longest_name) return refused("declares an entity with a name that is too long");
  if (!value || name.empty()) {
    return refused(
        "declares an entity that stands for a file (<!ENTITY … SYSTEM); only plain texts are allowed");
  }
  reader.skip_space();
  if (!reader.skip(">")) return refused("declares an entity that is none (<!ENTITY)");
  if (value->contains('%')) return refused("declares an entity with a parameter entity (%) in it");
  entities.declare(name, *value);
  if (entities.count() > most_entities)
    return refused("declares more than " + std::to_string(most_entities) + " entities");
  return {};
}

/// What stands between [ and ], up to and with the latter. `defaults`: bytes of what may be added to
/// elements.
Result<void> read_subset(Reader& reader, Entities& entities, std::size_t& defaults) {
  for (;;) {
    reader.skip_space();
    if (reader.skip("]")) return {};
    if (reader.skip("<!--")) {
      if (!reader.skip_past("-->")) return refused("has a comment without an end");
    } else if (reader.skip("<!ENTITY")) {
      if (auto read = read_entity(reader, entities); !read) return read;
    } else if (reader.is_at("<!ATTLIST") || reader.is_at("<!ELEMENT")) {
      const std::size_t before = reader.rest().size();
      if (!reader.skip_to_any_of(">") || !reader.skip(">"))
        return refused("has a declaration without an end");
      defaults += before - reader.rest().size();
    } else {
      return refused("declares something else than plain entities in its DOCTYPE, which is not allowed");
    }
  }
}

/// Where the declarations begin, behind the '['; empty where there are none.
std::string_view subset_of(std::string_view svg) {
  Reader reader(svg);
  reader.skip("\xef\xbb\xbf");
  for (;;) {
    reader.skip_space();
    if (reader.skip("<!--")) {
      if (!reader.skip_past("-->")) return {};
    } else if (reader.skip("<?")) {
      if (!reader.skip_past("?>")) return {};
    } else if (reader.skip("<!DOCTYPE")) {
      if (!reader.skip_to_any_of("[>") || !reader.skip("[")) return {};
      return reader.rest();
    } else {
      return {};
    }
  }
}

}  // namespace

Result<std::optional<std::string>> without_entities(std::string_view svg, std::size_t most_bytes) {
  const std::string_view subset = subset_of(svg);
  if (subset.empty()) return std::nullopt;
  Reader reader(subset);
  Entities entities;
  std::size_t defaults = 0;
  if (auto read = read_subset(reader, entities, defaults); !read) return std::unexpected(read.error());
  const auto elements = static_cast<std::size_t>(std::ranges::count(reader.rest(), '<'));
  const auto bytes = entities.bytes_of(reader.rest(), most_bytes);
  if (!bytes || (defaults > 0 && elements > (most_bytes - *bytes) / defaults)) {
    return fail(ErrorCode::payload_too_large,
                "The image is too large: the entities of the SVG name themselves, "
                "or stand for more than " +
                    std::to_string(most_bytes) + " bytes.");
  }
  const SvgDocument document = parse_svg(svg, SvgEntities::replaced);
  if (!document) return refused("is no well-formed XML");
  return written_root(*document);
}

}  // namespace rucola::render::worker

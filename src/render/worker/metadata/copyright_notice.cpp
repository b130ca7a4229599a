#include "render/worker/metadata/copyright_notice.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <map>
#include <new>
#include <optional>
#include <utility>

#include <exiv2/exiv2.hpp>

#include "render/worker/metadata/exif_text.h"
#include "render/worker/metadata/iptc_fields.h"
#include "render/worker/metadata/metadata_fields.h"
#include "render/worker/metadata/xmp_data.h"
#include "render/worker/structure/tiff_page.h"

namespace rucola::render::worker {
namespace {

using Form = XmpProperty::Form;

constexpr std::uint16_t artist_tag = 0x013b;
constexpr std::uint16_t copyright_tag = 0x8298;
constexpr std::uint16_t byline_number = 80;
constexpr std::uint16_t credit_number = 110;
constexpr std::uint16_t copyright_notice_number = 116;

struct Row {
  const char* prefix;
  const char* name;
  Form form;
  const char* fields = "";  ///< of structures: those that are kept, each between spaces
};

/// In the order in which they are written. Of a licensor no address: it is a person's.
constexpr std::array rows{
    Row{"dc", "creator", Form::ordered},
    Row{"dc", "rights", Form::languages},
    Row{"photoshop", "Credit", Form::text},
    Row{"xmpRights", "Certificate", Form::text},
    Row{"xmpRights", "Marked", Form::text},
    Row{"xmpRights", "Owner", Form::unordered},
    Row{"xmpRights", "UsageTerms", Form::languages},
    Row{"xmpRights", "WebStatement", Form::text},
    Row{"tiff", "Artist", Form::text},
    Row{"tiff", "Copyright", Form::languages},
    Row{"plus", "CopyrightOwner", Form::structures, " CopyrightOwnerName "},
    Row{"plus", "ImageCreator", Form::structures, " ImageCreatorName "},
    Row{"plus", "Licensor", Form::structures, " LicensorName LicensorURL "},
    Row{"plus", "DataMining", Form::text},
};

/// What the fields of one block share. Each text counts for a little more, so that there is an end to empty
/// ones.
class Room {
 public:
  static constexpr std::size_t per_text = 16;

  bool take(std::size_t bytes) {
    if (bytes > longest_copyright_field || bytes > left_) return false;
    left_ -= bytes;
    return true;
  }

 private:
  std::size_t left_ = longest_copyright_block;
};

/// Without the characters that XML can't have.
std::string plain_text(std::string raw) {
  constexpr std::array no_characters{std::string_view("\xef\xbf\xbe"), std::string_view("\xef\xbf\xbf")};
  std::string text = readable_text(std::move(raw));
  for (const std::string_view none : no_characters) {
    for (std::size_t at = text.find(none); at != std::string::npos; at = text.find(none, at))
      text.erase(at, none.size());
  }
  return text;
}

/// EXIF has the photographer's and the editor's in one field, with a NUL between.
std::string readable_parts(std::string_view raw) {
  std::string text;
  while (!raw.empty()) {
    const std::size_t end = std::min(raw.find('\0'), raw.size());
    const std::string part = plain_text(std::string(raw.substr(0, end)));
    if (!part.empty()) text += (text.empty() ? "" : "; ") + part;
    raw.remove_prefix(std::min(end + 1, raw.size()));
  }
  return text;
}

std::string fitting(std::string text, Room& room) {
  return room.take(text.size() + Room::per_text) ? std::move(text) : std::string();
}

CopyrightNotice::Exif exif_notice(const std::string& artist, const std::string& copyright) {
  Room room;
  CopyrightNotice::Exif notice;
  notice.artist = fitting(readable_parts(artist), room);
  notice.copyright = fitting(readable_parts(copyright), room);
  return notice;
}

void read_exif(std::string_view block, CopyrightNotice& notice) {
  constexpr std::string_view marker("Exif\0\0", 6);
  if (block.starts_with(marker)) block.remove_prefix(marker.size());
  Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
  Exiv2::ExifData exif;
  Exiv2::ExifParser::decode(exif, reinterpret_cast<const Exiv2::byte*>(block.data()),
                            static_cast<std::uint32_t>(block.size()));
  const auto text_of = [&exif](std::uint16_t number) {
    const auto found = std::ranges::find_if(exif, [number](const Exiv2::Exifdatum& tag) {
      return tag.tag() == number && tag.groupName() == "Image" && tag.count() > 0;
    });
    return found == exif.end() ? std::string() : exif_text(found->value()).value_or("");
  };
  notice.exif = exif_notice(text_of(artist_tag), text_of(copyright_tag));
}

std::size_t size_of(const std::vector<std::string>& texts) {
  std::size_t bytes = 0;
  for (const std::string& text : texts)
    bytes += text.size() + Room::per_text;
  return bytes;
}

void read_iptc(std::string_view block, CopyrightNotice& notice) {
  Room room;
  std::map<std::uint16_t, std::vector<std::string>> texts;
  for (const IptcText& field : iptc_texts(block)) {
    if (std::string text = plain_text(field.text); !text.empty())
      texts[field.number].push_back(std::move(text));
  }
  const auto first_of = [&](std::uint16_t number) {
    const auto found = texts.find(number);
    return found == texts.end() ? std::string() : fitting(found->second.front(), room);
  };
  if (room.take(size_of(texts[byline_number]))) notice.iptc.bylines = std::move(texts[byline_number]);
  notice.iptc.credit = first_of(credit_number);
  notice.iptc.copyright_notice = first_of(copyright_notice_number);
}

/// "Licensor[2]/plus:LicensorURL" taken apart.
struct Part {
  std::string property;
  std::int32_t number = 1;  ///< in the list; what is in none is the only one
  std::string field = {};   ///< with its prefix; empty: the property itself, or an item of it
};

std::optional<Part> part_in(const std::string& path) {
  Part part{.property = path.substr(0, path.find_first_of("[/"))};
  std::string_view rest = std::string_view(path).substr(part.property.size());
  if (rest.starts_with('[')) {
    const std::size_t close = rest.find(']');
    if (close == std::string_view::npos) return {};
    const char* end = rest.data() + close;
    const auto [stop, error] = std::from_chars(rest.data() + 1, end, part.number);
    if (error != std::errc() || stop != end) return {};
    rest.remove_prefix(close + 1);
  }
  if (!rest.empty() && !rest.starts_with('/')) return {};
  if (!rest.empty()) part.field = rest.substr(1);
  return part;
}

class XmpReader {
 public:
  explicit XmpReader(const Exiv2::XmpData& xmp) : xmp_(xmp) {}

  [[nodiscard]] XmpProperty read(const Row& row) const {
    XmpProperty property{.prefix = row.prefix, .name = row.name, .form = row.form};
    for (const Exiv2::Xmpdatum& datum : xmp_) {
      if (datum.groupName() != row.prefix) continue;
      const auto part = part_in(datum.tagName());
      if (!part || part->property != row.name) continue;
      if (row.form == Form::structures)
        add_member(property, row, *part, datum.value());
      else if (part->field.empty())
        add_texts(property, datum.value());
    }
    return property;
  }

 private:
  static void add(XmpProperty& property, XmpItem item) {
    item.text = plain_text(std::move(item.text));
    item.label = plain_text(std::move(item.label));
    if (!item.text.empty()) property.items.push_back(std::move(item));
  }

  /// Of the property's own namespace, which has one prefix here, whatever the file calls it.
  static void add_member(XmpProperty& property, const Row& row, const Part& part, const Exiv2::Value& value) {
    const std::string prefix = std::string(row.prefix) + ":";
    if (!part.field.starts_with(prefix)) return;
    const std::string name = part.field.substr(prefix.size());
    if (!std::string_view(row.fields).contains(" " + name + " ")) return;
    std::vector<XmpItem> texts = texts_of(value);
    if (!texts.empty())
      add(property, {.label = name, .text = std::move(texts.front().text), .number = part.number});
  }

  static void add_texts(XmpProperty& property, const Exiv2::Value& value) {
    for (XmpItem& item : texts_of(value))
      add(property, std::move(item));
  }

  /// Files have texts where lists belong, and the other way round. Where an item says something of itself,
  /// each item is a value, and the list an empty one.
  static std::vector<XmpItem> texts_of(const Exiv2::Value& value) {
    std::vector<XmpItem> texts;
    if (const auto* languages = dynamic_cast<const Exiv2::LangAltValue*>(&value)) {
      for (const auto& [language, text] : languages->value_)
        texts.push_back({.label = language, .text = text});
    } else if (const auto* list = dynamic_cast<const Exiv2::XmpArrayValue*>(&value)) {
      const auto count = static_cast<std::size_t>(list->count());
      for (std::size_t i = 0; i < count; ++i)
        texts.push_back({.label = {}, .text = list->toString(static_cast<long>(i))});
    } else if (const auto* text = dynamic_cast<const Exiv2::XmpTextValue*>(&value)) {
      texts.push_back({.label = {}, .text = text->value_});
    }
    return texts;
  }

  const Exiv2::XmpData& xmp_;
};

std::size_t size_of(const XmpProperty& property) {
  std::size_t bytes = 0;
  for (const XmpItem& item : property.items)
    bytes += item.text.size() + item.label.size() + Room::per_text;
  return bytes;
}

void read_xmp(std::string_view block, CopyrightNotice& notice) {
  const std::optional<Exiv2::XmpData> xmp = read_xmp_data(block);
  if (!xmp) return;
  Room room;
  for (const Row& row : rows) {
    XmpProperty property = XmpReader(*xmp).read(row);
    if (!property.items.empty() && room.take(size_of(property))) notice.xmp.push_back(std::move(property));
  }
}

std::string text_of(const TiffPage& page, std::uint16_t tag) {
  const TiffEntry* entry = page.directory.find(tag);
  const auto values = entry == nullptr ? std::nullopt : page.file.values(*entry);
  if (!values || values->size() > longest_metadata_block) return {};
  if (entry->type == TiffType::ascii) return std::string(*values);
  return bytes_of(entry->type) == 1 ? exif_text(*values).value_or("") : std::string();
}

void read_by(void (*read)(std::string_view block, CopyrightNotice& notice), std::string_view block,
             CopyrightNotice& notice) {
  if (block.empty() || block.size() > longest_metadata_block) return;
  try {
    read(block, notice);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {  // damaged: as good as none
    return;
  }
}

}  // namespace

bool is_empty(const CopyrightNotice& notice) {
  const bool has_exif = !notice.exif.artist.empty() || !notice.exif.copyright.empty();
  const bool has_iptc =
      !notice.iptc.bylines.empty() || !notice.iptc.credit.empty() || !notice.iptc.copyright_notice.empty();
  return !has_exif && !has_iptc && notice.xmp.empty();
}

CopyrightNotice copyright_in(const MetadataBlocks& blocks) {
  CopyrightNotice notice;
  read_by(read_exif, blocks.exif, notice);
  read_by(read_iptc, blocks.iptc, notice);
  read_by(read_xmp, blocks.xmp, notice);
  return notice;
}

CopyrightNotice::Exif copyright_in_tiff(std::string_view bytes, std::int32_t page) {
  const std::optional<TiffPage> found = tiff_page(bytes, page);
  if (!found) return {};
  return exif_notice(text_of(*found, artist_tag), text_of(*found, copyright_tag));
}

}  // namespace rucola::render::worker

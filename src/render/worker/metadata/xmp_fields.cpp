#include "render/worker/metadata/xmp_fields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <exiv2/exiv2.hpp>

#include "render/worker/metadata/xmp_data.h"

namespace rucola::render::worker {
namespace {

struct Namespace {
  std::string_view prefix;  ///< Exiv2's
  const char* name;
};
/// Not what repeats EXIF, and not how an editor came to the picture, which may be megabytes.
constexpr std::array namespaces{
    Namespace{"dc", "dc"},
    Namespace{"xmp", "xmp"},
    Namespace{"xmpRights", "xmp_rights"},
    Namespace{"photoshop", "photoshop"},
    Namespace{"iptc", "iptc4xmp_core"},
    Namespace{"iptcExt", "iptc4xmp_ext"},
    Namespace{"lr", "lr"},
};
constexpr std::array working_notes{"photoshop:DocumentAncestors", "photoshop:History",
                                   "photoshop:LegacyIPTCDigest", "photoshop:TextLayers", "xmp:Thumbnails"};

bool is_working_note(const Exiv2::Xmpdatum& property) {
  const std::string name = property.groupName() + ":" + property.tagName();
  return std::ranges::find(working_notes, name) != working_notes.end();
}

/// Those that have no one language.
std::string of_no_language(const Exiv2::LangAltValue& value) {
  const auto found = value.value_.find("x-default");
  if (found != value.value_.end()) return found->second;
  return value.value_.empty() ? std::string() : value.value_.begin()->second;
}

std::vector<std::string> items_of(const Exiv2::XmpArrayValue& value) {
  constexpr auto one_too_many = MetadataFields::most_texts + 1;
  std::vector<std::string> items;
  const auto count = std::min(static_cast<std::size_t>(value.count()), one_too_many);
  items.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    items.push_back(value.toString(static_cast<long>(i)));
  return items;
}

/// Everything is text in XMP; this is known to be a number, -1 to 5.
bool add_rating(MetadataFields& fields, const std::string& text) {
  std::int64_t stars = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), stars);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  fields.add("rating", stars);
  return true;
}

void add_property(MetadataFields& fields, const Exiv2::Xmpdatum& property) {
  const std::string name = snake_case(property.tagName());
  const Exiv2::Value& value = property.value();
  if (name.empty()) return;
  if (const auto* languages = dynamic_cast<const Exiv2::LangAltValue*>(&value))
    return fields.add_text(name, of_no_language(*languages));
  if (const auto* list = dynamic_cast<const Exiv2::XmpArrayValue*>(&value))
    return fields.add_texts(name, items_of(*list));
  const auto* text = dynamic_cast<const Exiv2::XmpTextValue*>(&value);
  const bool is_plain = text != nullptr && text->xmpStruct() == Exiv2::XmpValue::xsNone &&
                        text->xmpArrayType() == Exiv2::XmpValue::xaNone;
  if (!is_plain) return fields.leave_out(name);
  if (property.groupName() == "xmp" && name == "rating" && add_rating(fields, text->value_)) return;
  fields.add_text(name, text->value_);
}

/// What lies within another one has its path as a name.
bool is_part(const Exiv2::Xmpdatum& property) {
  return property.tagName().find_first_of("/[") != std::string::npos;
}

}  // namespace

void read_xmp(std::string_view block, MetadataFields& fields) {
  const std::optional<Exiv2::XmpData> xmp = read_xmp_data(block);
  if (!xmp) throw std::runtime_error("damaged XMP");
  for (const auto& [prefix, name] : namespaces) {
    MetadataFields of_namespace = fields.within(name);
    for (const Exiv2::Xmpdatum& property : *xmp) {
      if (property.groupName() != prefix || is_part(property) || is_working_note(property)) continue;
      add_property(of_namespace, property);
    }
    fields.add_within(name, std::move(of_namespace));
  }
}

}  // namespace rucola::render::worker

#include "render/worker/metadata/copyright_blocks.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "render/worker/structure/number_bytes.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;
using Form = XmpProperty::Form;

// ---- IPTC ------------------------------------------------------------------------------------------------

std::string dataset(int record, int number, std::string_view value) {
  return "\x1c"s + static_cast<char>(record) + static_cast<char>(number) + big_endian_bytes(value.size(), 2) +
         std::string(value);
}

std::string dataset_if_any(int number, const std::string& value) {
  return value.empty() ? std::string() : dataset(2, number, value);
}

// ---- XMP -------------------------------------------------------------------------------------------------

struct Namespace {
  std::string_view prefix;
  std::string_view uri;
};
constexpr std::array namespaces{
    Namespace{"dc", "http://purl.org/dc/elements/1.1/"},
    Namespace{"photoshop", "http://ns.adobe.com/photoshop/1.0/"},
    Namespace{"plus", "http://ns.useplus.org/ldf/xmp/1.0/"},
    Namespace{"tiff", "http://ns.adobe.com/tiff/1.0/"},
    Namespace{"xmpRights", "http://ns.adobe.com/xap/1.0/rights/"},
};

/// As the content of elements and as the value of attributes.
std::string escaped(std::string_view text) {
  constexpr std::array<std::pair<char, std::string_view>, 5> entities{
      {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\r', "&#13;"}}};
  std::string xml;
  xml.reserve(text.size());
  for (const char c : text) {
    const auto* entity = std::ranges::find(entities, c, &std::pair<char, std::string_view>::first);
    if (entity == entities.end())
      xml += c;
    else
      xml += entity->second;
  }
  return xml;
}

std::string element(const std::string& name, const std::string& attributes, const std::string& content) {
  return "<" + name + attributes + ">" + content + "</" + name + ">";
}

std::string items_of(const XmpProperty& property) {
  std::string items;
  for (const XmpItem& item : property.items) {
    const std::string language =
        property.form == Form::languages
            ? " xml:lang=\"" + escaped(item.label.empty() ? "x-default" : item.label) + "\""
            : std::string();
    items += element("rdf:li", language, escaped(item.text));
  }
  return items;
}

std::string structures_of(const XmpProperty& property) {
  std::string items;
  std::string fields;
  for (std::size_t i = 0; i < property.items.size(); ++i) {
    const XmpItem& item = property.items[i];
    fields += element(std::string(property.prefix) + ":" + item.label, {}, escaped(item.text));
    const bool is_last = i + 1 == property.items.size() || property.items[i + 1].number != item.number;
    if (is_last) items += element("rdf:li", " rdf:parseType=\"Resource\"", std::exchange(fields, {}));
  }
  return items;
}

std::string content_of(const XmpProperty& property) {
  switch (property.form) {
    case Form::text:
      return escaped(property.items.front().text);
    case Form::ordered:
      return element("rdf:Seq", {}, items_of(property));
    case Form::unordered:
      return element("rdf:Bag", {}, items_of(property));
    case Form::languages:
      return element("rdf:Alt", {}, items_of(property));
    case Form::structures:
      return element("rdf:Seq", {}, structures_of(property));
  }
  return {};
}

/// Those that are used.
std::string declarations(const std::vector<XmpProperty>& properties) {
  std::string attributes;
  for (const auto& [prefix, uri] : namespaces) {
    if (std::ranges::find(properties, prefix, &XmpProperty::prefix) != properties.end())
      attributes += " xmlns:" + std::string(prefix) + "=\"" + std::string(uri) + "\"";
  }
  return attributes;
}

std::vector<XmpItem> as_items(const std::vector<std::string>& texts) {
  std::vector<XmpItem> items;
  items.reserve(texts.size());
  for (const std::string& text : texts) {
    if (!text.empty()) items.push_back({.label = {}, .text = text});
  }
  return items;
}

/// The IPTC's standard says which of its properties in XMP is which of its fields.
class Properties {
 public:
  explicit Properties(std::vector<XmpProperty> own) : properties_(std::move(own)) {}

  void add_if_missing(std::string_view prefix, std::string_view name, Form form,
                      const std::vector<std::string>& texts) {
    const bool is_there = std::ranges::any_of(properties_, [&](const XmpProperty& property) {
      return property.prefix == prefix && property.name == name;
    });
    std::vector<XmpItem> items = as_items(texts);
    if (!is_there && !items.empty())
      properties_.push_back({.prefix = prefix, .name = name, .form = form, .items = std::move(items)});
  }
  [[nodiscard]] const std::vector<XmpProperty>& all() const { return properties_; }

 private:
  std::vector<XmpProperty> properties_;
};

Properties properties_of(const CopyrightNotice& notice, const MetadataPlaces& places) {
  Properties properties(notice.xmp);
  if (!places.iptc) {
    properties.add_if_missing("dc", "creator", Form::ordered, notice.iptc.bylines);
    properties.add_if_missing("dc", "rights", Form::languages, {notice.iptc.copyright_notice});
    properties.add_if_missing("photoshop", "Credit", Form::text, {notice.iptc.credit});
  }
  if (!places.exif) {
    properties.add_if_missing("dc", "creator", Form::ordered, {notice.exif.artist});
    properties.add_if_missing("dc", "rights", Form::languages, {notice.exif.copyright});
  }
  return properties;
}

}  // namespace

void add_tags(WrittenDirectory& to, const CopyrightNotice::Exif& exif) {
  constexpr std::uint16_t artist_tag = 0x013b;
  constexpr std::uint16_t copyright_tag = 0x8298;
  if (!exif.artist.empty()) to.add(artist_tag, TiffType::ascii, exif.artist + '\0');
  if (!exif.copyright.empty()) to.add(copyright_tag, TiffType::ascii, exif.copyright + '\0');
}

std::string exif_block(const CopyrightNotice::Exif& exif) {
  if (exif.artist.empty() && exif.copyright.empty()) return {};
  const std::string header = "II*\0\x08\0\0\0"s;
  WrittenDirectory directory;
  add_tags(directory, exif);
  return header + directory.written(header.size());
}

std::string iptc_block(const CopyrightNotice::Iptc& iptc) {
  constexpr int byline = 80;
  constexpr int credit = 110;
  constexpr int copyright_notice = 116;
  std::string fields;
  for (const std::string& name : iptc.bylines)
    fields += dataset_if_any(byline, name);
  fields += dataset_if_any(credit, iptc.credit) + dataset_if_any(copyright_notice, iptc.copyright_notice);
  if (fields.empty()) return {};
  constexpr int character_set = 90;
  const std::string utf8 = "\x1b%G"s;
  const std::string version = "\0\x04"s;
  return dataset(1, character_set, utf8) + dataset(2, 0, version) + fields;
}

std::string xmp_packet(const CopyrightNotice& notice, const MetadataPlaces& places) {
  const Properties properties = properties_of(notice, places);
  if (properties.all().empty()) return {};
  std::string elements;
  for (const XmpProperty& property : properties.all())
    elements +=
        element(std::string(property.prefix) + ":" + std::string(property.name), {}, content_of(property));
  const std::string description =
      element("rdf:Description", " rdf:about=\"\"" + declarations(properties.all()), elements);
  const std::string rdf =
      element("rdf:RDF", R"( xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#")", description);
  return "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>" +
         element("x:xmpmeta", " xmlns:x=\"adobe:ns:meta/\"", rdf) + "<?xpacket end=\"r\"?>";
}

}  // namespace rucola::render::worker

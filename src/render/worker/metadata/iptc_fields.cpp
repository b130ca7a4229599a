#include "render/worker/metadata/iptc_fields.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <exiv2/exiv2.hpp>

#include "base/time_text.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;

struct Field {
  std::uint16_t number;  ///< of record 2
  const char* name;
  bool many = false;
};

constexpr std::array known_fields{
    Field{5, "object_name"},     Field{7, "edit_status"},
    Field{10, "urgency"},        Field{12, "subject_reference", true},
    Field{15, "category"},       Field{20, "supplemental_categories", true},
    Field{25, "keywords", true}, Field{40, "special_instructions"},
    Field{80, "byline", true},   Field{85, "byline_title", true},
    Field{90, "city"},           Field{92, "sublocation"},
    Field{95, "province_state"}, Field{100, "country_code"},
    Field{101, "country_name"},  Field{103, "transmission_reference"},
    Field{105, "headline"},      Field{110, "credit"},
    Field{115, "source"},        Field{116, "copyright_notice"},
    Field{118, "contact", true}, Field{120, "caption"},
    Field{122, "writer", true},
};

struct DateField {
  std::uint16_t day;
  std::uint16_t time;
  const char* name;
};
constexpr std::array date_fields{DateField{55, 60, "date_created"},
                                 DateField{62, 63, "digital_creation_date"}};

/// Exiv2 0.27 takes pointers where 0.28 takes references.
template <class Resources>
std::string_view iptc_within(std::string_view block) {
  const auto* data = reinterpret_cast<const Exiv2::byte*>(block.data());
  const Exiv2::byte* record = nullptr;
  std::uint32_t head = 0;
  std::uint32_t size = 0;
  int failed = 0;
  if constexpr (requires { Resources::locateIptcIrb(data, block.size(), &record, head, size); })
    failed = Resources::locateIptcIrb(data, block.size(), &record, head, size);
  else
    failed = Resources::locateIptcIrb(data, static_cast<long>(block.size()), &record, &head, &size);
  if (failed != 0) return {};
  const auto begin = static_cast<std::size_t>(record - data) + head;
  return begin > block.size() ? std::string_view() : block.substr(begin, size);
}

std::vector<std::string> texts_of(const std::vector<IptcText>& iptc, std::uint16_t number) {
  std::vector<std::string> texts;
  for (const IptcText& field : iptc) {
    if (field.number == number) texts.push_back(field.text);
  }
  return texts;
}

std::string text_of(const std::vector<IptcText>& iptc, std::uint16_t number) {
  const auto texts = texts_of(iptc, number);
  return texts.empty() ? std::string() : readable_text(texts.front());
}

/// A day, with a time where there is one.
void add_date(MetadataFields& fields, const DateField& field, const std::vector<IptcText>& iptc) {
  const std::string day = text_of(iptc, field.day);
  // A date of which parts are not known has zeros there.
  if (day.empty() || day.starts_with("0000")) return;
  if (!parse_time(day)) return fields.leave_out(field.name);
  const std::string both = day + "T" + text_of(iptc, field.time);
  fields.add(field.name, boost::json::string(parse_time(both) ? both : day));
}

}  // namespace

std::vector<IptcText> iptc_texts(std::string_view block) {
  constexpr std::string_view photoshop = "Photoshop 3.0\0"sv;
  if (block.starts_with(photoshop)) block = iptc_within<Exiv2::Photoshop>(block.substr(photoshop.size()));
  if (block.empty()) return {};
  Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
  Exiv2::IptcData iptc;
  const int failed = Exiv2::IptcParser::decode(iptc, reinterpret_cast<const Exiv2::byte*>(block.data()),
                                               static_cast<std::uint32_t>(block.size()));
  if (failed != 0) throw std::runtime_error("damaged IPTC");
  std::vector<IptcText> texts;
  for (const Exiv2::Iptcdatum& field : iptc) {
    if (field.record() == Exiv2::IptcDataSets::application2) texts.push_back({field.tag(), field.toString()});
  }
  return texts;
}

void read_iptc(std::string_view block, MetadataFields& fields) {
  const std::vector<IptcText> iptc = iptc_texts(block);
  for (const auto& [number, name, many] : known_fields) {
    const auto texts = texts_of(iptc, number);
    if (many)
      fields.add_texts(name, texts);
    else if (!texts.empty())
      fields.add_text(name, texts.front());
  }
  for (const DateField& field : date_fields)
    add_date(fields, field, iptc);
}

}  // namespace rucola::render::worker

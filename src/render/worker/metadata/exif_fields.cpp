#include "render/worker/metadata/exif_fields.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <exiv2/exiv2.hpp>

#include "base/time_text.h"
#include "render/worker/metadata/exif_text.h"

namespace rucola::render::worker {
namespace {

namespace json = boost::json;
using namespace std::string_view_literals;

enum class Kind { text, comment, integer, real };

struct Tag {
  std::uint16_t number;
  const char* group;
};

struct Field {
  Tag tag;
  const char* name;
  Kind kind;
};

constexpr const char* image = "Image";
constexpr const char* photo = "Photo";
constexpr const char* gps = "GPSInfo";

/// By their numbers: Exiv2's versions don't know the same names.
constexpr std::array known_fields{
    Field{{0x010e, image}, "image_description", Kind::text},
    Field{{0x010f, image}, "make", Kind::text},
    Field{{0x0110, image}, "model", Kind::text},
    Field{{0x0131, image}, "software", Kind::text},
    Field{{0x013b, image}, "artist", Kind::text},
    Field{{0x8298, image}, "copyright", Kind::text},
    Field{{0x829a, photo}, "exposure_time", Kind::real},
    Field{{0x829d, photo}, "f_number", Kind::real},
    Field{{0x8822, photo}, "exposure_program", Kind::integer},
    Field{{0x8827, photo}, "iso_speed_ratings", Kind::integer},
    Field{{0x9201, photo}, "shutter_speed_value", Kind::real},
    Field{{0x9202, photo}, "aperture_value", Kind::real},
    Field{{0x9203, photo}, "brightness_value", Kind::real},
    Field{{0x9204, photo}, "exposure_bias_value", Kind::real},
    Field{{0x9205, photo}, "max_aperture_value", Kind::real},
    Field{{0x9206, photo}, "subject_distance", Kind::real},
    Field{{0x9207, photo}, "metering_mode", Kind::integer},
    Field{{0x9208, photo}, "light_source", Kind::integer},
    Field{{0x9209, photo}, "flash", Kind::integer},
    Field{{0x920a, photo}, "focal_length", Kind::real},
    Field{{0x9286, photo}, "user_comment", Kind::comment},
    Field{{0xa001, photo}, "color_space", Kind::integer},
    Field{{0xa402, photo}, "exposure_mode", Kind::integer},
    Field{{0xa403, photo}, "white_balance", Kind::integer},
    Field{{0xa404, photo}, "digital_zoom_ratio", Kind::real},
    Field{{0xa405, photo}, "focal_length_in_35mm_film", Kind::integer},
    Field{{0xa406, photo}, "scene_capture_type", Kind::integer},
    Field{{0xa430, photo}, "camera_owner_name", Kind::text},
    Field{{0xa433, photo}, "lens_make", Kind::text},
    Field{{0xa434, photo}, "lens_model", Kind::text},
};

struct DateField {
  Tag time;
  Tag offset;
  const char* name;
};
constexpr std::array date_fields{DateField{{0x0132, image}, {0x9010, photo}, "date_time"},
                                 DateField{{0x9003, photo}, {0x9011, photo}, "date_time_original"},
                                 DateField{{0x9004, photo}, {0x9012, photo}, "date_time_digitized"}};

using Values = std::map<std::pair<std::string, std::uint16_t>, const Exiv2::Value*>;

/// By group and number; of two the first.
Values values_of(const Exiv2::ExifData& exif) {
  Values values;
  for (const Exiv2::Exifdatum& tag : exif) {
    if (tag.count() > 0) values.emplace(std::pair(tag.groupName(), tag.tag()), &tag.value());
  }
  return values;
}

const Exiv2::Value* find(const Values& exif, const Tag& tag) {
  const auto found = exif.find({tag.group, tag.number});
  return found == exif.end() ? nullptr : found->second;
}

template <class Typed>
std::optional<double> element_of(const Exiv2::Value& value, std::size_t index) {
  const auto* typed = dynamic_cast<const Typed*>(&value);
  if (typed == nullptr || index >= typed->value_.size()) return std::nullopt;
  const auto& element = typed->value_[index];
  if constexpr (requires { element.second; })
    return static_cast<double>(element.first) / static_cast<double>(element.second);
  else
    return static_cast<double>(element);
}

template <class... Typed>
std::optional<double> first_of(const Exiv2::Value& value, std::size_t index) {
  std::optional<double> found;
  static_cast<void>(((found = element_of<Typed>(value, index)) || ...));
  return found;
}

/// Nothing where it is no number, such as 0/0, by which cameras say that they don't know.
std::optional<double> number_at(const Exiv2::Value& value, std::size_t index = 0) {
  const auto number =
      first_of<Exiv2::URationalValue, Exiv2::RationalValue, Exiv2::UShortValue, Exiv2::ULongValue,
               Exiv2::ShortValue, Exiv2::LongValue, Exiv2::FloatValue, Exiv2::DoubleValue>(value, index);
  if (!number || !std::isfinite(*number)) return std::nullopt;
  return number;
}

std::string text_of(const Exiv2::Value* value) {
  return value == nullptr ? std::string() : exif_text(*value).value_or("");
}

/// With its character set taken off.
std::string comment_of(const Exiv2::Value& value) {
  const auto* comment = dynamic_cast<const Exiv2::CommentValue*>(&value);
  return comment == nullptr ? text_of(&value) : comment->comment();
}

/// To so many places as a third of a second, or a place to the centimetre, needs: what comes of a division
/// has many more.
double rounded(double number) {
  constexpr double places = 1e7;
  return std::round(number * places) / places;
}

/// What a double tells from its neighbours.
constexpr double largest_whole = 9'007'199'254'740'992;

void add_number(MetadataFields& fields, const Field& field, const Exiv2::Value& value) {
  const auto number = number_at(value);
  if (!number || std::abs(*number) > largest_whole) return fields.leave_out(field.name);
  if (field.kind == Kind::real) return fields.add(field.name, rounded(*number));
  fields.add(field.name, static_cast<std::int64_t>(*number));
}

void add_text(MetadataFields& fields, const Field& field, const Exiv2::Value& value) {
  std::optional<std::string> text = exif_text(value);
  if (!text) return fields.leave_out(field.name);
  fields.add_text(field.name, *std::move(text));
}

void add_field(MetadataFields& fields, const Field& field, const Exiv2::Value& value) {
  switch (field.kind) {
    case Kind::text:
      return add_text(fields, field, value);
    case Kind::comment:
      return fields.add_text(field.name, comment_of(value));
    case Kind::integer:
    case Kind::real:
      return add_number(fields, field, value);
  }
}

/// "2017:01:29 12:34:56" and "+01:00" as "2017-01-29T12:34:56+01:00"; without an offset nobody knows of which
/// place the time is.
std::optional<std::string> iso_time(std::string time, const std::string& offset) {
  constexpr std::size_t length = 19;
  constexpr std::array<std::size_t, 2> in_the_date{4, 7};
  constexpr std::size_t behind_the_date = 10;
  if (time.size() != length || time[behind_the_date] != ' ') return std::nullopt;
  for (const std::size_t at : in_the_date) {
    if (time[at] != ':') return std::nullopt;
    time[at] = '-';
  }
  time[behind_the_date] = 'T';
  if (!parse_time(time)) return std::nullopt;
  return parse_time(time + offset) ? time + offset : time;
}

void add_date(MetadataFields& fields, const DateField& field, const Values& exif) {
  const std::string written = readable_text(text_of(find(exif, field.time)));
  // So cameras that have no clock write it.
  if (written.find_first_of("123456789") == std::string::npos) return;
  const auto time = iso_time(written, readable_text(text_of(find(exif, field.offset))));
  if (!time) return fields.leave_out(field.name);
  fields.add(field.name, json::string(*time));
}

/// Degrees, minutes and seconds.
std::optional<double> degrees_at(const Values& exif, const Tag& tag, const Tag& hemisphere, double most) {
  constexpr double sixty = 60;
  const Exiv2::Value* value = find(exif, tag);
  const auto whole = value == nullptr ? std::nullopt : number_at(*value);
  if (!whole) return std::nullopt;
  const double degrees =
      *whole + (number_at(*value, 1).value_or(0) + number_at(*value, 2).value_or(0) / sixty) / sixty;
  if (degrees < 0 || degrees > most) return std::nullopt;
  const std::string side = readable_text(text_of(find(exif, hemisphere)));
  const bool is_negative = side.starts_with('S') || side.starts_with('W');
  return rounded(is_negative ? -degrees : degrees);
}

void add_place(MetadataFields& fields, const Values& exif) {
  constexpr double furthest_north = 90;
  constexpr double furthest_east = 180;
  const auto latitude = degrees_at(exif, {0x0002, gps}, {0x0001, gps}, furthest_north);
  const auto longitude = degrees_at(exif, {0x0004, gps}, {0x0003, gps}, furthest_east);
  if (!latitude || !longitude) return;
  fields.add("latitude", *latitude);
  fields.add("longitude", *longitude);
}

void add_altitude(MetadataFields& fields, const Values& exif) {
  const Exiv2::Value* altitude = find(exif, {0x0006, gps});
  const auto metres = altitude == nullptr ? std::nullopt : number_at(*altitude);
  if (!metres) return;
  const Exiv2::Value* reference = find(exif, {0x0005, gps});  // a number
  const bool is_below_the_sea = reference != nullptr && reference->toString().starts_with('1');
  fields.add("altitude", rounded(is_below_the_sea ? -*metres : *metres));
}

/// Of satellites, so in UTC.
void add_time_of_place(MetadataFields& fields, const Values& exif) {
  const Exiv2::Value* time = find(exif, {0x0007, gps});
  if (time == nullptr) return;
  std::string text = readable_text(text_of(find(exif, {0x001d, gps}))) + " ";
  for (std::size_t i = 0; i < 3; ++i) {
    constexpr double behind_the_last = 100;
    const double number = number_at(*time, i).value_or(behind_the_last);
    if (number < 0 || number >= behind_the_last) return;
    const int whole = static_cast<int>(number);
    text += (i == 0 ? "" : ":") + std::to_string(whole / 10) + std::to_string(whole % 10);
  }
  if (const auto iso = iso_time(text, "Z")) fields.add("date_time", json::string(*iso));
}

}  // namespace

void read_exif(std::string_view block, MetadataFields& fields) {
  constexpr std::string_view marker = "Exif\0\0"sv;
  if (block.starts_with(marker)) block.remove_prefix(marker.size());
  Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
  Exiv2::ExifData decoded;
  Exiv2::ExifParser::decode(decoded, reinterpret_cast<const Exiv2::byte*>(block.data()),
                            static_cast<std::uint32_t>(block.size()));
  const Values exif = values_of(decoded);
  for (const Field& field : known_fields) {
    if (const Exiv2::Value* value = find(exif, field.tag)) add_field(fields, field, *value);
  }
  for (const DateField& field : date_fields)
    add_date(fields, field, exif);
  MetadataFields place = fields.within("gps");
  add_place(place, exif);
  add_altitude(place, exif);
  add_time_of_place(place, exif);
  fields.add_within("gps", std::move(place));
}

}  // namespace rucola::render::worker

#include "catalog/search_field.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"
#include "base/wording.h"
#include "catalog/user_metadata.h"

namespace rucola::catalog {
namespace {

struct Column {
  std::string_view name;
  SearchKind kind;
  ImageColumn column;
  std::string_view help;
};

constexpr std::array columns = {
    Column{"hash", SearchKind::text, ImageColumn::hash, "The full hash, or hash=0dcabb* for a beginning."},
    Column{"short_hash", SearchKind::text, ImageColumn::hash, "An unambiguous beginning of the hash."},
    Column{"binaryhash", SearchKind::text, ImageColumn::binary_hash, "SHA-1 of the file."},
    Column{"name", SearchKind::text, ImageColumn::name, "The file's name as a whole: logo.png, or logo*."},
    Column{"format", SearchKind::text, ImageColumn::format, "As a file extension: jpg, png …"},
    Column{"mimetype", SearchKind::text, ImageColumn::mimetype, "image/jpeg …"},
    Column{"size", SearchKind::integer, ImageColumn::bytes, "Bytes of the file."},
    Column{"width", SearchKind::integer, ImageColumn::width, "Pixels."},
    Column{"height", SearchKind::integer, ImageColumn::height, "Pixels."},
    Column{"created", SearchKind::time, ImageColumn::created, "When it was uploaded, to the second."},
    Column{"deletedDate", SearchKind::time, ImageColumn::deleted, "When it was deleted, with deleted=true."},
    Column{"opaque", SearchKind::flag, ImageColumn::opaque, "Has it no transparency?"},
    Column{"animated", SearchKind::flag, ImageColumn::animated, "Has it several frames?"},
    Column{"protected", SearchKind::flag, ImageColumn::is_protected, "Do renders need a signed URL?"},
    Column{"locked", SearchKind::flag, ImageColumn::locked, "Is it kept from being deleted?"},
};
constexpr std::string_view name_text_help = "Words of the name, or their beginnings: name_text=sunset lake.";

struct Spelling {
  std::string_view written;
  std::string_view means;
};
/// As the upload's answer, and the older list of one file's images, have it.
constexpr std::array spellings = {Spelling{"binaryHash", "binaryhash"},
                                  Spelling{"binary_hash", "binaryhash"}};

struct MetadataKind {
  UserFieldType type;
  SearchKind kind;
  bool many;
};
constexpr std::array metadata_kinds = {
    MetadataKind{UserFieldType::str, SearchKind::text, false},
    MetadataKind{UserFieldType::text, SearchKind::word, true},
    MetadataKind{UserFieldType::integer, SearchKind::integer, false},
    MetadataKind{UserFieldType::real, SearchKind::real, false},
    MetadataKind{UserFieldType::date, SearchKind::time, false},
    MetadataKind{UserFieldType::latlon, SearchKind::place, false},
    MetadataKind{UserFieldType::array, SearchKind::text, true},
    MetadataKind{UserFieldType::array_text, SearchKind::word, true},
};

/// Of static and dynamic metadata, whose values say themselves what they are. Dates are of static metadata
/// only: there they are not what somebody happened to write.
constexpr std::array types_of_values = {UserFieldType::str, UserFieldType::integer, UserFieldType::real,
                                        UserFieldType::array, UserFieldType::date};

std::span<const UserFieldType> types_of(std::string_view source) {
  const std::span all = types_of_values;
  return source == "static" ? all : all.first(all.size() - 1);
}

constexpr std::size_t longest_path = 255;

std::string_view plain_name(std::string_view name) {
  const auto* const found = std::ranges::find(spellings, name, &Spelling::written);
  return found == spellings.end() ? name : found->means;
}

const Column* column_of(std::string_view name) {
  const auto* const found = std::ranges::find(columns, plain_name(name), &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

std::string known_fields() {
  return joined(image_columns(), ", ", &NamedColumn::name) +
         ", and metadata as in user:int:weight, user:array:labels or dynamic:int:subject_area:x";
}

std::unexpected<Error> unknown_field(std::string_view name) {
  std::vector<std::string_view> names;
  names.reserve(image_columns().size());
  for (const NamedColumn& column : image_columns())
    names.push_back(column.name);
  return fail(ErrorCode::bad_request, "Images have no field " + in_quotes(name) + suggestion(name, names) +
                                          " The fields are: " + known_fields() + ".");
}

std::string_view take_piece(std::string_view& rest) {
  const std::size_t end = std::min(rest.find(':'), rest.size());
  const std::string_view piece = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return piece;
}

SearchField metadata_field(std::string_view source, UserFieldType type, std::string_view path) {
  const auto* const row = std::ranges::find(metadata_kinds, type, &MetadataKind::type);
  return {.kind = row->kind, .key = search_key(source, prefix_of(type), path), .many = row->many};
}

/// `rest`: what stands behind "user:".
Result<SearchField> user_field(std::string_view rest) {
  const auto field = parse_user_field(rest);
  if (!field) return std::unexpected(field.error());
  return metadata_field("user", field->type, field->name);
}

/// `rest`: what stands behind the source. Without a type it is a text.
Result<SearchField> field_of_values(std::string_view source, std::string_view rest, std::string_view whole) {
  std::string_view path = rest;
  const std::string_view first = take_piece(path);
  const auto types = types_of(source);
  const auto type = std::ranges::find(types, first, prefix_of);
  if (!path.empty() && path.size() <= longest_path) {
    if (type != types.end()) return metadata_field(source, *type, path);
    return metadata_field(source, UserFieldType::str, rest);
  }
  return fail(ErrorCode::bad_request, "The field " + in_quotes(whole) + " needs a type (" +
                                          joined(types, ", ", prefix_of) +
                                          ") and the path to a value, as in dynamic:int:subject_area:x.");
}

}  // namespace

const std::vector<NamedColumn>& image_columns() {
  static const std::vector<NamedColumn> all = [] {
    std::vector<NamedColumn> named;
    named.reserve(columns.size() + 1);
    for (const Column& column : columns)
      named.push_back({column.name, column.help});
    named.push_back({"name_text", name_text_help});
    return named;
  }();
  return all;
}

bool names_metadata(std::string_view name) {
  return name.starts_with("user:") || name.starts_with("static:") || name.starts_with("dynamic:");
}

bool names_column(std::string_view name) {
  return name == "name_text" || column_of(name) != nullptr;
}

std::string search_key(std::string_view source, std::string_view type, std::string_view path) {
  std::string key(source);
  return key.append(":").append(type).append(":").append(path);
}

Result<SearchField> parse_search_field(std::string_view name) {
  if (name == "name_text")
    return SearchField{.kind = SearchKind::word, .key = std::string(words_of_the_name), .many = true};
  if (const Column* column = column_of(name))
    return SearchField{
        .kind = column->kind, .column = column->column, .short_hash = column->name == "short_hash"};
  if (!names_metadata(name)) return unknown_field(name);
  std::string_view rest = name;
  const std::string_view source = take_piece(rest);
  return source == "user" ? user_field(rest) : field_of_values(source, rest, name);
}

}  // namespace rucola::catalog

// The fields by which source images are searched, sorted and counted, and how they are written:
//
//   size, name, created …     what every image has; image_columns() has the list
//   name_text                 the words of the name
//   user:int:weight           user metadata, by type and name; user:weight is user:str:weight
//   static:str:exif:make      the same of what the file says of itself,
//   dynamic:int:subject_area:x  and of dynamic metadata: the path to a value within
//
// Pure; thread-safe. Errors: bad_request, which names what is known.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace rucola::catalog {

/// What a field's values are, and so what can be asked of them.
enum class SearchKind { flag, integer, real, time, text, word, place };

enum class ImageColumn {
  hash,
  binary_hash,
  name,
  format,
  mimetype,
  bytes,
  width,
  height,
  created,
  deleted,
  opaque,
  animated,
  is_protected,
  locked,
};

struct SearchField {
  SearchKind kind;
  std::optional<ImageColumn> column{};  ///< nothing: its values are those of search_values.h, under `key`
  std::string key{};                    ///< "user:int:weight"
  bool many = false;                    ///< an image may have several values
  bool short_hash = false;              ///< of the column hash: an unambiguous beginning stands for it

  friend bool operator==(const SearchField&, const SearchField&) = default;
};

struct NamedColumn {
  std::string_view name;
  std::string_view help;
};
/// The names, one for each column, that documents give.
const std::vector<NamedColumn>& image_columns();

/// Does it begin as a field of metadata does?
bool names_metadata(std::string_view name);
/// Is it the name of what every image has, in any of its spellings?
bool names_column(std::string_view name);

Result<SearchField> parse_search_field(std::string_view name);

/// The key of a value within metadata: "dynamic:int:subject_area:x".
std::string search_key(std::string_view source, std::string_view type, std::string_view path);
inline constexpr std::string_view words_of_the_name = "image:text:name";

}  // namespace rucola::catalog

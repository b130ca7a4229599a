// What a value of the API may be: one description from which it is checked, its message is made, and the
// documents say it.
//
// Values and pure functions; thread-safe. Errors: bad_request, with what is allowed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "base/error.h"

namespace rucola::api {

enum class Type {
  boolean,
  integer,
  text,
  time,    ///< a date in any of the forms that base/time_text reads
  object,  ///< a JSON object
  list,    ///< a JSON array
  object_or_list,
  any,   ///< any JSON value
  file,  ///< a part of a form with a file name
};

struct Shape;

struct Schema {
  Type type = Type::text;
  std::optional<std::int64_t> minimum{};
  std::optional<std::int64_t> maximum{};  ///< of a text: bytes; of a list: items
  std::string_view pattern{};             ///< what a text, or a list's, looks like, as a regular expression
  bool (*accepts)(std::string_view) = nullptr;  ///< the same as code
  std::vector<std::string_view> values{};       ///< the only ones allowed, where there are any
  std::string_view allowed{};                   ///< for people, where the rest doesn't say it
  bool bare_texts = false;    ///< of an object in a form: an entry may be a text that is no JSON
  const Shape* of = nullptr;  ///< of an object: its fields; of a list: those of its items
  bool or_null = false;       ///< of an answer
};

/// A field of a request or of an answer.
struct Field {
  std::string name;
  Schema schema;
  std::string help;
  bool required = false;
  std::optional<boost::json::value> default_value{};
  bool per_file = false;  ///< of a form: there is one for each file, name[0], name[1] …
};

/// An object of the API that has a name of its own in the documents.
struct Shape {
  std::string_view name;
  std::vector<Field> fields;
};

/// The same fields and one more, under a name of its own.
Shape extended(const Shape& shape, std::string_view name, Field more);

Schema flag();
Schema integer(std::int64_t least, std::int64_t most);
Schema text(std::int64_t longest_bytes);
Schema time_of_day();
Schema object();
Schema object(const Shape& shape);
Schema list();
Schema list(const Shape& shape);
Schema list_of_hashes(std::int64_t most);
Schema object_or_list();
Schema any_value();
Schema or_null(Schema schema);
Schema organization_name();
Schema alias_name();
Schema hash_or_prefix();
Schema full_hash();
Schema sha1();

/// As JSON has it, without regard to more than its type.
bool has_type(Type type, const boost::json::value& value);

/// The value of a query parameter or a field of a form.
Result<boost::json::value> read_text(const Field& field, std::string_view text);
/// The value of a field of a JSON body. A form has only texts, and clients send those in JSON too.
Result<boost::json::value> read_json(const Field& field, const boost::json::value& value);

/// "an integer from 0 to 10000"
std::string allowed_text(const Schema& schema);

/// The schema as OpenAPI 3.1 has it; a Shape is referred to by name.
boost::json::object openapi_schema(const Schema& schema);

}  // namespace rucola::api

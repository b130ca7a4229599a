// What an option may be: one row of the tables of operations and of stack options. Parsing, its messages and
// the JSON of GET /operations and GET /stackoptions all come from the row.
//
// Values and pure functions; thread-safe. Errors: bad_request, naming owner, option, value and what is
// allowed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/error.h"
#include "render/operations/option_value.h"
#include "render/plan/step.h"

namespace rucola::render {

enum class OptionType {
  boolean,
  integer,
  number,
  text,
  choice,     ///< one of `values`
  color,      ///< six hex digits, kept in upper case
  structure,  ///< a list or an object; `structured` says of what shape
};

struct OptionSchema {
  std::string_view name;
  OptionType type = OptionType::text;
  std::optional<double> minimum{};
  std::optional<double> maximum{};  ///< of a text: bytes
  std::optional<Value> default_value{};
  std::vector<std::string_view> values{};
  std::string_view pattern{};  ///< what a text looks like, as a regular expression of ECMA 262
  std::string_view allowed{};  ///< for people, where the rest doesn't say it; of every structure
  bool (*accepts)(std::string_view) = nullptr;  ///< the same as code
  /// For structures: the canonical form of a value, or nothing where its shape is wrong.
  /// Text is JSON, except where the option gives it another meaning.
  std::optional<boost::json::value> (*canonical)(const boost::json::value&) = nullptr;
  /// Of a structure, as JSON Schema calls it: how it is mostly written. One, since clients take it for a
  /// text.
  std::string_view json_type{};
  std::vector<std::string_view> later_values{};  ///< known to the public API, refused by this version
  std::string_view help{};
};

/// `owner` is how messages call whose option it is: `operation "resize"`. Numbers may come as text and the
/// other way round, as clients send them.
Result<Value> parse_option(const OptionSchema& schema, const boost::json::value& value,
                           std::string_view owner);
Result<Value> parse_option(const OptionSchema& schema, std::string_view text, std::string_view owner);

/// "an integer from 1 to 10000"
std::string allowed_text(const OptionSchema& schema);

const OptionSchema* find_option(std::span<const OptionSchema> schemas, std::string_view name);
std::vector<std::string_view> names_of(std::span<const OptionSchema> schemas);

/// JSON Schema as its drafts 6 and 7 have it: `{"type": "integer", "minimum": 1, …}`. Choices stand in `enum`
/// and, for clients that look there, in `values`.
boost::json::object to_json(const OptionSchema& schema);
boost::json::value to_json(const Value& value);

/// Options as given, filled up with the table's defaults. Keeps references to both. The names must be in the
/// table and the values checked; both are a matter of the code, not of input.
class OptionReader {
 public:
  OptionReader(std::span<const OptionSchema> schemas, const Options& given)
      : schemas_(schemas), given_(given) {}

  [[nodiscard]] bool is_given(std::string_view name) const { return given_.contains(name); }

  /// For options that are required or have a default.
  [[nodiscard]] bool boolean(std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  [[nodiscard]] double number(std::string_view name) const;
  [[nodiscard]] std::string_view text(std::string_view name) const;
  [[nodiscard]] Color color(std::string_view name) const;

  [[nodiscard]] std::optional<std::int64_t> optional_integer(std::string_view name) const;
  [[nodiscard]] std::optional<std::string_view> optional_text(std::string_view name) const;
  /// Of a structure; null where it is not given.
  [[nodiscard]] boost::json::value structure(std::string_view name) const;
  [[nodiscard]] std::optional<Color> optional_color(std::string_view name) const;

 private:
  [[nodiscard]] const Value* find(std::string_view name) const;

  std::span<const OptionSchema> schemas_;
  const Options& given_;
};

}  // namespace rucola::render

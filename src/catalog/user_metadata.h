// User metadata: what an image's owner says of it, in fields with a type and a name. A field is written
// "int:stars"; without a type it is a str. Fields of one name and two types are two fields.
//
// Nothing of it is part of the image's identity. What was stored before there were these rules may hold
// anything: it is kept and shown as it is, and typed_user_fields() leaves it out.
//
// Pure; thread-safe. Errors: bad_request, with what is allowed and an example.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/error.h"

namespace rucola::catalog {

enum class UserFieldType : std::uint8_t { str, text, integer, real, date, latlon, array, array_text };

inline constexpr std::size_t longest_user_field_name = 54;
inline constexpr std::size_t most_user_fields = 256;
/// Bytes of a str, and of an element of an array.
inline constexpr std::size_t longest_user_str = std::size_t{8} * 1024;
/// Bytes of a text, and of an element of an array_text.
inline constexpr std::size_t longest_user_text = std::size_t{64} * 1024;
inline constexpr std::size_t most_user_elements = 1000;
/// Bytes of all fields of an image, as JSON.
inline constexpr std::size_t most_user_metadata = std::size_t{256} * 1024;

/// What stands before the colon: "str", "int", "double" …
std::string_view prefix_of(UserFieldType type);

struct UserField {
  UserFieldType type = UserFieldType::str;
  std::string name;

  friend bool operator==(const UserField&, const UserField&) = default;
};

/// "int:stars", "stars", "str:stars"; names are `[a-z0-9_]{1,54}`.
Result<UserField> parse_user_field(std::string_view written);

/// The one way in which it is stored and shown: a str has no prefix.
std::string key_of(const UserField& field);

/// The value in the one way of writing it:
///   str, text          text; a number or a truth is taken as its text
///   integer            of 64 bits; 3.0 and "3" are 3
///   real               finite; "1.5" is 1.5
///   date               "2017-01-29T12:34:56Z"; with milliseconds where there are any
///   latlon             "47.38,8.52", in degrees
///   array, array_text  of texts, as above
Result<boost::json::value> checked_user_value(const UserField& field, const boost::json::value& given);

/// All fields that an image is to have, by their keys. What is null is not given. A field that stands there
/// in two spellings is refused.
Result<boost::json::object> checked_user_metadata(const boost::json::object& given);

/// The same for fields to be changed: what is null stays, and is to be deleted.
Result<boost::json::object> checked_user_changes(const boost::json::object& given);

/// The stored fields with those changes, which checked_user_changes() has seen, or which come from another
/// image. Errors: bad_request where there would be more than an image may have.
Result<boost::json::object> changed_user_metadata(const boost::json::object& stored,
                                                  const boost::json::object& changes);

/// The key under which it is stored, in whichever spelling; nothing where it is not. (An old field may have
/// the empty name.)
std::optional<std::string> stored_key(const boost::json::object& stored, const UserField& field);

/// With each field by its bare name as well, where nothing else has that; of several types the first one in
/// the order above. So expressions read it.
boost::json::object with_bare_names(boost::json::object stored);

struct TypedUserField {
  UserField field;
  boost::json::value value;  ///< as checked_user_value() writes it
};

/// What is stored, less what is no field or no value of its type: by it, fields can be looked for.
std::vector<TypedUserField> typed_user_fields(const boost::json::object& stored);

}  // namespace rucola::catalog

// Which part of an answer a client gets: all of it, a range, or only the news that it has it already
// (RFC 9110, sections 13 and 14).
//
// Thread-safe: a pure function.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "message/request.h"
#include "message/response.h"

namespace rucola::message {

struct EntityTag {
  std::string_view tag;  ///< with its quotes
  bool weak = false;
};

/// Takes the first tag off a list of them, such as If-Match has. Nothing at the end of the list, or where it
/// is none: then something of it is left.
std::optional<EntityTag> take_entity_tag(std::string_view& list);

struct Selection {
  enum class Kind {
    whole,                ///< the answer as it is
    part,                 ///< 206: `length` bytes from `first`
    not_modified,         ///< 304
    precondition_failed,  ///< 412
    unsatisfiable,        ///< 416: the range begins behind the end
  };
  Kind kind = Kind::whole;
  std::int64_t first = 0;
  std::int64_t length = 0;  ///< bytes of the body to send, unless HEAD drops them
};

/// Only a 200 to GET or HEAD that has a validator is conditional, and only one with an ETag is ranged.
/// Several ranges, in one field or in several, a malformed range and ranges of HEAD are answered whole, which
/// the RFC allows. A date or an If-Range that is sent twice is none.
Selection select(const Request& request, const Response& response);

}  // namespace rucola::message

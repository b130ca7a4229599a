// An object of a stack's JSON whose fields are taken one by one, by name: what nobody has taken is a field
// that nothing looks at, a misspelt one most often. The names that are known are those that were asked for.
//
// Threads: an object belongs to one reading; the JSON outlives it. Errors: bad_request, naming the field,
// what may have been meant, and what there is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "base/error.h"

namespace rucola::render {

enum class UnknownFields {
  refused,   ///< what somebody sends now
  left_out,  ///< what is stored, perhaps by another version: it goes on doing what it did
};

class KnownFields {
 public:
  KnownFields(const boost::json::object& object, UnknownFields unknown)
      : object_(object), unknown_(unknown) {}

  /// Null where it isn't there.
  const boost::json::value* take(std::string_view name);
  /// May be there and says nothing: a client keeps it for itself.
  void ignore(std::string_view name) { ignored_.push_back(name); }

  /// The first field that was not taken; nothing where there is none, or where it may be left out.
  [[nodiscard]] std::optional<std::string_view> left_over() const;
  /// `title`: how messages call the object, at the beginning of a sentence.
  [[nodiscard]] Result<void> check_none_left(std::string_view title) const;
  /// What check_none_left() says of this one.
  [[nodiscard]] std::string why_not(std::string_view field, std::string_view title) const;

 private:
  const boost::json::object& object_;
  UnknownFields unknown_;
  std::vector<std::string_view> known_;
  std::vector<std::string_view> ignored_;
};

}  // namespace rucola::render

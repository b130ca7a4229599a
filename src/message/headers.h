// HTTP header fields in the order they came; names compare without case. A value type, not thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ascii.h"

namespace rucola::message {

using rucola::equal_ignoring_case;  // as names of headers compare

class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  /// Room for so many, where their number is known or can be guessed.
  void reserve(std::size_t fields) { fields_.reserve(fields); }
  void set(std::string_view name, std::string value);
  /// The first field of that name, or an empty view: no header that matters here has an empty value.
  [[nodiscard]] std::string_view get(std::string_view name) const;
  /// The value where the name stands there once; empty also where it stands there again. Of a field that is
  /// no list, the values of several are one invalid value (RFC 9110, section 5.3).
  [[nodiscard]] std::string_view only(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const;
  /// How often it stands there.
  [[nodiscard]] std::size_t count(std::string_view name) const;
  /// All values of that name joined by ", " (RFC 9110, section 5.3).
  [[nodiscard]] std::string joined(std::string_view name) const;

  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }

 private:
  std::vector<Field> fields_;
};

}  // namespace rucola::message

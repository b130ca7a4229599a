// What an expression works with: PHP's scalars and arrays, as JSON has them.
//
// Threads: values are immutable where they share (texts, arrays), so that copies may be used in different
// threads. Ownership: a copy shares the storage of its text or array; copying costs a reference count.
// Errors: none; an as_…() on another type throws std::bad_variant_access and is a mistake of the caller's.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rucola::expression {

class Array;

class Value {
 public:
  Value() = default;  ///< null
  Value(std::nullptr_t) {}
  Value(bool flag) : held_(flag) {}
  template <std::integral Integer>
    requires(!std::same_as<Integer, bool>)
  Value(Integer number) : held_(static_cast<std::int64_t>(number)) {}
  Value(double number) : held_(number) {}
  Value(std::string text);
  Value(std::string_view text) : Value(std::string(text)) {}
  Value(const char* text) : Value(std::string(text)) {}
  Value(Array array);

  static Value list(std::vector<Value> values);
  /// Of equal keys the last value counts, at the first one's place, as in PHP. Keys 0, 1, 2, … in order make
  /// a list.
  static Value map(std::vector<std::pair<std::string, Value>> entries);

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(held_); }
  [[nodiscard]] bool is_bool() const { return std::holds_alternative<bool>(held_); }
  [[nodiscard]] bool is_int() const { return std::holds_alternative<std::int64_t>(held_); }
  [[nodiscard]] bool is_double() const { return std::holds_alternative<double>(held_); }
  [[nodiscard]] bool is_number() const { return is_int() || is_double(); }
  [[nodiscard]] bool is_string() const { return std::holds_alternative<Text>(held_); }
  [[nodiscard]] bool is_array() const { return std::holds_alternative<Items>(held_); }

  [[nodiscard]] bool as_bool() const { return std::get<bool>(held_); }
  [[nodiscard]] std::int64_t as_int() const { return std::get<std::int64_t>(held_); }
  /// Of either kind of number.
  [[nodiscard]] double as_double() const;
  [[nodiscard]] const std::string& as_string() const { return *std::get<Text>(held_); }
  [[nodiscard]] const Array& as_array() const { return *std::get<Items>(held_); }

  /// PHP's rules: null, false, 0, 0.0, "", "0" and [] are not true.
  [[nodiscard]] bool truthy() const;
  /// PHP's rules: true is "1", false and null are "", 3.0 is "3", 1/3 is "0.3333333333333333". An array is
  /// "Array".
  [[nodiscard]] std::string to_text() const;
  /// Null where this is no array or the array has no such key.
  [[nodiscard]] const Value* member(std::string_view key) const;

  /// How much of the step limit it costs to walk through it: 1, more for long texts, the sum for arrays.
  [[nodiscard]] std::int64_t weight() const;
  /// 0 for scalars, 1 for an array of scalars, and so on.
  [[nodiscard]] int height() const;

 private:
  using Text = std::shared_ptr<const std::string>;
  using Items = std::shared_ptr<const Array>;

  std::variant<std::monostate, bool, std::int64_t, double, Text, Items> held_;
};

/// An ordered map as PHP has it. A list has the keys "0", "1", "2", … without storing them.
class Array {
 public:
  Array() = default;
  explicit Array(std::vector<Value> list);
  explicit Array(std::vector<std::pair<std::string, Value>> entries);

  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] bool is_list() const { return keys_.empty(); }
  [[nodiscard]] const std::vector<Value>& values() const { return values_; }
  [[nodiscard]] std::string key(std::size_t place) const;
  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] std::int64_t weight() const { return weight_; }
  [[nodiscard]] int height() const { return height_; }

 private:
  void measure();

  std::vector<std::string> keys_;  // empty for a list
  std::vector<Value> values_;
  std::vector<std::uint32_t> by_key_;  // places, in the order of their keys; empty for a list
  std::int64_t weight_ = 1;
  int height_ = 1;
};

}  // namespace rucola::expression

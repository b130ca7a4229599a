#include "expression/value.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_map>

#include "expression/number_text.h"

namespace rucola::expression {
namespace {

constexpr std::int64_t bytes_a_step = 64;

/// The place in a list that a key means; nothing for "01", "-1" and the like, which are no list's keys.
std::optional<std::size_t> list_place(std::string_view key) {
  std::size_t place = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), place);
  if (error != std::errc() || end != key.data() + key.size()) return std::nullopt;
  if (key.size() > 1 && key.front() == '0') return std::nullopt;
  return place;
}

bool are_list_keys(const std::vector<std::string>& keys) {
  for (std::size_t place = 0; place < keys.size(); ++place) {
    if (list_place(keys[place]) != place) return false;
  }
  return true;
}

/// Far past any limit; above it weights are not told apart, so that adding them never overflows.
constexpr std::int64_t most_weight = std::int64_t{1} << 40;

}  // namespace

Value::Value(std::string text) : held_(std::make_shared<const std::string>(std::move(text))) {}

Value::Value(Array array) : held_(std::make_shared<const Array>(std::move(array))) {}

Value Value::list(std::vector<Value> values) {
  return Array(std::move(values));
}

Value Value::map(std::vector<std::pair<std::string, Value>> entries) {
  return Array(std::move(entries));
}

double Value::as_double() const {
  return is_int() ? static_cast<double>(as_int()) : std::get<double>(held_);
}

bool Value::truthy() const {
  if (is_null()) return false;
  if (is_bool()) return as_bool();
  if (is_int()) return as_int() != 0;
  if (is_double()) return as_double() != 0;
  if (is_string()) return !as_string().empty() && as_string() != "0";
  return as_array().size() > 0;
}

std::string Value::to_text() const {
  if (is_null()) return {};
  if (is_bool()) return as_bool() ? "1" : "";
  if (is_int()) return std::to_string(as_int());
  if (is_double()) return number_text(as_double());
  if (is_string()) return as_string();
  return "Array";
}

const Value* Value::member(std::string_view key) const {
  return is_array() ? as_array().find(key) : nullptr;
}

std::int64_t Value::weight() const {
  if (is_string()) return 1 + static_cast<std::int64_t>(as_string().size()) / bytes_a_step;
  return is_array() ? as_array().weight() : 1;
}

int Value::height() const {
  return is_array() ? as_array().height() : 0;
}

Array::Array(std::vector<Value> list) : values_(std::move(list)) {
  measure();
}

Array::Array(std::vector<std::pair<std::string, Value>> entries) {
  std::unordered_map<std::string_view, std::size_t> places;  // of the keys in `entries`, which do not move
  std::vector<std::size_t> from;
  values_.reserve(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto [known, is_new] = places.try_emplace(entries[i].first, values_.size());
    if (is_new) {
      values_.push_back(std::move(entries[i].second));
      from.push_back(i);
    } else {
      values_[known->second] = std::move(entries[i].second);
    }
  }
  places.clear();
  for (const std::size_t i : from)
    keys_.push_back(std::move(entries[i].first));
  if (are_list_keys(keys_)) {
    keys_.clear();
  } else {
    by_key_.reserve(keys_.size());
    for (std::size_t place = 0; place < keys_.size(); ++place)
      by_key_.push_back(static_cast<std::uint32_t>(place));
    std::ranges::sort(by_key_, {},
                      [this](std::uint32_t place) -> const std::string& { return keys_[place]; });
  }
  measure();
}

void Array::measure() {
  int highest = 0;
  for (const Value& value : values_) {
    weight_ = std::min(weight_ + value.weight(), most_weight);
    highest = std::max(highest, value.height());
  }
  for (const std::string& key : keys_) {
    weight_ = std::min(weight_ + static_cast<std::int64_t>(key.size()) / bytes_a_step, most_weight);
  }
  height_ = 1 + highest;
}

std::string Array::key(std::size_t place) const {
  return is_list() ? std::to_string(place) : keys_[place];
}

const Value* Array::find(std::string_view key) const {
  if (is_list()) {
    const std::optional<std::size_t> place = list_place(key);
    return place && *place < values_.size() ? &values_[*place] : nullptr;
  }
  const auto found = std::ranges::lower_bound(
      by_key_, key, {}, [this](std::uint32_t place) { return std::string_view(keys_[place]); });
  return found != by_key_.end() && keys_[*found] == key ? &values_[*found] : nullptr;
}

}  // namespace rucola::expression

// Any bytes as an expression, for libFuzzer:
//
//   clang++ -std=c++23 -g -O1 -fsanitize=fuzzer,address,undefined -Isrc tests/fuzz/expression_fuzz.cpp
//       src/expression/*.cpp -lre2 -lboost_json -o expression_fuzz && ./expression_fuzz -max_len=4096
//
// tests/expression/hostile_expressions_test.cpp does the same with inputs of its own, without libFuzzer.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "expression/expression.h"
#include "expression/value.h"

namespace {

using rucola::expression::Value;

class Anything : public rucola::expression::Scope {
 public:
  [[nodiscard]] std::optional<Value> variable(std::string_view name) const override {
    if (name.size() > 2) return std::nullopt;
    return name.size() == 1 ? Value("500") : Value::list({1, "2", 3.5});
  }
  [[nodiscard]] std::optional<Value> root(std::string_view name) const override {
    if (name != "image" && name != "options") return std::nullopt;
    return Value::map({{"width", 800}, {"jpg.quality", 80}, {"subject_area", nullptr}});
  }
};

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rucola::expression;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const rucola::Result<Expression> parsed = parse(text);
  if (!parsed) return 0;
  require(parsed->text() == text);
  variables_used(*parsed);
  paths_used(*parsed);
  const rucola::Result<Value> value = evaluate(*parsed, Anything());
  if (!value) return 0;
  const Limits limits;
  require(value->weight() <= limits.steps);
  require(value->height() <= limits.depth);
  require(!value->is_string() || value->as_string().size() <= limits.text_bytes);
  return 0;
}

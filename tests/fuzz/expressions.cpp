// Any bytes as an expression of a stack. tests/expression/hostile_expressions_test.cpp has hostile inputs of
// its own.
#include <string_view>

#include "expression/expression.h"
#include "expression/value.h"
#include "fuzz/property.h"

namespace {

using namespace rucola::expression;
using rucola::fuzz::require;

class Anything : public Scope {
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = rucola::fuzz::text_of(data, size);
  const rucola::Result<Expression> parsed = parse(text);
  if (!parsed) {
    require(!parsed.error().message.text.empty(), "who wrote it is told what is wrong");
    return 0;
  }
  const Limits limits;
  require(text.size() <= limits.bytes, "no longer expression is read");
  require(parsed->text() == text, "an expression remembers its text");
  variables_used(*parsed);
  paths_used(*parsed);
  std::int64_t spent = 0;
  const auto value = evaluate(*parsed, Anything(), limits, &spent);
  require(spent >= 0 && spent <= limits.steps + 1, "no evaluation takes more steps than it may");
  if (!value) {
    require(value.error().column >= 1 && value.error().column <= text.size() + 1,
            "an error has a place in the text");
    return 0;
  }
  require(value->weight() <= limits.steps, "a value is no larger than the steps it took");
  require(value->height() <= limits.depth, "nor deeper than the limit");
  require(!value->is_string() || value->as_string().size() <= limits.text_bytes, "nor a longer text");
  return 0;
}

// A stack as people define it: operations with options, options for the whole stack, variables and
// expressions, checked against the tables of operations and stack options.
//
// Values; functions are pure and thread-safe. Errors: bad_request, naming the operation, the option, and
// what is allowed.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "base/error.h"
#include "render/operations/operation_call.h"
#include "render/operations/option_value.h"
#include "render/stack/known_fields.h"

namespace rucola::render {

inline constexpr std::size_t description_cap_bytes = 4096;
inline constexpr std::size_t variables_cap = 100;
inline constexpr std::size_t variable_cap_bytes = 4096;
inline constexpr std::size_t expressions_cap = 100;

struct Variable {
  std::string name;
  boost::json::value value;
  bool is_formula = true;  ///< lenient; a value from a URL is none unless it stands in square brackets
  bool is_of_url = false;  ///< a URL has set it
};

/// Where the condition holds, options and variables take other values.
struct StackExpression {
  std::string condition;
  Options options;
  std::vector<Variable> variables;
};

struct StackDefinition {
  std::string description{};
  std::vector<OperationCall> operations{};
  Options options{};                                    ///< stack options: "jpg.quality", "autoformat", …
  Formulas option_expressions{};                        ///< of stack options; only a URL has any
  std::set<std::string, std::less<>> options_of_url{};  ///< names of the options that the URL has set
  std::vector<Variable> variables{};                    ///< in order: one may use those before it
  std::vector<StackExpression> expressions{};
};

/// Reads the body of PUT /stacks (`operations`, `options`, `description`, `expressions`, `variables`) or
/// what to_json() wrote. `unknown`: fields inside of those; other fields beside them are the caller's.
Result<StackDefinition> parse_stack(const boost::json::value& body,
                                    UnknownFields unknown = UnknownFields::refused);

/// Does a render with it need a signed URL (stack option `protected`)?
bool is_protected(const StackDefinition& stack);

/// Errors: bad_request where no variable may be called so.
Result<Variable> parse_variable(std::string_view name, boost::json::value value);

/// Does it answer with the uploaded file itself (stack option `source_file`)?
bool delivers_source(const StackDefinition& stack);
/// `source_file` goes with no operation and no other option but `protected` and `content_disposition`.
/// parse_stack() has checked it.
Result<void> check_source_file(const StackDefinition& stack);

/// The canonical form that is stored, and shown by the API: `stack_operations`, `stack_options`,
/// `stack_expressions`, `stack_variables`, and `description` where there is one.
boost::json::object to_json(const StackDefinition& stack);

/// GET /operations and GET /stackoptions, from the tables that parse_stack() checks against.
boost::json::object operations_schema();
boost::json::object stack_options_schema();

}  // namespace rucola::render

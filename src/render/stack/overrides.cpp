#include "render/stack/overrides.h"

#include <algorithm>
#include <optional>

#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include "base/json.h"
#include "base/utf8.h"
#include "base/wording.h"
#include "render/operations/table.h"
#include "render/stack/formula.h"
#include "render/stack/options.h"

namespace rucola::render {
namespace {

constexpr std::string_view piece_separator = "--";
constexpr char word_separator = '-';
/// What rokka-render writes for the value of an operation's option that a program has not set.
constexpr std::string_view not_given = "__undefined__";

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::bad_request, std::move(message));
}

bool means_options(std::string_view word) {
  return word == "options" || word == "o";
}
bool means_variables(std::string_view word) {
  return word == "variables" || word == "v";
}
bool means_operation(std::string_view word) {
  return find_operation(word) != nullptr || is_later_operation(word);
}

bool starts_with_digit(std::string_view text) {
  return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

/// Splits, but not inside of square brackets: an expression may hold any character, brackets and quoted texts
/// included.
std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == '[') {
      at += bracketed_length(text.substr(at)).value_or(text.size() - at);
    } else if (text.substr(at).starts_with(separator)) {
      parts.push_back(text.substr(start, at - start));
      at += separator.size();
      start = at;
    } else {
      ++at;
    }
  }
  parts.push_back(text.substr(start));
  return parts;
}

/// What stands in square brackets, where all of the text does.
std::optional<std::string_view> bracketed(std::string_view text) {
  if (!text.starts_with('[') || bracketed_length(text) != text.size()) return std::nullopt;
  return text.substr(1, text.size() - 2);
}

/// One piece: its first word says what it is about, then come names and values in turn.
struct Piece {
  std::string text;  ///< for messages
  std::vector<std::string> words;
};

Piece parse_piece(std::string_view text) {
  Piece piece{std::string(text), {}};
  for (const std::string_view word : split(text, std::string_view(&word_separator, 1)))
    piece.words.emplace_back(word);
  return piece;
}

/// No operation's name starts with a digit, so "--" before one is the minus of `rotate-angle--90`, which
/// belongs to the piece before. What follows the number belongs there too.
void continue_with_negative(std::string_view text, Piece& piece) {
  piece.text += piece_separator;
  piece.text += text;
  Piece rest = parse_piece(text);
  rest.words.front().insert(0, 1, '-');
  std::ranges::move(rest.words, std::back_inserter(piece.words));
}

Result<std::vector<Piece>> parse_pieces(std::string_view text) {
  std::vector<Piece> pieces;
  for (const std::string_view part : split(text, piece_separator)) {
    if (part.empty())
      return wrong("There is nothing between two \"--\" or at an end of " + in_quotes(text) + ".");
    if (starts_with_digit(part) && !pieces.empty()) {
      continue_with_negative(part, pieces.back());
    } else {
      pieces.push_back(parse_piece(part));
    }
  }
  return pieces;
}

/// The later of two settings of an option counts.
Result<void> set_option(const OptionSchema& schema, std::string_view text, std::string_view title,
                        Options& options, Formulas& formulas) {
  const std::string name(schema.name);
  if (const auto formula = bracketed(text)) {
    const std::string owner = "Option " + in_quotes(name) + " of " + std::string(title);
    boost::json::value value = boost::json::string(*formula);
    if (auto sound = check_formula(value, FormulaKind::strict, owner); !sound) return sound;
    options.erase(name);
    formulas.insert_or_assign(name, std::move(value));
    return {};
  }
  auto value = parse_option(schema, text, title);
  if (!value) return std::unexpected(std::move(value).error());
  formulas.erase(name);
  options.insert_or_assign(name, *std::move(value));
  return {};
}

/// Names and values of a piece through `schema_of`, which finds the row of a name.
template <class SchemaOf>
Result<void> add_options(const Piece& piece, std::string_view title, SchemaOf schema_of, Options& options,
                         Formulas& formulas) {
  for (std::size_t i = 1; i < piece.words.size(); i += 2) {
    const std::string& name = piece.words[i];
    const Result<const OptionSchema*> schema = schema_of(std::string_view(name));
    if (!schema) return std::unexpected(schema.error());
    if (i + 1 == piece.words.size() || piece.words[i + 1].empty()) {
      return wrong("Option " + in_quotes(name) + " in " + in_quotes(piece.text) +
                   " has no value; the form is name-option-value-option-value.");
    }
    if (piece.words[i + 1] == not_given) continue;
    if (auto set = set_option(**schema, piece.words[i + 1], title, options, formulas); !set) return set;
  }
  return {};
}

Result<void> add_stack_options(const Piece& piece, Overrides& overrides) {
  if (piece.words.size() == 1) {
    return wrong(in_quotes(piece.text) +
                 " sets nothing; the form is options-name-value, such as options-dpr-2.");
  }
  const auto schema_of = [](std::string_view name) -> Result<const OptionSchema*> {
    const std::string_view full = full_stack_option_name(name);
    if (!only_in_stored_stacks(full)) return stack_option(full);
    return wrong("The stack option " + in_quotes(full) + " can only be set in a stored stack, not in a URL.");
  };
  auto added =
      add_options(piece, stack_options_title, schema_of, overrides.options, overrides.option_expressions);
  if (!added) return added;
  for (const auto& [name, formula] : overrides.option_expressions) {
    if (decided_before_expressions(name))
      return wrong("The stack option " + in_quotes(name) + " can't be set by an expression.");
  }
  return {};
}

Result<void> add_operation(const Piece& piece, std::vector<OperationCall>& calls) {
  const Operation* operation = find_operation(piece.words.front());
  if (operation == nullptr) return std::unexpected(unknown_operation(piece.words.front()));
  OperationCall call{.name = std::string(operation->name)};
  const auto schema_of = [&](std::string_view name) { return option_of(*operation, name); };
  if (auto added = add_options(piece, title_of(*operation), schema_of, call.options, call.expressions);
      !added) {
    return added;
  }
  for (const auto& [name, formula] : call.expressions)
    call.expressions_of_url.insert(name);
  calls.push_back(std::move(call));
  return {};
}

/// Single hyphens may stand between operations, too: `resize-width-200-crop-width-100`. Where an option's
/// name is due, an operation's begins the next one, unless this one has such an option.
std::vector<Piece> split_operations(const Piece& piece) {
  std::vector<Piece> operations{{piece.text, {piece.words.front()}}};
  const Operation* current = find_operation(piece.words.front());
  for (std::size_t i = 1; i < piece.words.size();) {
    const std::string& name = piece.words[i];
    const Operation* next = find_operation(name);
    if (current != nullptr && next != nullptr && find_option(current->options, name) == nullptr) {
      operations.push_back({piece.text, {name}});
      current = next;
      ++i;
      continue;
    }
    const std::size_t end = std::min(i + 2, piece.words.size());
    for (; i < end; ++i)
      operations.back().words.push_back(piece.words[i]);
  }
  return operations;
}

Result<void> set_variable(Variable variable, std::vector<Variable>& variables) {
  const auto known = std::ranges::find(variables, variable.name, &Variable::name);
  if (known != variables.end()) {
    *known = std::move(variable);
  } else if (variables.size() < variables_cap) {
    variables.push_back(std::move(variable));
  } else {
    return wrong("A URL may set at most " + std::to_string(variables_cap) + " variables.");
  }
  return {};
}

void mark_as_literal_of_url(Variable& variable) {
  variable.is_formula = false;
  variable.is_of_url = true;
}

/// Values of URLs mean themselves: a text, or true and false.
Result<Variable> url_variable(const std::string& name, std::string_view text) {
  if (const auto formula = bracketed(text)) {
    boost::json::value value = boost::json::string(*formula);
    if (auto sound = check_formula(value, FormulaKind::strict, "The variable " + in_quotes(name)); !sound)
      return std::unexpected(sound.error());
    auto variable = parse_variable(name, std::move(value));
    if (variable) variable->is_of_url = true;
    return variable;
  }
  boost::json::value value = boost::json::string(text);
  if (text == "true" || text == "false") value = text == "true";
  auto variable = parse_variable(name, std::move(value));
  if (variable) mark_as_literal_of_url(*variable);
  return variable;
}

Result<void> add_variables(const Piece& piece, std::vector<Variable>& variables) {
  if (piece.words.size() == 1) {
    return wrong(in_quotes(piece.text) + " sets nothing; the form is variables-name-value, such as v-w-800.");
  }
  for (std::size_t i = 1; i < piece.words.size(); i += 2) {
    const std::string& name = piece.words[i];
    if (i + 1 == piece.words.size()) {
      return wrong("Variable " + in_quotes(name) + " in " + in_quotes(piece.text) +
                   " has no value; the form is variables-name-value-name-value. A value with a hyphen goes "
                   R"(into the query: ?v={"name":"a-b"}.)");
    }
    auto variable = url_variable(name, piece.words[i + 1]);
    if (!variable) return std::unexpected(std::move(variable).error());
    if (auto set = set_variable(*std::move(variable), variables); !set) return set;
  }
  return {};
}

Result<void> add_piece(const Piece& piece, Overrides& overrides) {
  const std::string& subject = piece.words.front();
  if (means_variables(subject)) return add_variables(piece, overrides.variables);
  if (means_options(subject)) return add_stack_options(piece, overrides);
  for (const Piece& operation : split_operations(piece)) {
    if (auto added = add_operation(operation, overrides.operations); !added) return added;
  }
  return {};
}

}  // namespace

Result<void> add_overrides(std::string_view text, Overrides& overrides) {
  // Its texts go into plans and structures, which are JSON.
  if (!is_utf8(text)) return wrong("The URL's part " + in_quotes(text) + " is not UTF-8.");
  const auto pieces = parse_pieces(text);
  if (!pieces) return std::unexpected(pieces.error());
  for (const Piece& piece : *pieces) {
    if (auto added = add_piece(piece, overrides); !added) return added;
  }
  return {};
}

Result<void> add_variables_json(std::string_view text, Overrides& overrides) {
  constexpr std::string_view form = R"(the form is ?v={"name":"value"}, percent-encoded.)";
  const auto document = parse_json(text);
  if (!document || !document->is_object()) {
    return wrong("The query parameter \"v\" is not a JSON object; " + std::string(form));
  }
  for (const auto& entry : document->get_object()) {
    auto variable = parse_variable(std::string_view(entry.key()), entry.value());
    if (!variable) return std::unexpected(std::move(variable).error());
    mark_as_literal_of_url(*variable);
    if (auto set = set_variable(*std::move(variable), overrides.variables); !set) return set;
  }
  return {};
}

std::optional<std::size_t> bracketed_length(std::string_view text) {
  int depth = 0;
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == '\\') {
        ++at;
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '[') {
      ++depth;
    } else if (c == ']' && --depth == 0) {
      return at + 1;
    }
  }
  return std::nullopt;
}

bool looks_like_overrides(std::string_view text) {
  const std::string_view word = text.substr(0, text.find(word_separator));
  return means_options(word) || means_variables(word) || means_operation(word);
}

namespace {

void change(OperationCall& call, const OperationCall& by) {
  for (const auto& [name, value] : by.options) {
    call.expressions.erase(name);
    call.expressions_of_url.erase(name);
    call.options.insert_or_assign(name, value);
  }
  for (const auto& [name, formula] : by.expressions)
    call.expressions.insert_or_assign(name, formula);
  call.expressions_of_url.insert(by.expressions_of_url.begin(), by.expressions_of_url.end());
}

/// A variable that the stack doesn't know comes first, so that all of the stack's may use it.
void set_variables(std::vector<Variable>& variables, const std::vector<Variable>& by) {
  std::vector<Variable> unknown;
  for (const Variable& variable : by) {
    const auto known = std::ranges::find(variables, variable.name, &Variable::name);
    if (known == variables.end()) {
      unknown.push_back(variable);
    } else {
      *known = variable;
    }
  }
  variables.insert(variables.begin(), unknown.begin(), unknown.end());
}

void set_options(StackDefinition& stack, const Overrides& overrides) {
  for (const auto& [name, value] : overrides.options) {
    stack.options.insert_or_assign(name, value);
    stack.options_of_url.insert(name);
  }
  stack.option_expressions = overrides.option_expressions;
  for (const auto& [name, formula] : overrides.option_expressions)
    stack.options_of_url.insert(name);
}

}  // namespace

Result<StackDefinition> apply(StackDefinition stack, const Overrides& overrides) {
  for (const OperationCall& by : overrides.operations) {
    const auto target = std::ranges::find(stack.operations, by.name, &OperationCall::name);
    if (target == stack.operations.end()) {
      return wrong("The stack has no operation " + in_quotes(by.name) +
                   " that the URL could change; the stack \"dynamic\" takes any operation.");
    }
    change(*target, by);
  }
  set_options(stack, overrides);
  set_variables(stack.variables, overrides.variables);
  if (auto sound = check_source_file(stack); !sound) return std::unexpected(sound.error());
  return stack;
}

StackDefinition dynamic_stack(const Overrides& overrides) {
  StackDefinition stack;
  stack.operations = overrides.operations;
  stack.variables = overrides.variables;
  set_options(stack, overrides);
  return stack;
}

}  // namespace rucola::render

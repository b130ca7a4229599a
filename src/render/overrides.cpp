#include "render/overrides.h"

#include <algorithm>

#include "render/operations/table.h"
#include "render/stack_options.h"
#include "render/wording.h"

namespace rucola::render {
namespace {

constexpr std::string_view piece_separator = "--";
constexpr char word_separator = '-';

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

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + separator.size());
  }
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

/// Names and values of a piece through `schema_of`, which finds the row of a name.
template <class SchemaOf>
Result<void> add_options(const Piece& piece, std::string_view title, SchemaOf schema_of, Options& options) {
  for (std::size_t i = 1; i < piece.words.size(); i += 2) {
    const std::string& name = piece.words[i];
    const Result<const OptionSchema*> schema = schema_of(std::string_view(name));
    if (!schema) return std::unexpected(schema.error());
    if (i + 1 == piece.words.size() || piece.words[i + 1].empty()) {
      return wrong("Option " + in_quotes(name) + " in " + in_quotes(piece.text) +
                   " has no value; the form is name-option-value-option-value.");
    }
    auto value = parse_option(**schema, std::string_view(piece.words[i + 1]), title);
    if (!value) return std::unexpected(std::move(value).error());
    options.insert_or_assign(std::string((*schema)->name), *std::move(value));
  }
  return {};
}

Result<void> add_stack_options(const Piece& piece, Options& options) {
  if (piece.words.size() == 1) {
    return wrong(in_quotes(piece.text) +
                 " sets nothing; the form is options-name-value, such as options-dpr-2.");
  }
  const auto schema_of = [](std::string_view name) -> Result<const OptionSchema*> {
    const std::string_view full = full_stack_option_name(name);
    if (!only_in_stored_stacks(full)) return stack_option(full);
    return wrong("The stack option " + in_quotes(full) + " can only be set in a stored stack, not in a URL.");
  };
  return add_options(piece, stack_options_title, schema_of, options);
}

Result<void> add_operation(const Piece& piece, std::vector<OperationCall>& calls) {
  const Operation* operation = find_operation(piece.words.front());
  if (operation == nullptr) return std::unexpected(unknown_operation(piece.words.front()));
  OperationCall call{std::string(operation->name), {}};
  const auto schema_of = [&](std::string_view name) { return option_of(*operation, name); };
  if (auto added = add_options(piece, title_of(*operation), schema_of, call.options); !added) return added;
  calls.push_back(std::move(call));
  return {};
}

Result<void> add_piece(const Piece& piece, Overrides& overrides) {
  const std::string& subject = piece.words.front();
  if (means_variables(subject)) {
    return wrong(in_quotes(piece.text) + ": variables are not available in this version.");
  }
  if (means_options(subject)) return add_stack_options(piece, overrides.options);
  return add_operation(piece, overrides.operations);
}

}  // namespace

Result<void> add_overrides(std::string_view text, Overrides& overrides) {
  if (text.find('[') != std::string_view::npos) {
    return wrong(in_quotes(text) + ": expressions in square brackets are not available in this version.");
  }
  const auto pieces = parse_pieces(text);
  if (!pieces) return std::unexpected(pieces.error());
  for (const Piece& piece : *pieces) {
    if (auto added = add_piece(piece, overrides); !added) return added;
  }
  return {};
}

bool looks_like_overrides(std::string_view text) {
  const std::string_view word = text.substr(0, text.find(word_separator));
  return means_options(word) || means_variables(word) || means_operation(word);
}

Result<StackDefinition> apply(StackDefinition stack, const Overrides& overrides) {
  for (const OperationCall& change : overrides.operations) {
    const auto target = std::ranges::find(stack.operations, change.name, &OperationCall::name);
    if (target == stack.operations.end()) {
      return wrong("The stack has no operation " + in_quotes(change.name) +
                   " that the URL could change; the stack \"dynamic\" takes any operation.");
    }
    for (const auto& [name, value] : change.options)
      target->options.insert_or_assign(name, value);
  }
  for (const auto& [name, value] : overrides.options)
    stack.options.insert_or_assign(name, value);
  if (auto sound = check_source_file(stack); !sound) return std::unexpected(sound.error());
  return stack;
}

StackDefinition dynamic_stack(const Overrides& overrides) {
  return {{}, overrides.operations, overrides.options};
}

}  // namespace rucola::render

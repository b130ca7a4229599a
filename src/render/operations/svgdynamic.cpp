#include <optional>
#include <string>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/json.h"
#include "base/wording.h"
#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

namespace json = boost::json;

constexpr std::size_t most_changes = 100;
constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// What an expression comes to may be a number.
std::optional<std::string> text_of(const json::value& value) {
  if (const auto* text = value.if_string()) return std::string(*text);
  if (const auto* number = value.if_int64()) return std::to_string(*number);
  if (const auto* number = value.if_double()) return number_text(*number);
  return std::nullopt;
}

std::optional<std::string> member(const json::object& change, std::string_view name) {
  const json::value* value = change.if_contains(name);
  return value == nullptr ? std::nullopt : text_of(*value);
}

/// Tabs and ends of lines are none.
bool has_control_characters(std::string_view text) {
  using namespace std::string_view_literals;
  return text.find_first_of(
             "\0\1\2\3\4\5\6\7\10\13\14\16\17\20\21\22\23\24\25\26\27\30\31\32"
             "\33\34\35\36\37\177"sv) != std::string_view::npos;
}

bool is_attribute(std::string_view name) {
  const std::string allowed = std::string(letters) + "0123456789-_";
  return !name.empty() && letters.contains(name.front()) &&
         name.find_first_not_of(allowed) == std::string_view::npos;
}

/// Scripts, links and other documents are no matter of appearance.
bool is_appearance(std::string_view name) {
  const bool is_event =
      name.size() > 2 && (name[0] == 'o' || name[0] == 'O') && (name[1] == 'n' || name[1] == 'N');
  return !is_event && name != "href" && name != "src" && name != "xmlns";
}

std::optional<json::object> canonical_change(const json::value& value) {
  const auto* change = value.if_object();
  if (change == nullptr || change->size() != 3) return std::nullopt;
  const auto id = member(*change, "id");
  const auto attribute = member(*change, "attr");
  const auto set_to = member(*change, "value");
  if (!id || id->empty() || !attribute || !set_to) return std::nullopt;
  if (!is_attribute(*attribute) || !is_appearance(*attribute)) return std::nullopt;
  if (has_control_characters(*id) || has_control_characters(*set_to)) return std::nullopt;
  return json::object{{"id", *id}, {"attr", *attribute}, {"value", *set_to}};
}

std::optional<json::value> canonical_changes(const json::value& value) {
  if (const auto* text = value.if_string()) {
    const auto parsed = parse_json(*text);
    return parsed && parsed->is_array() ? canonical_changes(*parsed) : std::nullopt;
  }
  const auto* list = value.if_array();
  if (list == nullptr || list->size() > most_changes) return std::nullopt;
  json::array changes;
  for (const json::value& element : *list) {
    auto change = canonical_change(element);
    if (!change) return std::nullopt;
    changes.push_back(*std::move(change));
  }
  return changes;
}

Outcome<void> plan(const OptionReader& options, PlanningContext& context) {
  if (context.image->format != Format::svg) {
    return fail(ErrorCode::bad_request,
                "The operation \"svgdynamic\" changes SVG images, and this one is of "
                "another format (" +
                    std::string(name_of(context.image->format)) + ").");
  }
  const json::value changes = options.structure("changes");
  for (const json::value& change : changes.as_array()) {
    const auto text = [&](std::string_view name) { return std::string(change.at(name).as_string()); };
    context.svg_changes.push_back({.id = text("id"), .attribute = text("attr"), .value = text("value")});
    context.change_frame(context.svg_changes.back());
  }
  return {};
}

}  // namespace

const Operation& svgdynamic() {
  static const Operation row{
      .name = "svgdynamic",
      .description =
          "Sets attributes of elements of an SVG before it is drawn, wherever in the stack it stands.",
      .options =
          {
              {.name = "changes",
               .type = OptionType::structure,
               .allowed =
                   "a list of up to 100 objects with id (of the element), attr (the attribute: letters, "
                   "digits, - and _; no event, href, src or xmlns) and value",
               .canonical = canonical_changes,
               .json_type = "array",
               .help = "What is changed: the element's id, the attribute, and its new value. May be given as "
                       "list of expressions, too."},
              enabled_option,
          },
      .required = {"changes"},
      .one_of = {},
      .later = {},
      .plan = plan,
      .array_expressions_are = "changes",
  };
  return row;
}

}  // namespace rucola::render::operation

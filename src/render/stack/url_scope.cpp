#include "render/stack/url_scope.h"

#include <algorithm>
#include <utility>

#include "base/wording.h"
#include "render/stack/formula.h"

namespace rucola::render {
namespace {

using Computed = expression::Value;

constexpr std::string_view metadata = "meta_user";
constexpr std::string_view options_prefix = "options.";

bool leads_to(std::string_view path, std::string_view name) {
  return path.starts_with(name) && (path.size() == name.size() || path[name.size()] == '.');
}

std::unexpected<Error> can_not_be_read(const std::string& what) {
  return fail(ErrorCode::bad_request,
              what +
                  " can't be read by an expression in a URL, only by those of stored stacks, unless the "
                  "organization has the option \"url_expressions_read_private\".");
}

template <class IsHidden>
Computed without(const Computed& map, const IsHidden& is_hidden) {
  std::vector<std::pair<std::string, Computed>> rest;
  const expression::Array& entries = map.as_array();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!is_hidden(entries.key(i))) rest.emplace_back(entries.key(i), entries.values()[i]);
  }
  return Computed::map(std::move(rest));
}

}  // namespace

UrlScope::UrlScope(const ExpressionScope& all, const StackDefinition& stack)
    : all_(all), stack_(stack), options_of_url_(stack.options_of_url) {
  // Until it is computed, the value is still the one that the stack has.
  for (const auto& [name, formula] : stack.option_expressions)
    options_of_url_.erase(name);
}

void UrlScope::option_is_of_stack(std::string_view name) {
  if (const auto found = options_of_url_.find(name); found != options_of_url_.end())
    options_of_url_.erase(found);
}

Result<void> UrlScope::check_readable(const boost::json::value& formula) const {
  for (const std::string& name : variables_used(formula)) {
    if (is_variable_of_stack(name)) return can_not_be_read("The variable $" + name + " of the stack");
  }
  for (const std::string& path : paths_used(formula)) {
    if (leads_to(path, "image.meta_user")) return can_not_be_read("image.meta_user");
    if (!path.starts_with(options_prefix)) continue;
    const std::string_view option = option_of_stack_in(std::string_view(path).substr(options_prefix.size()));
    if (!option.empty()) return can_not_be_read("The stack's option " + in_quotes(option));
  }
  return {};
}

std::optional<Computed> UrlScope::variable(std::string_view name) const {
  return is_variable_of_stack(name) ? std::nullopt : all_.variable(name);
}

std::optional<Computed> UrlScope::root(std::string_view name) const {
  auto whole = all_.root(name);
  if (!whole) return whole;
  if (name == "image") return without(*whole, [](std::string_view key) { return key == metadata; });
  if (name == "options")
    return without(*whole, [this](std::string_view key) { return is_option_of_stack(key); });
  return whole;
}

std::optional<Computed> UrlScope::property(std::string_view root, std::string_view path) const {
  if (root == "options" && is_option_of_stack(path)) return std::nullopt;
  return all_.property(root, path);
}

std::vector<std::string> UrlScope::variable_names() const {
  auto names = all_.variable_names();
  std::erase_if(names, [this](const std::string& name) { return is_variable_of_stack(name); });
  return names;
}

std::vector<std::string> UrlScope::property_names(std::string_view root) const {
  auto names = all_.property_names(root);
  std::erase(names, metadata);
  return names;
}

bool UrlScope::is_variable_of_stack(std::string_view name) const {
  return std::ranges::any_of(stack_.variables, [&](const Variable& variable) {
    return variable.name == name && !variable.is_of_url;
  });
}

bool UrlScope::is_option_of_stack(std::string_view name) const {
  return stack_.options.contains(name) && !options_of_url_.contains(name);
}

std::string_view UrlScope::option_of_stack_in(std::string_view path) const {
  for (const auto& [name, value] : stack_.options) {
    if (leads_to(path, name) && is_option_of_stack(name)) return name;
  }
  return {};
}

}  // namespace rucola::render

#include "base/config.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <sstream>

#include <toml++/toml.h>
#include <unistd.h>

#include "base/text.h"

namespace rucola::config {
namespace {

constexpr std::string_view read_more =
    "`rucola config` lists every parameter; docs/configuration.md explains them.";

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  static constexpr std::pair<std::string_view, int> units[] = {
      {"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"TiB", 40}};
  for (const auto& [unit, shift] : units) {
    if (!text.ends_with(unit)) continue;
    const auto number = parse_integer(text.substr(0, text.size() - unit.size()));
    if (!number || *number < 0 || *number > (std::int64_t{1} << (62 - shift))) return std::nullopt;
    return *number << shift;
  }
  return parse_integer(text);
}

std::string format_bytes(std::int64_t bytes) {
  static constexpr std::pair<std::string_view, int> units[] = {
      {"TiB", 40}, {"GiB", 30}, {"MiB", 20}, {"KiB", 10}};
  for (const auto& [unit, shift] : units) {
    const std::int64_t one = std::int64_t{1} << shift;
    if (bytes >= one && bytes % one == 0) return std::to_string(bytes / one) + std::string(unit);
  }
  return std::to_string(bytes);
}

std::string range_text(const std::string& kind, Range range, std::string (*format)(std::int64_t)) {
  return kind + ", " + format(range.least) + " to " + format(range.most);
}

std::string plain(std::int64_t value) {
  return std::to_string(value);
}

bool in(Range range, std::optional<std::int64_t> value) {
  return value && *value >= range.least && *value <= range.most;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) items.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '"' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe;
}

/// A TOML leaf in the text form that Parameter::set() takes; nothing for dates and nested structures.
std::optional<std::string> leaf_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (const auto* array = node.as_array()) {
    std::vector<std::string> items;
    for (const toml::node& item : *array) {
      if (!item.is_string()) return std::nullopt;
      items.push_back(item.as_string()->get());
    }
    return joined(items, ",");
  }
  return std::nullopt;
}

std::string at_line(const std::string& source, const toml::node& node) {
  return source + ":" + std::to_string(node.source().begin.line);
}

Result<void> assign(Parameter& parameter, std::string_view value, const std::string& origin) {
  if (!parameter.set(value)) {
    return fail(ErrorCode::bad_request, origin + ": " + parameter.name() + " can't be \"" +
                                            std::string(value) + "\"; allowed: " + parameter.allowed + ". " +
                                            std::string(read_more));
  }
  parameter.origin = origin;
  return {};
}

using Find = std::function<Parameter*(std::string_view key)>;

Result<void> assign_all(const toml::table& keys, const std::string& section, const std::string& source,
                        const Find& find) {
  for (const auto& [key, node] : keys) {
    Parameter* parameter = find(key.str());
    const auto text = leaf_text(node);
    if (parameter == nullptr || !text) {
      return fail(ErrorCode::bad_request, at_line(source, node) +
                                              ": unknown key or wrong kind of value: " + section + "." +
                                              std::string(key.str()) + ". " + std::string(read_more));
    }
    if (auto ok = assign(*parameter, *text, at_line(source, node)); !ok) return ok;
  }
  return {};
}

std::vector<std::string> names_of(const std::vector<Table::EntryKind>& kinds) {
  std::vector<std::string> names;
  names.reserve(kinds.size());
  for (const Table::EntryKind& kind : kinds)
    names.push_back(kind.name);
  return names;
}

Result<const Table::EntryKind*> kind_of(const toml::table& entry, const std::string& section,
                                        const std::vector<Table::EntryKind>& kinds,
                                        const std::string& source) {
  const toml::node* node = entry.get("kind");
  const auto given = node == nullptr ? std::optional<std::string>() : leaf_text(*node);
  const auto found = std::ranges::find(kinds, given.value_or(""), &Table::EntryKind::name);
  if (found != kinds.end()) return &*found;
  const std::string what = given ? " can't be \"" + *given + "\""
                                 : std::string(node == nullptr ? " is missing" : " must be a text");
  return fail(ErrorCode::bad_request, at_line(source, entry) + ": " + section + ".kind" + what +
                                          "; allowed: one of " + joined(names_of(kinds)) + ". " +
                                          std::string(read_more));
}

}  // namespace

std::string Parameter::environment_variable() const {
  std::string variable = "RUCOLA_" + section + "_" + key;
  std::ranges::transform(variable, variable.begin(),
                         [](unsigned char c) { return c == '.' ? '_' : static_cast<char>(std::toupper(c)); });
  return variable;
}

bool Parameter::same_value(const Parameter& other) const {
  const auto value = [](const Parameter& of) { return of.unmasked ? of.unmasked() : of.get(); };
  return value(*this) == value(other);
}

std::string Parameter::toml_value() const {
  if (notation == Notation::bare) return get();
  if (notation == Notation::quoted) return '"' + escaped(get()) + '"';
  const auto quoted = [](const std::string& item) { return '"' + escaped(item) + '"'; };
  return "[" + joined(split_list(get()), ", ", quoted) + "]";
}

void Table::Section::add(std::string key, Notation notation, std::string allowed, std::string unit,
                         std::string prose, std::function<bool(std::string_view)> set,
                         std::function<std::string()> get, bool secret) {
  std::string default_value = get();
  table_.parameters_.push_back({.section = name_,
                                .key = std::move(key),
                                .allowed = std::move(allowed),
                                .unit = std::move(unit),
                                .prose = std::move(prose),
                                .default_value = std::move(default_value),
                                .origin = "default",
                                .notation = notation,
                                .secret = secret,
                                .set = std::move(set),
                                .get = std::move(get)});
}

void Table::Section::integer(std::string key, std::int64_t& target, Range range, std::string unit,
                             std::string prose) {
  add(
      std::move(key), Notation::bare, range_text("integer", range, plain), std::move(unit), std::move(prose),
      [&target, range](std::string_view text) {
        const auto value = parse_integer(text);
        if (!in(range, value)) return false;
        target = *value;
        return true;
      },
      [&target] { return std::to_string(target); });
}

void Table::Section::seconds(std::string key, std::chrono::seconds& target, Range range, std::string prose) {
  add(
      std::move(key), Notation::bare, range_text("integer", range, plain), "seconds", std::move(prose),
      [&target, range](std::string_view text) {
        const auto value = parse_integer(text);
        if (!in(range, value)) return false;
        target = std::chrono::seconds{*value};
        return true;
      },
      [&target] { return std::to_string(target.count()); });
}

void Table::Section::bytes(std::string key, std::int64_t& target, Range range, std::string prose) {
  add(
      std::move(key), Notation::quoted, range_text("size such as 64MiB", range, format_bytes), "bytes",
      std::move(prose),
      [&target, range](std::string_view text) {
        const auto value = parse_bytes(text);
        if (!in(range, value)) return false;
        target = *value;
        return true;
      },
      [&target] { return format_bytes(target); });
}

void Table::Section::boolean(std::string key, bool& target, std::string prose) {
  add(
      std::move(key), Notation::bare, "true or false", "", std::move(prose),
      [&target](std::string_view text) {
        if (text != "true" && text != "false" && text != "1" && text != "0") return false;
        target = text == "true" || text == "1";
        return true;
      },
      [&target] { return std::string(target ? "true" : "false"); });
}

void Table::Section::text(std::string key, std::string& target, std::string prose) {
  add(
      std::move(key), Notation::quoted, "text", "", std::move(prose),
      [&target](std::string_view value) {
        target = value;
        return true;
      },
      [&target] { return target; });
}

void Table::Section::secret(std::string key, std::string& target, std::string prose) {
  add(
      std::move(key), Notation::quoted, "text", "", std::move(prose),
      [&target](std::string_view value) {
        target = value;
        return true;
      },
      [&target] { return std::string(target.empty() ? "(not set)" : "(set)"); }, true);
  table_.parameters_.back().unmasked = [&target] { return target; };
}

void Table::Section::reloads() {
  table_.parameters_.back().reloads = true;
}

void Table::Section::choice(std::string key, std::string& target, std::vector<std::string> choices,
                            std::string prose) {
  std::string allowed = "one of " + joined(choices);
  add(
      std::move(key), Notation::quoted, std::move(allowed), "", std::move(prose),
      [&target, choices = std::move(choices)](std::string_view value) {
        if (std::ranges::find(choices, value) == choices.end()) return false;
        target = value;
        return true;
      },
      [&target] { return target; });
}

void Table::Section::list(std::string key, std::vector<std::string>& target, std::string prose) {
  add(
      std::move(key), Notation::list, "list of texts", "", std::move(prose),
      [&target](std::string_view value) {
        target = split_list(value);
        return true;
      },
      [&target] { return joined(target, ","); });
}

void Table::repeated(std::string name, std::vector<EntryKind> kinds) {
  repeated_.push_back({std::move(name), std::move(kinds), {}, {}});
}

Parameter* Table::find(std::string_view section, std::string_view key) {
  const auto found = std::ranges::find_if(
      parameters_, [&](const Parameter& p) { return p.section == section && p.key == key; });
  return found == parameters_.end() ? nullptr : &*found;
}

Table& Table::add_entry(Repeated& list, const EntryKind& kind) {
  const std::size_t number = list.entries.size();
  Table& entry = list.entries.emplace_back();
  auto section = entry.section(list.name);
  std::string& kind_of_entry = list.kind_of_entry.emplace_back();
  section.choice("kind", kind_of_entry, names_of(list.kinds),
                 "What it is; it decides what the other keys are.");
  kind_of_entry = kind.name;
  kind.describe_next(section);
  for (Parameter& parameter : entry.parameters_) {
    parameter.entry = number;
    parameter.entry_kind = kind.name;
  }
  return entry;
}

void Table::add_sample_entries() {
  for (Repeated& list : repeated_) {
    for (const EntryKind& kind : list.kinds)
      add_entry(list, kind);
  }
}

Result<void> Table::load_toml(std::string_view document, const std::string& source_name) {
  toml::table root;
  try {
    root = toml::parse(document, source_name);
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::bad_request, source_name + ":" + std::to_string(error.source().begin.line) + ": " +
                                            std::string(error.description()) +
                                            ". (Texts have quotes, and so have sizes: \"64MiB\".)");
  }
  for (const auto& [section_key, section_node] : root) {
    const std::string section(section_key.str());
    if (const toml::array* entries = section_node.as_array()) {
      const auto list = std::ranges::find(repeated_, section, &Repeated::name);
      if (list == repeated_.end() || !entries->is_array_of_tables()) {
        return fail(ErrorCode::bad_request, at_line(source_name, section_node) +
                                                ": there is no list of tables [[" + section + "]]. " +
                                                std::string(read_more));
      }
      for (const toml::node& entry_node : *entries) {
        const toml::table& keys = *entry_node.as_table();
        const auto kind = kind_of(keys, section, list->kinds, source_name);
        if (!kind) return std::unexpected(kind.error());
        Table& entry = add_entry(*list, **kind);
        const auto find_here = [&](std::string_view key) { return entry.find(section, key); };
        if (auto ok = assign_all(keys, section, source_name, find_here); !ok) return ok;
      }
      continue;
    }
    const toml::table* table = section_node.as_table();
    if (table == nullptr) {
      return fail(ErrorCode::bad_request, at_line(source_name, section_node) + ": \"" + section +
                                              "\" stands outside a [section]. " + std::string(read_more));
    }
    const auto find_here = [&](std::string_view key) { return find(section, key); };
    if (auto ok = assign_all(*table, section, source_name, find_here); !ok) return ok;
  }
  return {};
}

Result<void> Table::load_environment(const std::vector<std::string>& also_known) {
  for (const char* const* entry = environ; *entry != nullptr; ++entry) {
    const std::string_view pair(*entry);
    if (!pair.starts_with("RUCOLA_")) continue;
    const std::size_t equals = pair.find('=');
    const std::string variable(pair.substr(0, equals));
    if (std::ranges::find(also_known, variable) != also_known.end()) continue;
    const auto parameter = std::ranges::find(parameters_, variable, &Parameter::environment_variable);
    if (parameter == parameters_.end()) {
      return fail(ErrorCode::bad_request, "The environment variable " + variable +
                                              " belongs to no parameter. " + std::string(read_more));
    }
    if (auto ok = assign(*parameter, pair.substr(equals + 1), variable); !ok) return ok;
  }
  return {};
}

Result<void> Table::set(std::string_view name, std::string_view value, const std::string& origin) {
  const auto parameter = std::ranges::find(parameters_, name, &Parameter::name);
  if (parameter == parameters_.end()) {
    return fail(ErrorCode::bad_request,
                origin + ": there is no parameter " + std::string(name) + ". " + std::string(read_more));
  }
  return assign(*parameter, value, origin);
}

std::vector<const Parameter*> Table::parameters() const {
  std::vector<const Parameter*> all;
  all.reserve(parameters_.size());
  for (const Parameter& parameter : parameters_)
    all.push_back(&parameter);
  for (const Repeated& list : repeated_) {
    for (const Table& entry : list.entries) {
      for (const Parameter* parameter : entry.parameters())
        all.push_back(parameter);
    }
  }
  return all;
}

}  // namespace rucola::config

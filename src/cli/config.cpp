// rucola config: the effective configuration, where each value comes from, and what it means
#include <iostream>
#include <optional>
#include <string>

#include "cli/commands.h"
#include "cli/configuration.h"

namespace rucola::cli {
namespace {

struct Options {
  std::string file;
  bool markdown = false;
};

/// "[server]", or "[[cdn]]" once for each entry of a repeated section.
class Sections {
 public:
  /// The heading of the section that the parameter begins; nothing where it goes on with one.
  std::optional<std::string> begun_by(const config::Parameter& parameter) {
    if (parameter.section == section_ && parameter.entry == entry_) return std::nullopt;
    section_ = parameter.section;
    entry_ = parameter.entry;
    return entry_ ? "[[" + section_ + "]]" : "[" + section_ + "]";
  }

 private:
  std::string section_;
  std::optional<std::size_t> entry_;
};

void print_toml(const config::Table& table) {
  Sections sections;
  for (const config::Parameter* parameter : table.parameters()) {
    if (const auto heading = sections.begun_by(*parameter)) std::cout << "\n" << *heading << "\n";
    std::cout << "# " << parameter->prose << "\n#   " << parameter->allowed
              << (parameter->unit.empty() ? "" : ", in " + parameter->unit)
              << "; default: " << parameter->default_value;
    if (!parameter->entry) std::cout << "; " << parameter->environment_variable();
    std::cout << "\n"
              << (parameter->secret ? "# " : "") << parameter->key << " = " << parameter->toml_value()
              << "   # from: " << parameter->origin << "\n";
  }
}

/// In a table cell; a default that is empty is shown as nothing.
std::string code(const std::string& text) {
  return text.empty() ? "" : "`" + text + "`";
}

void print_markdown(const config::Table& table) {
  Sections sections;
  for (const config::Parameter* parameter : table.parameters()) {
    if (const auto heading = sections.begun_by(*parameter)) {
      std::cout << "\n## " << *heading
                << (parameter->entry ? " of kind \"" + parameter->entry_kind + "\"" : "")
                << "\n\n| key | default | allowed | what it does |\n|---|---|---|---|\n";
    }
    std::cout << "| `" << parameter->key << "` | " << code(parameter->default_value) << " | "
              << parameter->allowed << (parameter->unit.empty() ? "" : " " + parameter->unit) << " | "
              << parameter->prose << (parameter->reloads ? " Reloaded on SIGHUP." : "") << " |\n";
  }
}

Result<void> show(const Options& options) {
  Configuration configuration;
  if (options.markdown) {
    configuration.add_sample_entries();
    print_markdown(configuration.table());
    return {};
  }
  const auto file = options.file.empty() ? std::nullopt : std::optional(options.file);
  if (auto loaded = configuration.load(file); !loaded) return loaded;
  print_toml(configuration.table());
  return {};
}

}  // namespace

void add_config(CLI::App& app, Chosen& run) {
  auto* command =
      app.add_subcommand("config", "Print the effective configuration and where each value comes from");
  auto options = std::make_shared<Options>();
  command->add_option("--config", options->file, "A configuration file (TOML)");
  command->add_flag("--markdown", options->markdown,
                    "Print the reference instead, as docs/configuration.md has it");
  command->callback([options, &run] { run = [options] { return show(*options); }; });
}

}  // namespace rucola::cli

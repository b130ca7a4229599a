// rucola config: the effective configuration, where each value comes from, and what it means
#include <iostream>

#include "cli/commands.h"
#include "cli/configuration.h"

namespace rucola::cli {
namespace {

struct Options {
  std::string file;
  bool markdown = false;
};

void print_toml(const config::Table& table) {
  std::string section;
  for (const config::Parameter* parameter : table.parameters()) {
    if (parameter->section != section) {
      section = parameter->section;
      std::cout << "\n[" << section << "]\n";
    }
    std::cout << "# " << parameter->prose << "\n#   " << parameter->allowed
              << (parameter->unit.empty() ? "" : ", in " + parameter->unit)
              << "; default: " << parameter->default_value << "; " << parameter->environment_variable()
              << "\n"
              << parameter->key << " = " << parameter->get() << "   # from: " << parameter->origin << "\n";
  }
}

void print_markdown(const config::Table& table) {
  std::string section;
  for (const config::Parameter* parameter : table.parameters()) {
    if (parameter->section != section) {
      section = parameter->section;
      std::cout << "\n## [" << section
                << "]\n\n| key | default | allowed | what it does |\n|---|---|---|---|\n";
    }
    std::cout << "| `" << parameter->key << "` | `" << parameter->default_value << "` | "
              << parameter->allowed << (parameter->unit.empty() ? "" : " " + parameter->unit) << " | "
              << parameter->prose << " |\n";
  }
}

Result<void> show(const Options& options) {
  Configuration configuration;
  if (options.markdown) {
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

// rucola api: the description of the HTTP API, without a server
#include <iostream>

#include <boost/json/serialize.hpp>

#include "api/markdown.h"
#include "api/openapi.h"
#include "api/routes.h"
#include "cli/commands.h"

namespace rucola::cli {

void add_api(CLI::App& app, Chosen& run) {
  auto* command = app.add_subcommand("api", "Print the description of the HTTP API (OpenAPI 3.1)");
  auto as_markdown = std::make_shared<bool>(false);
  command->add_flag("--markdown", *as_markdown, "Print the reference instead, as docs/api.md has it");
  command->callback([as_markdown, &run] {
    run = [as_markdown]() -> Result<void> {
      if (*as_markdown) {
        std::cout << api::markdown(api::endpoints());
      } else {
        std::cout << boost::json::serialize(api::openapi(api::endpoints(), RUCOLA_VERSION)) << "\n";
      }
      return {};
    };
  });
}

}  // namespace rucola::cli

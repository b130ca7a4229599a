// rucola audit: who changed what, as the API tells it
#include <algorithm>
#include <iostream>
#include <limits>
#include <string>

#include <boost/json/serialize.hpp>

#include "api/audit_json.h"
#include "base/text.h"
#include "base/time_text.h"
#include "cli/commands.h"
#include "cli/data_command.h"

namespace rucola::cli {
namespace {

struct Options {
  std::string data = default_data_directory;
  std::string organization;
  std::string since;
  std::string until;
  std::string kind;
  std::string name;
  std::string by;
  std::int64_t limit = 0;
};

std::string kind_names() {
  return joined(catalog::all_history_kinds(), ", ",
                [](catalog::HistoryKind kind) { return std::string(catalog::name_of(kind)); });
}

Result<void> read_time(const std::string& option, const std::string& text, std::optional<Time>& time) {
  if (text.empty()) return {};
  time = parse_time(text);
  if (time) return {};
  return fail(ErrorCode::bad_request,
              option + " is a time such as 2026-01-05 or 2026-01-05T09:12:44Z, and not " + text + ".");
}

Result<catalog::AuditSearch> search_of(const Options& options) {
  catalog::AuditSearch search;
  if (auto read = read_time("--since", options.since, search.since); !read)
    return std::unexpected(read.error());
  if (auto read = read_time("--until", options.until, search.until); !read)
    return std::unexpected(read.error());
  if (!options.kind.empty()) {
    search.kind = catalog::parse_history_kind(options.kind);
    if (!search.kind) return fail(ErrorCode::bad_request, "--kind is one of " + kind_names() + ".");
  }
  if (!options.name.empty()) search.name = options.name;
  if (!options.by.empty()) search.by = options.by;
  return search;
}

/// One JSON object a line, newest first.
Result<void> list(const Data& data, const Options& options) {
  auto search = search_of(options);
  if (!search) return std::unexpected(search.error());
  constexpr std::int64_t page_size = 1000;
  std::int64_t left = options.limit == 0 ? std::numeric_limits<std::int64_t>::max() : options.limit;
  while (left > 0) {
    search->limit = std::min(left, page_size);
    const auto entries = data.store->audit().list(options.organization, *search);
    if (!entries) return std::unexpected(entries.error());
    if (entries->empty()) return {};
    for (const catalog::HistoryEntry& entry : *entries)
      std::cout << boost::json::serialize(api::audit_json(entry)) << "\n";
    left -= std::ssize(*entries);
    search->after = {.at = entries->back().at, .id = entries->back().id};
  }
  return {};
}

}  // namespace

void add_audit(CLI::App& app, Chosen& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_data_command<Options>(app, run, options, "audit",
                                                "Show who changed what, newest first, one JSON object a line",
                                                list, open_data_to_read);
  command->add_option("organization", options->organization,
                      "The organization; without one, what is of none: users and their keys");
  command->add_option("--since", options->since, "From then on");
  command->add_option("--until", options->until, "Before then");
  command->add_option("--kind", options->kind, "Of one kind of thing alone: " + kind_names());
  command->add_option("--name", options->name, "Of one thing alone; docs/audit.md has what names each kind");
  command->add_option("--by", options->by, "Of one user alone: the id, or the address as it was then");
  command->add_option("--limit", options->limit, "So many at most; 0 = all")->check(CLI::NonNegativeNumber);
}

}  // namespace rucola::cli

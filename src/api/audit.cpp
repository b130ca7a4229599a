// GET /organizations/{org}/audit: who changed what
#include "catalog/audit.h"

#include <boost/json/array.hpp>

#include "api/audit_json.h"
#include "api/paths.h"
#include "api/resources.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using message::Request;
using message::Response;

constexpr std::int64_t most_entries = 1000;  ///< a page

struct List {
  std::string org;
  std::optional<Time> since;
  std::optional<Time> until;
  std::optional<std::string> kind;
  std::optional<std::string> name;
  std::optional<std::string> by;
  std::optional<std::string> cursor;
  std::int64_t limit = 100;
};

Result<catalog::AuditSearch> search_of(const List& asked) {
  catalog::AuditSearch search{
      .name = asked.name, .by = asked.by, .since = asked.since, .until = asked.until, .limit = asked.limit};
  if (asked.kind) search.kind = catalog::parse_history_kind(*asked.kind);
  if (asked.cursor && !asked.cursor->empty()) {
    const auto after = catalog::parse_audit_cursor(*asked.cursor);
    if (!after) return std::unexpected(after.error());
    search.after = *after;
  }
  return search;
}

/// Of a page without entries: where it began, so that it is the last one as often as it is asked for.
std::string cursor_of(const List& asked, const std::vector<catalog::HistoryEntry>& entries) {
  if (entries.empty()) return asked.cursor.value_or("");
  return catalog::cursor_text({.at = entries.back().at, .id = entries.back().id});
}

Result<Response> list_audit(const Services& services, const List& asked, const Request& /*request*/) {
  const auto search = search_of(asked);
  if (!search) return std::unexpected(search.error());
  const auto entries = services.audit.list(asked.org, *search);
  if (!entries) return std::unexpected(entries.error());
  json::array items;
  for (const catalog::HistoryEntry& entry : *entries)
    items.push_back(audit_json(entry));
  return message::json_response(
      200, json::object{{"items", std::move(items)}, {"cursor", cursor_of(asked, *entries)}});
}

const Shape& audit_list() {
  static const Shape shape{
      "Audit",
      {{"items", list(audit_shape()), "Newest first; none behind the last page."},
       {"cursor", text(64), "The next page's `cursor`: of that query, and entries before these."}}};
  return shape;
}

}  // namespace

void add_audit(Endpoints& table) {
  table.push_back(endpoint<List>(
      {.method = message::Method::get,
       .pattern = "/organizations/{org}/audit",
       .access = message::Access::oversee,
       .summary = "List who changed what in the organization, newest first",
       .waits = message::Waits::search,
       .takes = {organization_path<List>(), query("since", &List::since, time_of_day(), "From then on."),
                 query("until", &List::until, time_of_day(), "Before then."),
                 query("kind", &List::kind, history_kind(), "Of one kind of thing alone."),
                 query("name", &List::name, text(255),
                       "Of one thing alone: docs/audit.md has what names each kind."),
                 query("by", &List::by, text(255),
                       "Of one user alone: the id, or the address as it was then."),
                 query("limit", &List::limit, integer(1, most_entries), "Entries a page."),
                 query("cursor", &List::cursor, text(64), "That of the page before.")},
       .answers = {{200, "A page.", object(audit_list())}},
       .refuses = {{ErrorCode::overloaded, "It took too long to find; ask for less."}},
       .handle = list_audit}));
}

}  // namespace rucola::api

#include "api/audit_json.h"

#include <chrono>
#include <cstdlib>
#include <limits>
#include <set>
#include <utility>

#include "base/json.h"
#include "base/request_id.h"
#include "catalog/user_rules.h"

namespace rucola::api {
namespace {

namespace json = boost::json;

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value() : json::value(text);
}

/// What is JSON where it is stored; all else are texts.
bool tells_json(const catalog::HistoryEntry& entry) {
  using catalog::HistoryKind;
  static const std::set<std::pair<HistoryKind, std::string_view>> json{
      {HistoryKind::image, "user_metadata"}, {HistoryKind::image, "dynamic_metadata"},
      {HistoryKind::stack, "put"},           {HistoryKind::organization, "options"},
      {HistoryKind::membership, "active"},   {HistoryKind::key, "trusted"},
      {HistoryKind::key, "allowed_ips"}};
  return json.contains({entry.kind, entry.action});
}

/// Of a row that is damaged the text as it is.
json::value told(const catalog::HistoryEntry& entry, const std::optional<std::string>& text) {
  if (!text) return {};
  if (entry.kind == catalog::HistoryKind::key && entry.action == "expires") {
    const Time expires{std::chrono::milliseconds{std::strtoll(text->c_str(), nullptr, 10)}};
    return json::string(format_rfc3339(expires));
  }
  if (tells_json(entry)) {
    if (auto value = parse_json(*text)) return *std::move(value);
  }
  return json::string(*text);
}

const Shape& author_shape() {
  static const Shape shape{
      "Author",
      {{"user_id", or_null(text(36)), "A UUID; null where it was no user."},
       {"email", or_null(text(255)),
        "As it was then, or \"system\"; null where it was nobody's, or the user is known by its id alone."},
       {"key_id", or_null(text(catalog::shortest_key_prefix)), "Tells the user's keys apart."}}};
  return shape;
}

}  // namespace

json::object audit_json(const catalog::HistoryEntry& entry) {
  json::object shown{{"id", entry.id},
                     {"created", format_rfc3339(entry.at)},
                     {"kind", catalog::name_of(entry.kind)},
                     {"name", entry.name},
                     {"action", entry.action},
                     {"by",
                      {{"user_id", text_or_null(entry.by.user_id)},
                       {"email", text_or_null(entry.by.email)},
                       {"key_id", text_or_null(entry.by.key_id)}}},
                     {"via", name_of(entry.by.via)},
                     {"address", text_or_null(entry.by.address)},
                     {"request_id", text_or_null(entry.request)},
                     {"before", told(entry, entry.before)},
                     {"after", told(entry, entry.after)}};
  if (entry.kind == catalog::HistoryKind::alias) {
    shown["version"] = entry.version;
    shown["hash"] = entry.hash;
  }
  return shown;
}

Schema history_kind() {
  Schema schema;
  for (const catalog::HistoryKind kind : catalog::all_history_kinds())
    schema.values.push_back(catalog::name_of(kind));
  return schema;
}

const Shape& audit_shape() {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  static const Shape shape{
      "AuditEntry",
      {{"id", integer(1, most), "Of the entry; later ones have larger ones."},
       {"created", time_of_day(), "When."},
       {"kind", history_kind(), "What kind of thing changed."},
       {"name", text(255), "Which: docs/audit.md has what names each kind."},
       {"action", text(64), "What happened to it."},
       {"by", object(author_shape()), "Who did it."},
       {"via", Schema{.values = {"api", "cli", "server", "sql", "before_history"}},
        "How: sql is a hand that wrote past the program."},
       {"address", or_null(text(64)), "The client's, as far as proxies are trusted."},
       {"request_id", or_null(text(longest_request_id)), "X-Request-Id of the request, as the log has it."},
       {"before", any_value(), "What it was; null where that is long, or there was nothing."},
       {"after", any_value(), "What it is; null likewise."},
       {"version", integer(1, most), "Of an alias."},
       {"hash", full_hash(), "Of an alias: the image that it points at from then on, or did last."}}};
  return shape;
}

}  // namespace rucola::api

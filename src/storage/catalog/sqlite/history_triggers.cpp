#include "storage/catalog/sqlite/history_triggers.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rucola::storage::history {
namespace {

// Who changes something stands in the feed's one row (history.h). What changed is told as it was before and
// is afterwards, where both together are short. No function of JSON is called: where a schema is not trusted,
// SQLite 3.40 lets none of them into a trigger.

constexpr std::string_view now = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";
constexpr std::string_view nothing = "NULL";

/// What an entry says, in SQL that may use NEW and OLD; f is the feed's row.
struct Entry {
  std::string_view kind{};
  std::string_view organization{};
  std::string_view name{};
  std::string_view action{};
  std::string before{nothing};
  std::string after{nothing};
  std::string where = "TRUE";
  std::string_view version = "0";
  std::string_view hash = nothing;
  std::string_view at = now;
  std::string_view from{};  ///< more tables
};

/// Whoever was let into an organization by its id alone is known there by that alone (catalog/members.h).
std::string email_as_it_is_known(std::string_view organization) {
  return "iif(f.by_user = '' OR NOT EXISTS (SELECT 1 FROM users by_u JOIN memberships by_m "
         "ON by_m.user = by_u.id AND by_m.organization = " +
         std::string(organization) + " WHERE by_u.uuid = f.by_user AND by_m.by_id), f.by_email, '')";
}

std::string insert(const Entry& entry) {
  std::string sql =
      "INSERT INTO history (organization, kind, name, version, action, hash, at, by_user, by_email, by_key, "
      "via, address, request, before, after) SELECT ";
  sql.append(entry.organization).append(", '").append(entry.kind).append("', ").append(entry.name);
  sql.append(", ").append(entry.version).append(", ").append(entry.action).append(", ").append(entry.hash);
  sql.append(", ").append(entry.at).append(", f.by_user, ").append(email_as_it_is_known(entry.organization));
  sql.append(", f.by_key, ifnull(f.via, 'sql'), f.address, f.request, ").append(entry.before).append(", ");
  sql.append(entry.after).append(" FROM feed f").append(entry.from).append(" WHERE ").append(entry.where);
  return sql;
}

void add_trigger(Connection& connection, std::string_view name, std::string_view when,
                 const std::vector<Entry>& entries) {
  std::string sql = "CREATE TRIGGER history_of_";
  sql.append(name).append(" ").append(when).append(" BEGIN ");
  for (const Entry& entry : entries)
    sql.append(insert(entry)).append("; ");
  connection.execute(sql.append("END"));
}

/// `value`, which is SQL of a row that is called ROW in it, as a text of the one called `row`.
std::string of_row(std::string_view row, std::string_view value) {
  constexpr std::string_view placeholder = "ROW.";
  std::string text(value);
  for (std::size_t at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at))
    text.replace(at, placeholder.size(), std::string(row) + ".");
  return "CAST(" + text + " AS TEXT)";
}

/// That entry where `value` is another one, with both.
Entry change_of(Entry entry, std::string_view action, std::string_view value) {
  const std::string before = of_row("OLD", value);
  const std::string after = of_row("NEW", value);
  const auto if_short = [&](const std::string& text) {
    return "iif(ifnull(length(" + before + "), 0) + ifnull(length(" + after + "), 0) <= 2000, " + text +
           ", NULL)";
  };
  entry.action = action;
  entry.where += " AND " + before + " IS NOT " + after;
  entry.before = if_short(before);
  entry.after = if_short(after);
  return entry;
}

void watch_aliases(Connection& connection) {
  Entry put{.kind = "alias",
            .organization = "NEW.organization",
            .name = "NEW.name",
            .action = "iif(NEW.deleted IS NULL, 'put', 'delete')",
            .version = "NEW.version",
            .hash = "NEW.hash",
            // A hand seldom writes down when.
            .at =
                "iif(f.via IS NULL, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), "
                "ifnull(NEW.deleted, NEW.updated))"};
  add_trigger(connection, "aliases_that_come", "AFTER INSERT ON aliases", {put});
  put.where = "(OLD.version, OLD.hash, OLD.deleted) IS NOT (NEW.version, NEW.hash, NEW.deleted)";
  add_trigger(connection, "aliases_that_move", "AFTER UPDATE OF version, hash, deleted ON aliases", {put});
  add_trigger(connection, "aliases_that_go", "AFTER DELETE ON aliases",
              {{.kind = "alias",
                .organization = "OLD.organization",
                .name = "OLD.name",
                .action = "'delete'",
                .version = "OLD.version",
                .hash = "OLD.hash"}});
}

void watch_images(Connection& connection) {
  const Entry entry{.kind = "image", .organization = "NEW.organization", .name = "NEW.hash"};
  const auto turned = [&](std::string_view action, std::string where) {
    Entry turn = entry;
    turn.action = action;
    turn.where = std::move(where);
    return turn;
  };
  Entry added = turned("'add'", "TRUE");
  added.after = "NEW.name";
  add_trigger(connection, "images_that_come", "AFTER INSERT ON images", {added});
  add_trigger(
      connection, "images_that_change",
      "AFTER UPDATE OF name, protected, locked, deleted, user_metadata, dynamic_metadata ON images",
      {turned("iif(NEW.deleted IS NULL, 'restore', 'delete')",
              "(OLD.deleted IS NULL) <> (NEW.deleted IS NULL)"),
       turned("iif(NEW.locked, 'lock', 'unlock')", "OLD.locked <> NEW.locked"),
       turned("iif(NEW.protected, 'protect', 'unprotect')", "OLD.protected <> NEW.protected"),
       change_of(entry, "'rename'", "ROW.name"), change_of(entry, "'user_metadata'", "ROW.user_metadata"),
       change_of(entry, "'dynamic_metadata'", "ROW.dynamic_metadata")});
  add_trigger(connection, "images_that_go", "AFTER DELETE ON images",
              {{.kind = "image",
                .organization = "OLD.organization",
                .name = "OLD.hash",
                .action = "'erase'",
                .before = "OLD.name"}});
}

void watch_stacks(Connection& connection) {
  const Entry entry{.kind = "stack", .organization = "NEW.organization", .name = "NEW.name"};
  Entry come = entry;
  come.action = "'put'";
  come.after = "iif(length(NEW.definition) <= 2000, NEW.definition, NULL)";
  come.where = "NEW.deleted IS NULL";
  add_trigger(connection, "stacks_that_come", "AFTER INSERT ON stacks", {come});
  come.where = "NEW.deleted IS NULL AND OLD.deleted IS NOT NULL";
  Entry living = entry;
  living.where = "NEW.deleted IS NULL AND OLD.deleted IS NULL";
  Entry gone = entry;
  gone.action = "'delete'";
  gone.where = "NEW.deleted IS NOT NULL AND OLD.deleted IS NULL";
  add_trigger(connection, "stacks_that_change", "AFTER UPDATE OF definition, deleted ON stacks",
              {come, change_of(living, "'put'", "ROW.definition"), gone});
  add_trigger(
      connection, "stacks_that_go", "AFTER DELETE ON stacks",
      {{.kind = "stack", .organization = "OLD.organization", .name = "OLD.name", .action = "'erase'"}});
}

void watch_organizations(Connection& connection) {
  const Entry entry{.kind = "organization", .organization = "NEW.id", .name = "NEW.name"};
  Entry added = entry;
  added.action = "'add'";
  added.after = "NEW.display_name";
  add_trigger(connection, "organizations_that_come", "AFTER INSERT ON organizations", {added});
  add_trigger(
      connection, "organizations_that_change",
      "AFTER UPDATE OF name, display_name, billing_email, master, options ON organizations",
      {change_of(entry, "'rename'", "ROW.name"), change_of(entry, "'display_name'", "ROW.display_name"),
       change_of(entry, "'billing_email'", "ROW.billing_email"),
       change_of(entry, "'master_organization'", "(SELECT name FROM organizations WHERE id = ROW.master)"),
       change_of(entry, "'options'", "ROW.options")});
}

/// Of the key its number alone.
void watch_signing_keys(Connection& connection) {
  const auto of_number = [](std::string_view number, std::string_view organization, std::string_view action) {
    return Entry{.kind = "signing_key", .organization = organization, .name = number, .action = action};
  };
  constexpr std::string_view number = "CAST(NEW.id AS TEXT)";
  add_trigger(connection, "signing_keys_that_come", "AFTER INSERT ON signing_keys",
              {of_number(number, "NEW.organization", "'add'")});
  add_trigger(connection, "signing_keys_that_change", "AFTER UPDATE OF key, organization ON signing_keys",
              {of_number(number, "NEW.organization", "'change'")});
  add_trigger(connection, "signing_keys_that_go", "AFTER DELETE ON signing_keys",
              {of_number("CAST(OLD.id AS TEXT)", "OLD.organization", "'delete'")});
}

/// Their names are the users' ids: the address is not everybody's to know.
void watch_memberships(Connection& connection) {
  const Entry of_new{.kind = "membership",
                     .organization = "NEW.organization",
                     .name = "ifnull((SELECT uuid FROM users WHERE id = NEW.user), '')"};
  const Entry of_old{.kind = "membership",
                     .organization = "OLD.organization",
                     .name = "ifnull((SELECT uuid FROM users WHERE id = OLD.user), '')"};
  Entry added = of_new;
  added.action = "'add'";
  add_trigger(connection, "memberships_that_come", "AFTER INSERT ON memberships", {added});
  add_trigger(connection, "memberships_that_change", "AFTER UPDATE OF active, comment ON memberships",
              {change_of(of_new, "'active'", "iif(ROW.active, 'true', 'false')"),
               change_of(of_new, "'comment'", "ROW.comment")});
  Entry gone = of_old;
  gone.action = "'delete'";
  // Before: it says whether its user's address may be told.
  add_trigger(connection, "memberships_that_go", "BEFORE DELETE ON memberships", {gone});
  Entry more = of_new;
  more.action = "'add_role'";
  more.after = "NEW.role";
  add_trigger(connection, "roles_that_come", "AFTER INSERT ON roles", {more});
  Entry less = of_old;
  less.action = "'delete_role'";
  less.before = "OLD.role";
  add_trigger(connection, "roles_that_go", "AFTER DELETE ON roles", {less});
}

void watch_users(Connection& connection) {
  const Entry entry{.kind = "user", .organization = nothing, .name = "NEW.uuid"};
  Entry added = entry;
  added.action = "'add'";
  added.after = "NEW.email";
  add_trigger(connection, "users_that_come", "AFTER INSERT ON users", {added});
  add_trigger(connection, "users_that_change", "AFTER UPDATE OF email ON users",
              {change_of(entry, "'email'", "ROW.email")});
  add_trigger(connection, "users_that_go", "AFTER DELETE ON users",
              {{.kind = "user",
                .organization = nothing,
                .name = "OLD.uuid",
                .action = "'delete'",
                .before = "OLD.email"}});
}

/// Each once for the server's operator, and once for each organization that knows the user by more than its
/// id. Of the digest so much as names a key everywhere (security::api_key_id).
void watch_keys(Connection& connection) {
  const auto for_all = [](std::vector<Entry> entries, const std::string& row) {
    const std::size_t count = entries.size();
    for (std::size_t i = 0; i < count; ++i) {
      Entry of_organizations = entries[i];
      of_organizations.organization = "m.organization";
      of_organizations.from = ", memberships m";
      of_organizations.where += " AND m.user = " + row + ".user AND NOT m.by_id";
      entries.push_back(std::move(of_organizations));
    }
    return entries;
  };
  const Entry entry{.kind = "key", .organization = nothing, .name = "substr(NEW.sha256, 1, 16)"};
  Entry added = entry;
  added.action = "'add'";
  added.after = "(SELECT uuid FROM users WHERE id = NEW.user)";
  add_trigger(connection, "keys_that_come", "AFTER INSERT ON api_keys", for_all({added}, "NEW"));
  add_trigger(connection, "keys_that_change",
              "AFTER UPDATE OF comment, trusted, allowed_ips, expires ON api_keys",
              for_all({change_of(entry, "'comment'", "ROW.comment"),
                       change_of(entry, "'trusted'", "iif(ROW.trusted, 'true', 'false')"),
                       change_of(entry, "'allowed_ips'", "ROW.allowed_ips"),
                       change_of(entry, "'expires'", "ROW.expires")},
                      "NEW"));
  const Entry gone{.kind = "key",
                   .organization = nothing,
                   .name = "substr(OLD.sha256, 1, 16)",
                   .action = "'delete'",
                   .before = "(SELECT uuid FROM users WHERE id = OLD.user)"};
  add_trigger(connection, "keys_that_go", "BEFORE DELETE ON api_keys", for_all({gone}, "OLD"));
}

/// By hand: the program has one entry for all caches (history::record()), or none.
void watch_purges(Connection& connection) {
  add_trigger(connection, "purges_by_hand", "AFTER INSERT ON purge_deliveries",
              {{.kind = "purge",
                .organization = "(SELECT id FROM organizations WHERE name = NEW.organization)",
                .name = "NEW.name",
                .action = "'request'",
                .after = "NEW.kind",
                .where = "f.via IS NULL AND NEW.round = 1"}});
}

}  // namespace

void add_triggers(Connection& connection) {
  watch_aliases(connection);
  watch_images(connection);
  watch_stacks(connection);
  watch_organizations(connection);
  watch_signing_keys(connection);
  watch_memberships(connection);
  watch_users(connection);
  watch_keys(connection);
  watch_purges(connection);
}

}  // namespace rucola::storage::history

#include "storage/catalog/sqlite/history_triggers.h"

#include <initializer_list>
#include <string>
#include <string_view>

namespace rucola::storage::history {
namespace {

// Who changes something stands in the feed's one row (history.h). What is told of a change as it was before
// and after it is short, or left out.

constexpr std::string_view now = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";

/// What an entry says, in SQL that may use NEW and OLD; f is the feed's row.
struct Entry {
  std::string_view kind{};
  std::string_view organization{};
  std::string_view name{};
  std::string_view action{};
  std::string details = "'{}'";
  std::string_view where = "TRUE";
  std::string_view version = "0";
  std::string_view hash = "NULL";
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
      "via, address, request, details) SELECT ";
  sql.append(entry.organization).append(", '").append(entry.kind).append("', ").append(entry.name);
  sql.append(", ").append(entry.version).append(", ").append(entry.action).append(", ").append(entry.hash);
  sql.append(", ").append(entry.at).append(", f.by_user, ").append(email_as_it_is_known(entry.organization));
  sql.append(", f.by_key, ifnull(f.via, 'sql'), f.address, f.request, ").append(entry.details);
  sql.append(" FROM feed f").append(entry.from).append(" WHERE ").append(entry.where);
  return sql;
}

void add_trigger(Connection& connection, std::string_view name, std::string_view when,
                 std::initializer_list<Entry> entries) {
  std::string sql = "CREATE TRIGGER history_of_";
  sql.append(name).append(" ").append(when).append(" BEGIN ");
  for (const Entry& entry : entries)
    sql.append(insert(entry)).append("; ");
  connection.execute(sql.append("END"));
}

/// JSON where it is some, else the text: a row that is damaged can be mended.
std::string json_of(std::string_view column) {
  const std::string text(column);
  return "iif(json_valid(" + text + "), json(" + text + "), " + text + ")";
}

/// Of a column with a long text: what it was and is, where both are short.
std::string change_of_json(std::string_view column) {
  const std::string before = "OLD." + std::string(column);
  const std::string after = "NEW." + std::string(column);
  return "iif(length(" + before + ") + length(" + after + ") <= 2000, json_object('before', " +
         json_of(before) + ", 'after', " + json_of(after) + "), '{}')";
}

/// `fields`, as json_object() takes them, of the row called `row`, which is OLD or NEW; they call it ROW.
std::string fields_of(std::string_view row, std::string_view fields) {
  constexpr std::string_view placeholder = "ROW.";
  std::string text(fields);
  for (std::size_t at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at))
    text.replace(at, placeholder.size(), std::string(row) + ".");
  return "json_object(" + text + ")";
}

/// Of columns with short values.
std::string change_of(std::string_view fields) {
  return "json_object('before', " + fields_of("OLD", fields) + ", 'after', " + fields_of("NEW", fields) + ")";
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
  const auto changed = [](std::string_view action, std::string_view where, std::string details = "'{}'") {
    return Entry{.kind = "image",
                 .organization = "NEW.organization",
                 .name = "NEW.hash",
                 .action = action,
                 .details = std::move(details),
                 .where = where};
  };
  add_trigger(connection, "images_that_come", "AFTER INSERT ON images",
              {changed("'add'", "TRUE", "json_object('name', NEW.name)")});
  add_trigger(
      connection, "images_that_change",
      "AFTER UPDATE OF name, protected, locked, deleted, user_metadata, dynamic_metadata ON images",
      {changed("iif(NEW.deleted IS NULL, 'restore', 'delete')",
               "(OLD.deleted IS NULL) <> (NEW.deleted IS NULL)"),
       changed("iif(NEW.locked, 'lock', 'unlock')", "OLD.locked <> NEW.locked"),
       changed("iif(NEW.protected, 'protect', 'unprotect')", "OLD.protected <> NEW.protected"),
       changed("'rename'", "OLD.name <> NEW.name", change_of("'name', ROW.name")),
       changed("'user_metadata'", "OLD.user_metadata <> NEW.user_metadata", change_of_json("user_metadata")),
       changed("'dynamic_metadata'", "OLD.dynamic_metadata <> NEW.dynamic_metadata",
               change_of_json("dynamic_metadata"))});
  add_trigger(connection, "images_that_go", "AFTER DELETE ON images",
              {{.kind = "image",
                .organization = "OLD.organization",
                .name = "OLD.hash",
                .action = "'erase'",
                .details = "json_object('name', OLD.name)"}});
}

void watch_stacks(Connection& connection) {
  Entry put{.kind = "stack",
            .organization = "NEW.organization",
            .name = "NEW.name",
            .action = "'put'",
            .details = "iif(length(NEW.definition) <= 2000, json_object('after', " +
                       json_of("NEW.definition") + "), '{}')",
            .where = "NEW.deleted IS NULL"};
  add_trigger(connection, "stacks_that_come", "AFTER INSERT ON stacks", {put});
  Entry replaced = put;
  replaced.details = change_of_json("definition");
  replaced.where = "NEW.deleted IS NULL AND OLD.deleted IS NULL AND OLD.definition <> NEW.definition";
  put.where = "NEW.deleted IS NULL AND OLD.deleted IS NOT NULL";
  const Entry deleted{.kind = "stack",
                      .organization = "NEW.organization",
                      .name = "NEW.name",
                      .action = "'delete'",
                      .where = "NEW.deleted IS NOT NULL AND OLD.deleted IS NULL"};
  add_trigger(connection, "stacks_that_change", "AFTER UPDATE OF definition, deleted ON stacks",
              {put, replaced, deleted});
  add_trigger(
      connection, "stacks_that_go", "AFTER DELETE ON stacks",
      {{.kind = "stack", .organization = "OLD.organization", .name = "OLD.name", .action = "'erase'"}});
}

void watch_organizations(Connection& connection) {
  const auto changed = [](std::string_view action, std::string_view where, std::string details) {
    return Entry{.kind = "organization",
                 .organization = "NEW.id",
                 .name = "NEW.name",
                 .action = action,
                 .details = std::move(details),
                 .where = where};
  };
  add_trigger(connection, "organizations_that_come", "AFTER INSERT ON organizations",
              {changed("'add'", "TRUE", "json_object('display_name', NEW.display_name)")});
  add_trigger(connection, "organizations_that_change",
              "AFTER UPDATE OF name, display_name, billing_email, master, options ON organizations",
              {changed("'change'",
                       "(OLD.name, OLD.display_name, OLD.billing_email, OLD.master) IS NOT "
                       "(NEW.name, NEW.display_name, NEW.billing_email, NEW.master)",
                       change_of("'name', ROW.name, 'display_name', ROW.display_name, 'billing_email', "
                                 "ROW.billing_email, 'master', (SELECT name FROM organizations WHERE id = "
                                 "ROW.master)")),
               changed("'options'", "OLD.options <> NEW.options", change_of_json("options"))});
}

/// Of the key its number alone.
void watch_signing_keys(Connection& connection) {
  const auto of_row = [](std::string_view row, std::string_view organization, std::string_view action) {
    return Entry{.kind = "signing_key", .organization = organization, .name = row, .action = action};
  };
  constexpr std::string_view number = "CAST(NEW.id AS TEXT)";
  add_trigger(connection, "signing_keys_that_come", "AFTER INSERT ON signing_keys",
              {of_row(number, "NEW.organization", "'add'")});
  add_trigger(connection, "signing_keys_that_change", "AFTER UPDATE OF key, organization ON signing_keys",
              {of_row(number, "NEW.organization", "'change'")});
  add_trigger(connection, "signing_keys_that_go", "AFTER DELETE ON signing_keys",
              {of_row("CAST(OLD.id AS TEXT)", "OLD.organization", "'delete'")});
}

/// Their names are the users' ids: the address is not everybody's to know.
void watch_memberships(Connection& connection) {
  const auto of_new = [](std::string_view action, std::string details, std::string_view where = "TRUE") {
    return Entry{.kind = "membership",
                 .organization = "NEW.organization",
                 .name = "(SELECT uuid FROM users WHERE id = NEW.user)",
                 .action = action,
                 .details = std::move(details),
                 .where = where};
  };
  const auto of_old = [](std::string_view action, std::string details) {
    return Entry{.kind = "membership",
                 .organization = "OLD.organization",
                 .name = "ifnull((SELECT uuid FROM users WHERE id = OLD.user), '')",
                 .action = action,
                 .details = std::move(details)};
  };
  add_trigger(connection, "memberships_that_come", "AFTER INSERT ON memberships", {of_new("'add'", "'{}'")});
  add_trigger(connection, "memberships_that_change", "AFTER UPDATE OF active, comment ON memberships",
              {of_new("'change'",
                      change_of("'active', json(iif(ROW.active, 'true', 'false')), 'comment', ROW.comment"),
                      "(OLD.active, OLD.comment) IS NOT (NEW.active, NEW.comment)")});
  // Before: it says whether its user's address may be told.
  add_trigger(connection, "memberships_that_go", "BEFORE DELETE ON memberships",
              {of_old("'delete'", "'{}'")});
  add_trigger(connection, "roles_that_come", "AFTER INSERT ON roles",
              {of_new("'add_role'", "json_object('role', NEW.role)")});
  add_trigger(connection, "roles_that_go", "AFTER DELETE ON roles",
              {of_old("'delete_role'", "json_object('role', OLD.role)")});
}

void watch_users(Connection& connection) {
  const auto of_row = [](std::string_view uuid, std::string_view action, std::string details,
                         std::string_view where = "TRUE") {
    return Entry{.kind = "user",
                 .organization = "NULL",
                 .name = uuid,
                 .action = action,
                 .details = std::move(details),
                 .where = where};
  };
  add_trigger(connection, "users_that_come", "AFTER INSERT ON users",
              {of_row("NEW.uuid", "'add'", "json_object('email', NEW.email)")});
  add_trigger(connection, "users_that_change", "AFTER UPDATE OF email ON users",
              {of_row("NEW.uuid", "'change'", change_of("'email', ROW.email"), "OLD.email <> NEW.email")});
  add_trigger(connection, "users_that_go", "AFTER DELETE ON users",
              {of_row("OLD.uuid", "'delete'", "json_object('email', OLD.email)")});
}

/// Once for the server's operator, and once for each organization that knows the user by more than its id.
void watch_keys(Connection& connection) {
  constexpr std::string_view user = "'user', (SELECT uuid FROM users WHERE id = ROW.user)";
  constexpr std::string_view terms =
      "'user', (SELECT uuid FROM users WHERE id = ROW.user), 'comment', ROW.comment, 'trusted', "
      "json(iif(ROW.trusted, 'true', 'false')), 'allowed_ips', iif(json_valid(ROW.allowed_ips), "
      "json(ROW.allowed_ips), ROW.allowed_ips), 'expires', ROW.expires";
  const auto watch = [&](std::string_view name, std::string_view when, std::string_view row, Entry entry) {
    const std::string key = "substr(" + std::string(row) + ".sha256, 1, 16)";  // as security::api_key_id()
    const std::string members =
        std::string(entry.where) + " AND m.user = " + std::string(row) + ".user AND NOT m.by_id";
    entry.kind = "key";
    entry.name = key;
    entry.organization = "NULL";
    Entry of_organizations = entry;
    of_organizations.organization = "m.organization";
    of_organizations.from = ", memberships m";
    of_organizations.where = members;
    add_trigger(connection, name, when, {entry, of_organizations});
  };
  watch("keys_that_come", "AFTER INSERT ON api_keys", "NEW",
        {.action = "'add'", .details = fields_of("NEW", terms)});
  watch("keys_that_change", "AFTER UPDATE OF comment, trusted, allowed_ips, expires ON api_keys", "NEW",
        {.action = "'change'",
         .details = change_of(terms),
         .where = "(OLD.comment, OLD.trusted, OLD.allowed_ips, OLD.expires) IS NOT "
                  "(NEW.comment, NEW.trusted, NEW.allowed_ips, NEW.expires)"});
  watch("keys_that_go", "BEFORE DELETE ON api_keys", "OLD",
        {.action = "'delete'", .details = fields_of("OLD", user)});
}

/// By hand: the program has one entry for all caches (history::record()), or none.
void watch_purges(Connection& connection) {
  add_trigger(connection, "purges_by_hand", "AFTER INSERT ON purge_deliveries",
              {{.kind = "purge",
                .organization = "(SELECT id FROM organizations WHERE name = NEW.organization)",
                .name = "NEW.name",
                .action = "'request'",
                .details = "json_object('of', NEW.kind)",
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

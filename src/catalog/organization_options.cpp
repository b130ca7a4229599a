#include "catalog/organization_options.h"

#include <algorithm>
#include <array>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <re2/re2.h>

#include "base/http_url.h"
#include "base/json.h"
#include "base/text.h"
#include "catalog/damaged_rows.h"
#include "catalog/names.h"
#include "catalog/stored_json.h"

namespace rucola::catalog {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_text = 2048;
constexpr std::size_t most_expressions = 100;
constexpr std::int64_t longest_max_age = std::int64_t{10} * 31'536'000;

bool is_flag(const json::value& value) {
  return value.is_bool();
}

bool is_max_age(const json::value& value) {
  return value.is_int64() && value.get_int64() >= 0 && value.get_int64() <= longest_max_age;
}

bool is_base_address(const json::value& value) {
  return value.is_string() && value.get_string().size() <= longest_text &&
         is_http_url(std::string_view(value.get_string()));
}

bool is_expression(const json::value& value) {
  if (!value.is_string() || value.get_string().size() > longest_text) return false;
  RE2::Options options;
  options.set_log_errors(false);
  return RE2(re2::StringPiece(value.get_string().data(), value.get_string().size()), options).ok();
}

bool are_expressions(const json::value& value) {
  const auto* list = value.if_array();
  return list != nullptr && list->size() <= most_expressions && std::ranges::all_of(*list, is_expression);
}

bool is_organization(const json::value& value) {
  return value.is_string() && is_organization_name(std::string_view(value.get_string()));
}

/// By hash, short hash or alias; this one as it is or as URLs write it.
bool is_image_name(const json::value& value) {
  if (!value.is_string()) return false;
  std::string_view name = value.get_string();
  if (is_hash_or_prefix(name) || is_alias_name(name)) return true;
  if (!name.starts_with("-_") || !name.ends_with("_-")) return false;
  name.remove_prefix(2);
  return name.size() > 2 && is_alias_name(name.substr(0, name.size() - 2));
}

constexpr std::string_view status_ok = "ok";

bool is_fallback_status(const json::value& value) {
  return value.is_string() && (value.get_string() == status_ok || value.get_string() == "error");
}

constexpr std::array table{
    OrganizationOptionRow{"alias_browser_max_age", "a number of seconds, 0 or more", is_max_age,
                          "How long a browser may keep a render by alias."},
    OrganizationOptionRow{"fallback_image", "the hash or the alias of an image", is_image_name,
                          "The image that renders show in place of one that is missing or broken. The stack "
                          "option of that name wins."},
    OrganizationOptionRow{
        "fallback_image_status", "error or ok", is_fallback_status,
        "With ok the fallback image is answered 200, otherwise with the status of the error "
        "that it stands in for. The stack option of that name wins."},
    OrganizationOptionRow{"protect_dynamic_stack", "true or false", is_flag,
                          "Renders with the stack \"dynamic\" need a signed URL."},
    OrganizationOptionRow{"remote_basepath", "an http or https URL without a user name or password",
                          is_base_address, "Where images that a render URL names by path are fetched from."},
    OrganizationOptionRow{"remote_fullurl_allow", "true or false", is_flag,
                          "Render URLs may name images by their full URL."},
    OrganizationOptionRow{"remote_fullurl_whitelist",
                          "a list of up to 100 regular expressions (as RE2 has them)", are_expressions,
                          "Full URLs are fetched only from hosts that match one of these."},
    OrganizationOptionRow{fallback_option, "the name of another organization", is_organization,
                          "Images that are not found are rendered from that organization."},
    OrganizationOptionRow{
        "url_expressions_read_private", "true or false", is_flag,
        "Expressions in render URLs may read image.meta_user, and the options and variables "
        "that the stack sets: whoever asks for a render can have them printed."},
};

/// Options are read for every render, and compiling a hundred expressions takes a tenth of a second: they
/// were accepted once.
bool can_be_read(const OrganizationOptionRow& row, const json::value& value) {
  if (row.accepts != are_expressions) return row.accepts(value);
  return value.is_array() &&
         std::ranges::all_of(value.get_array(), [](const json::value& text) { return text.is_string(); });
}

std::string names() {
  return joined(table, ", ", &OrganizationOptionRow::name);
}

void read(std::string_view name, const json::value& value, OrganizationOptions& options) {
  if (name == "alias_browser_max_age") options.alias_browser_max_age = value.get_int64();
  if (name == "protect_dynamic_stack") options.protect_dynamic_stack = value.get_bool();
  if (name == "remote_basepath") options.remote_basepath = value.get_string();
  if (name == "remote_fullurl_allow") options.remote_fullurl_allow = value.get_bool();
  if (name == fallback_option) options.render_org_fallback = value.get_string();
  if (name == "fallback_image") options.fallback_image = value.get_string();
  if (name == "fallback_image_status") options.fallback_image_is_ok = value.get_string() == status_ok;
  if (name == "url_expressions_read_private") options.url_expressions_read_private = value.get_bool();
  if (name != "remote_fullurl_whitelist") return;
  for (const json::value& expression : value.get_array())
    options.remote_fullurl_whitelist.emplace_back(expression.get_string());
}

/// What an option that can't be read might have said.
void protect(std::string_view name, OrganizationOptions& options) {
  if (name == "protect_dynamic_stack") options.protect_dynamic_stack = true;
  // Without its list it would mean all hosts. The list comes after it in the table.
  if (name == "remote_fullurl_whitelist") options.remote_fullurl_allow = false;
}

}  // namespace

std::span<const OrganizationOptionRow> organization_option_table() {
  return table;
}

Result<const OrganizationOptionRow*> organization_option(std::string_view name) {
  const auto* row = std::ranges::find(table, name, &OrganizationOptionRow::name);
  if (row != table.end()) return row;
  return fail(ErrorCode::bad_request,
              "There is no organization option \"" + std::string(name) + "\". There are: " + names() + ".");
}

Result<OrganizationOption> parse_organization_option(std::string_view name, const json::value& value) {
  const auto row = organization_option(name);
  if (!row) return std::unexpected(row.error());
  if (value.is_null()) return OrganizationOption{std::string(name), std::nullopt};
  if ((*row)->accepts(value)) return OrganizationOption{std::string(name), json::serialize(value)};
  return fail(ErrorCode::bad_request, "The organization option \"" + std::string(name) + "\" must be " +
                                          std::string((*row)->allowed) + ".");
}

Result<OrganizationOption> parse_organization_option(std::string_view name, std::string_view text) {
  const auto value = parse_json(text);
  return parse_organization_option(name, value ? *value : json::value(json::string(text)));
}

OrganizationOptions options_of(const Organization& organization) {
  OrganizationOptions options;
  const auto stored = stored_options(organization);
  if (!stored) {
    options.protect_dynamic_stack = true;
    return options;
  }
  for (const OrganizationOptionRow& row : table) {
    const json::value* value = stored->if_contains(row.name);
    if (value == nullptr) continue;
    if (can_be_read(row, *value)) {
      read(row.name, *value, options);
    } else {
      report_damaged_row("organizations", organization.name,
                         "Its option \"" + std::string(row.name) + "\" can't be read.");
      protect(row.name, options);
    }
  }
  return options;
}

}  // namespace rucola::catalog

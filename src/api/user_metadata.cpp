// /sourceimages/{org}/{hash}/meta/user and one field of it
#include "catalog/user_metadata.h"

#include "api/paths.h"
#include "api/resources.h"
#include "base/json.h"
#include "base/text.h"
#include "base/utf8.h"
#include "base/wording.h"
#include "catalog/stored_json.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using catalog::UserField;
using message::Request;
using message::Response;

struct Image {
  std::string org;
  std::string hash;
};

struct Fields {
  std::string org;
  std::string hash;
  json::object fields;
};

struct OneField {
  std::string org;
  std::string hash;
  std::string field;
};

struct OneValue {
  std::string org;
  std::string hash;
  std::string field;
  std::string value;  ///< as it was sent
};

/// Fields of one name and another type, which may have been meant.
std::string others_of(const json::object& stored, const UserField& field) {
  std::vector<std::string> others;
  for (const auto& entry : stored) {
    const auto other = catalog::parse_user_field(entry.key());
    if (other && other->name == field.name) others.emplace_back(entry.key());
  }
  return others.empty() ? "" : " It has " + joined(others, ", ", in_quotes) + ".";
}

/// The key under which the field is stored.
Result<std::string> existing_key(const json::object& stored, const UserField& field) {
  if (auto key = catalog::stored_key(stored, field)) return *std::move(key);
  return fail(ErrorCode::not_found,
              "The image has no field " + in_quotes(catalog::key_of(field)) + "." + others_of(stored, field));
}

Result<Response> set(const Services& services, const std::string& org, const std::string& hash,
                     const catalog::ChangeUserMetadata& change) {
  const auto image = services.images.set_user_metadata(org, hash, change);
  if (!image) return std::unexpected(image.error());
  return message::empty_response(204);
}

Result<Response> set_field(const Services& services, const std::string& org, const std::string& hash,
                           const std::string& field, const json::value& value) {
  const auto changes = catalog::checked_user_changes({{field, value}});
  if (!changes) return std::unexpected(changes.error());
  return set(services, org, hash,
             [&](const json::object& stored) { return catalog::changed_user_metadata(stored, *changes); });
}

Result<json::object> stored_fields(const Services& services, const std::string& org,
                                   const std::string& hash) {
  const auto image = services.images.find(org, hash);
  if (!image) return std::unexpected(image.error());
  return catalog::stored_metadata(*image, image->user_metadata_json);
}

Result<Response> get_all(const Services& services, const Image& asked, const Request& /*request*/) {
  const auto fields = stored_fields(services, asked.org, asked.hash);
  if (!fields) return std::unexpected(fields.error());
  return message::json_response(200, *fields);
}

Result<Response> change(const Services& services, const Fields& asked, const Request& /*request*/) {
  const auto changes = catalog::checked_user_changes(asked.fields);
  if (!changes) return std::unexpected(changes.error());
  return set(services, asked.org, asked.hash,
             [&](const json::object& stored) { return catalog::changed_user_metadata(stored, *changes); });
}

Result<Response> replace(const Services& services, const Fields& asked, const Request& /*request*/) {
  const auto fields = catalog::checked_user_metadata(asked.fields);
  if (!fields) return std::unexpected(fields.error());
  return set(services, asked.org, asked.hash,
             [&](const json::object& /*stored*/) -> Result<json::object> { return *fields; });
}

Result<Response> delete_all(const Services& services, const Image& asked, const Request& /*request*/) {
  return set(services, asked.org, asked.hash,
             [](const json::object& /*stored*/) -> Result<json::object> { return json::object(); });
}

Result<Response> get_field(const Services& services, const OneField& asked, const Request& /*request*/) {
  const auto field = catalog::parse_user_field(asked.field);
  if (!field) return std::unexpected(field.error());
  const auto fields = stored_fields(services, asked.org, asked.hash);
  if (!fields) return std::unexpected(fields.error());
  const auto key = existing_key(*fields, *field);
  if (!key) return std::unexpected(key.error());
  return message::json_response(200, fields->at(*key));
}

/// Is what looks like a number or a truth a text all the same?
bool holds_text(const UserField& field) {
  return field.type == catalog::UserFieldType::str || field.type == catalog::UserFieldType::text;
}

/// JSON, or a bare text, which is what the npm package makes of one: of a field that holds texts one that
/// looks like a number stays what it is.
Result<json::value> value_of(const std::string& body, const UserField& field) {
  const std::string_view text = trimmed(body, " \t\r\n");
  auto value = parse_json(text, json_input_depth_limit);
  const bool is_json =
      value && (!holds_text(field) || value->is_structured() || value->is_string() || value->is_null());
  const bool was_meant_so = text.empty() || std::string_view("\"[{").contains(text.front());
  if (is_json || was_meant_so) return value;
  if (is_utf8(text)) return json::value(text);
  return fail(ErrorCode::bad_request, "The body is neither JSON nor a text in UTF-8.");
}

Result<Response> put_field(const Services& services, const OneValue& asked, const Request& /*request*/) {
  const auto field = catalog::parse_user_field(asked.field);
  if (!field) return std::unexpected(field.error());
  const auto value = value_of(asked.value, *field);
  if (!value) return std::unexpected(value.error());
  return set_field(services, asked.org, asked.hash, asked.field, *value);
}

Result<Response> delete_field(const Services& services, const OneField& asked, const Request& /*request*/) {
  const auto field = catalog::parse_user_field(asked.field);
  if (!field) return std::unexpected(field.error());
  return set(services, asked.org, asked.hash, [&](const json::object& stored) -> Result<json::object> {
    const auto key = existing_key(stored, *field);
    if (!key) return std::unexpected(key.error());
    json::object rest = stored;
    rest.erase(*key);
    return rest;
  });
}

template <class In>
std::vector<Input<In>> of_field(std::vector<Input<In>> more = {}) {
  more.insert(more.begin(), path("field", &In::field, text(255),
                                 "Its type and name, such as int:stars; without a type it is a str."));
  return of_image<In>(std::move(more));
}

std::vector<Refusal> refusals(std::string missing = "There is no such image in this organization.") {
  return {{ErrorCode::not_found, std::move(missing)}, {ErrorCode::forbidden, "The image is locked."}};
}

void add_all_of_an_image(Endpoints& table) {
  using message::Access, message::BodyKind, message::Method;
  const std::string pattern = "/sourceimages/{org}/{hash}/meta/user";
  table.push_back(
      endpoint<Image>({.method = Method::get,
                       .pattern = pattern,
                       .access = Access::read,
                       .summary = "Read the user metadata of an image",
                       .takes = of_image<Image>(),
                       .answers = {{200, "Its fields.", object()}},
                       .refuses = {{ErrorCode::not_found, "There is no such image in this organization."}},
                       .handle = get_all}));
  table.push_back(endpoint<Fields>(
      {.method = Method::patch,
       .pattern = pattern,
       .access = Access::write,
       .body = BodyKind::json,
       .summary = "Change fields of an image's user metadata",
       .takes = of_image<Fields>({whole_body(&Fields::fields, object(),
                                             "Fields with their values; null deletes one, others stay.")}),
       .answers = {{204, "They are as asked."}},
       .refuses = refusals(),
       .handle = change}));
  table.push_back(endpoint<Fields>(
      {.method = Method::put,
       .pattern = pattern,
       .access = Access::write,
       .body = BodyKind::json,
       .summary = "Replace the user metadata of an image",
       .takes = of_image<Fields>({whole_body(&Fields::fields, object(), "All fields that it is to have.")}),
       .answers = {{204, "It has these fields and no others."}},
       .refuses = refusals(),
       .handle = replace}));
  table.push_back(endpoint<Image>({.method = Method::delete_,
                                   .pattern = pattern,
                                   .access = Access::write,
                                   .summary = "Delete the user metadata of an image",
                                   .takes = of_image<Image>(),
                                   .answers = {{204, "It has none."}},
                                   .refuses = refusals(),
                                   .handle = delete_all}));
}

}  // namespace

void add_user_metadata(Endpoints& table) {
  using message::Access, message::BodyKind, message::Method;
  add_all_of_an_image(table);
  const std::string pattern = "/sourceimages/{org}/{hash}/meta/user/{field}";
  table.push_back(
      endpoint<OneField>({.method = Method::get,
                          .pattern = pattern,
                          .access = Access::read,
                          .summary = "Read a field of an image's user metadata",
                          .takes = of_field<OneField>(),
                          .answers = {{200, "Its value.", any_value()}},
                          .refuses = {{ErrorCode::not_found, "There is no such image, or no such field."}},
                          .handle = get_field}));
  table.push_back(endpoint<OneValue>(
      {.method = Method::put,
       .pattern = pattern,
       .access = Access::write,
       .body = BodyKind::json,
       .summary = "Set a field of an image's user metadata",
       .takes = of_field<OneValue>(
           {bare_body(&OneValue::value, "Its value, as JSON or a bare text; null deletes it.")}),
       .answers = {{204, "It has that value."}},
       .refuses = refusals(),
       .handle = put_field}));
  table.push_back(endpoint<OneField>({.method = Method::delete_,
                                      .pattern = pattern,
                                      .access = Access::write,
                                      .summary = "Delete a field of an image's user metadata",
                                      .takes = of_field<OneField>(),
                                      .answers = {{204, "It is gone."}},
                                      .refuses = refusals("There is no such image, or no such field."),
                                      .handle = delete_field}));
}

}  // namespace rucola::api

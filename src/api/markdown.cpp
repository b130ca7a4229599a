#include "api/markdown.h"

#include <boost/json/serialize.hpp>

#include "api/openapi.h"
#include "api/reference.h"
#include "base/ascii.h"
#include "base/text.h"

namespace rucola::api {
namespace {

std::string code(std::string_view text) {
  return "`" + std::string(text) + "`";
}

std::string status(ErrorCode refused) {
  return code(std::to_string(message::http_status(refused)));
}

std::string default_of(const Field& field) {
  if (field.default_value) return code(boost::json::serialize(*field.default_value));
  return field.required ? "required" : "";
}

std::string type_of(const Schema& schema) {
  if (schema.of == nullptr) return allowed_text(schema);
  const std::string name = "[" + std::string(schema.of->name) + "](#" + lower(schema.of->name) + ")";
  return schema.type == Type::list ? "a list of " + name : name;
}

std::string takes(const Description& description) {
  if (description.takes.empty()) return {};
  std::string text = "\n| takes | in | what it may be | default | what it is |\n|---|---|---|---|---|\n";
  for (const auto& [place, field] : description.takes) {
    text += "| " + code(field.name + (field.per_file ? "[0]" : "")) + " | " + std::string(place_text(place)) +
            " | " + type_of(field.schema) + " | " + default_of(field) + " | " + field.help + " |\n";
  }
  if (!description.one_of.empty())
    text += "\nOne of these must be there: " + joined(description.one_of, ", ", code) + ".\n";
  return text;
}

std::string answers(const Description& description) {
  std::string text = "\n| answers | |\n|---|---|\n";
  for (const Answer& answer : description.answers) {
    text += "| " + code(std::to_string(answer.status)) + " | " + answer.help;
    if (answer.json) text += " " + type_of(*answer.json) + ".";
    if (!answer.media_type.empty()) text += " " + code(answer.media_type);
    text += " |\n";
  }
  for (const Refusal& refusal : by_status(description.refuses)) {
    text += "| " + status(refusal.code) + " | " + refusal.help;
    if (refusal.json) text += " " + type_of(*refusal.json) + ".";
    text += " |\n";
  }
  return text;
}

std::string route(const Description& description) {
  const std::string title = std::string(message::name_of(description.method)) + " " + description.pattern;
  return "\n### " + code(title) + "\n\n" + description.summary + ". " + access_text(description) + "\n" +
         takes(description) + answers(description);
}

std::string common() {
  std::string text = "\n| may be refused | by | because |\n|---|---|---|\n";
  for (const CommonRefusal& one : common_refusals()) {
    text +=
        "| " + status(one.refusal.code) + " | " + std::string(one.where) + " | " + one.refusal.help + " |\n";
  }
  return text;
}

std::string shape(const Shape& one) {
  std::string text = "\n### " + std::string(one.name) + "\n\n| field | type | what it is |\n|---|---|---|\n";
  for (const Field& field : one.fields)
    text += "| " + code(field.name) + " | " + type_of(field.schema) + " | " + field.help + " |\n";
  return text;
}

}  // namespace

std::string markdown(const std::vector<Endpoint>& table) {
  std::string text = common() + "\n## Routes\n";
  for (const Endpoint& endpoint : table)
    text += route(endpoint.description);
  text += "\n## Objects\n";
  for (const Shape* one : shapes_of(table))
    text += shape(*one);
  return text;
}

}  // namespace rucola::api

#include "vision/exchange.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/base64.h"
#include "base/controls.h"
#include "base/json.h"
#include "base/logged_text.h"
#include "base/text.h"
#include "base/utf8.h"
#include "base/wording.h"

namespace rucola::vision {
namespace {

namespace json = boost::json;

constexpr std::size_t excerpt_bytes = 200;
/// {"descriptions":{"de":"…"}}
constexpr int depth_limit = 4;

std::string_view name_of(Task task) {
  return task == Task::describe ? "describe" : "label";
}

std::unexpected<Error> no_answer(std::string_view why, const HttpAnswer& answer) {
  return fail(ErrorCode::internal, "The service that describes pictures gave no usable answer.",
              std::string(why) + ": " + logged_text(answer.body.substr(0, excerpt_bytes)));
}

Error refusal_of(const HttpAnswer& answer) {
  const std::string status = std::to_string(answer.status);
  Error error{.code = ErrorCode::internal,
              .message = {"The service that describes pictures answered with status " + status + "."},
              .detail = {logged_text(answer.body.substr(0, excerpt_bytes))}};
  if (answer.status == 422) {
    error.code = ErrorCode::unprocessable;
    error.message.text = "The service that describes pictures makes nothing of this one.";
  } else if (answer.status == 501) {
    error.code = ErrorCode::not_implemented;
    error.message.text = "The service that describes pictures does not do this.";
  } else if (answer.status == 429 || answer.status == 503) {
    error.code = ErrorCode::overloaded;
    error.message.text = "The service that describes pictures is too busy.";
    error.retry_after = answer.retry_after().value_or(std::chrono::seconds{10});
  }
  return error;
}

/// On one line, without blanks around it; nothing where it is none that could be shown.
std::optional<std::string> shown_text(const json::value& value, std::size_t longest) {
  if (!value.is_string()) return std::nullopt;
  const std::string text =
      with_controls_as(value.get_string(), [](std::string_view) { return std::string_view(" "); });
  const std::string_view shown = trimmed(text, " ");
  if (shown.empty() || shown.size() > longest || !is_utf8(shown)) return std::nullopt;
  return std::string(shown);
}

Result<Opinion> descriptions_in(const json::object& body, const Question& question,
                                const HttpAnswer& answer) {
  const json::value* given = body.if_contains("descriptions");
  if (given == nullptr || !given->is_object()) return no_answer("no \"descriptions\"", answer);
  Opinion opinion;
  std::vector<std::string> missing;
  for (const std::string& language : question.languages) {
    const json::value* one = given->get_object().if_contains(language);
    if (one == nullptr) {
      missing.push_back(language);
      continue;
    }
    auto text = shown_text(*one, longest_description_bytes);
    if (!text) return no_answer("a description is no text of 1 to 2000 bytes", answer);
    opinion.descriptions.emplace(language, *std::move(text));
  }
  if (missing.empty()) return opinion;
  return fail(ErrorCode::unprocessable, "The service that describes pictures has no description in " +
                                            joined(missing, ", ", in_quotes) + "; nothing was stored.");
}

Result<Opinion> labels_in(const json::object& body, const HttpAnswer& answer) {
  const json::value* given = body.if_contains("labels");
  if (given == nullptr || !given->is_array()) return no_answer("no \"labels\"", answer);
  if (given->get_array().size() > most_labels) return no_answer("more than 100 labels", answer);
  Opinion opinion;
  for (const json::value& one : given->get_array()) {
    auto text = shown_text(one, longest_label_bytes);
    if (!text) return no_answer("a label is no text of 1 to 200 bytes", answer);
    if (std::ranges::find(opinion.labels, *text) == opinion.labels.end())
      opinion.labels.push_back(*std::move(text));
  }
  return opinion;
}

}  // namespace

std::string body_of(const Question& question) {
  json::object body{{"version", 1}, {"task", name_of(question.task)}};
  if (question.task == Task::describe) {
    json::array languages;
    for (const std::string& language : question.languages)
      languages.emplace_back(language);
    body["languages"] = std::move(languages);
  }
  body["organization"] = question.organization;
  body["hash"] = question.hash;
  body["image"] = json::object{{"media_type", "image/jpeg"},
                               {"width", question.width},
                               {"height", question.height},
                               {"base64", base64(question.jpeg)}};
  return json::serialize(body);
}

Result<Opinion> opinion_of(const Question& question, const HttpAnswer& answer) {
  if (answer.status != 200) return std::unexpected(refusal_of(answer));
  const auto body = parse_json(answer.body, depth_limit);
  if (!body || !body->is_object()) return no_answer("no JSON object", answer);
  return question.task == Task::describe ? descriptions_in(body->get_object(), question, answer)
                                         : labels_in(body->get_object(), answer);
}

}  // namespace rucola::vision

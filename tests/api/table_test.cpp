// Walks the API's table: what holds for every row.
#include <map>
#include <set>
#include <string>

#include <gmock/gmock.h>

#include "api/alias_json.h"
#include "api/audit_json.h"
#include "api/key_terms.h"
#include "api/markdown.h"
#include "api/openapi.h"
#include "api/routes.h"
#include "api/source_image_json.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using message::BodyKind;
using message::Request;
using testing::HasSubstr;

std::string title(const Description& row) {
  return std::string(message::name_of(row.method)) + " " + row.pattern;
}

/// With names in its path that could be somebody's.
Request request_for(const Description& row) {
  static const std::map<std::string, std::string> others{
      {"hash", "abcdef"}, {"id", "0123456789abcdef"}, {"user", "271cce77-45c7-4f6d-a0f6-a4edc29964e6"}};
  Request request;
  for (const auto& [place, field] : row.takes) {
    if (place != Place::path) continue;
    const auto other = others.find(field.name);
    request.path_values[field.name] = other == others.end() ? "acme" : other->second;
  }
  return request;
}

std::vector<std::string> names_at(const Description& row, Place wanted) {
  std::vector<std::string> names;
  for (const auto& [place, field] : row.takes) {
    if (place == wanted) names.push_back(field.name);
  }
  return names;
}

template <class Check>
void each_row(Check check) {
  ASSERT_GT(endpoints().size(), 20U);
  for (const Endpoint& endpoint : endpoints()) {
    SCOPED_TRACE(title(endpoint.description));
    check(endpoint.description);
  }
}

template <class Check>
void each_field(Check check) {
  each_row([&](const Description& row) {
    for (const auto& [place, field] : row.takes) {
      SCOPED_TRACE(field.name);
      check(place, field);
    }
  });
}

TEST(Table, WhatARowNeedsOneOfIsAmongItsFields) {
  int rows = 0;
  each_row([&rows](const Description& row) {
    const auto known = names_at(row, Place::body);
    for (const std::string& field : row.one_of)
      EXPECT_THAT(known, testing::Contains(field));
    rows += row.one_of.empty() ? 0 : 1;
  });
  EXPECT_GT(rows, 0);
}

TEST(Table, EveryRowRefusesAQueryParameterThatItDoesNotKnow) {
  each_row([](const Description& row) {
    Request request = request_for(row);
    request.query = "no_such_parameter=1";
    const auto read = read_inputs(row.takes, request);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::bad_request);
    for (const std::string& known : names_at(row, Place::query))
      EXPECT_THAT(read.error().message.text, HasSubstr(known));
  });
}

TEST(Table, EveryRowWithFieldsRefusesOneThatItDoesNotKnow) {
  int rows = 0;
  each_row([&rows](const Description& row) {
    const auto known = names_at(row, Place::body);
    if (known.empty()) return;
    ++rows;
    Request of_json = request_for(row);
    of_json.body = R"({"no_such_field":1})";
    Request form = request_for(row);
    form.parts.push_back({.name = "no_such_field", .filename = {}, .text = "1", .file = {}});
    for (const Request* request : {&of_json, &form}) {
      const bool takes_it =
          row.body == BodyKind::json_or_form || (row.body == BodyKind::json) == (request == &of_json);
      if (!takes_it) continue;
      const auto read = read_inputs(row.takes, *request);
      ASSERT_FALSE(read);
      EXPECT_EQ(read.error().code, ErrorCode::bad_request);
      for (const std::string& name : known)
        EXPECT_THAT(read.error().message.text, HasSubstr(name));
    }
  });
  EXPECT_GT(rows, 4);
}

TEST(Table, EveryRangeIsTakenToItsEdgeAndNotBeyond) {
  int ranges = 0;
  each_field([&ranges](Place, const Field& field) {
    if (field.schema.type != Type::integer) return;
    ++ranges;
    ASSERT_TRUE(field.schema.minimum && field.schema.maximum) << "a number has a range";
    const std::int64_t least = *field.schema.minimum;
    const std::int64_t most = *field.schema.maximum;
    for (const std::int64_t good : {least, most})
      EXPECT_EQ(read_text(field, std::to_string(good)), json::value(good));
    for (const std::int64_t bad : {least - 1, most + 1}) {
      EXPECT_FALSE(read_text(field, std::to_string(bad))) << bad;
      EXPECT_FALSE(read_json(field, bad)) << bad;
    }
  });
  EXPECT_GT(ranges, 4);
}

TEST(Table, EveryTextIsBounded) {
  each_field([](Place, const Field& field) {
    const Schema& schema = field.schema;
    if (schema.type != Type::text) return;
    ASSERT_TRUE(schema.maximum || schema.accepts != nullptr || !schema.values.empty());
    if (!schema.maximum || schema.accepts != nullptr) return;
    const std::string longest(static_cast<std::size_t>(*schema.maximum), 'x');
    EXPECT_TRUE(read_text(field, longest));
    EXPECT_FALSE(read_text(field, longest + "x"));
  });
}

TEST(Table, DefaultsAreAllowed) {
  each_field([](Place, const Field& field) {
    if (!field.default_value) return;
    EXPECT_FALSE(field.required);
    EXPECT_EQ(read_json(field, *field.default_value), *field.default_value);
  });
}

TEST(Table, ThePiecesOfEveryPatternAreItsPathFields) {
  each_row([](const Description& row) {
    std::vector<std::string> pieces;
    for (std::size_t open = row.pattern.find('{'); open != std::string::npos;
         open = row.pattern.find('{', open + 1))
      pieces.push_back(row.pattern.substr(open + 1, row.pattern.find('}', open) - open - 1));
    EXPECT_EQ(names_at(row, Place::path), pieces);
  });
}

TEST(Table, EveryRowSaysWhatItTakesAnswersAndRefuses) {
  each_row([](const Description& row) {
    EXPECT_FALSE(row.summary.empty());
    EXPECT_FALSE(row.answers.empty());
    for (const Answer& answer : row.answers) {
      EXPECT_TRUE(answer.status >= 200 && answer.status < 300);
      EXPECT_FALSE(answer.help.empty());
      EXPECT_EQ(answer.status == 204, !answer.json && answer.media_type.empty()) << "only 204 has no body";
    }
    for (const Refusal& refusal : row.refuses)
      EXPECT_FALSE(refusal.help.empty());
    std::set<std::pair<Place, std::string>> names;
    bool has_body = false;
    for (const auto& [place, field] : row.takes) {
      EXPECT_TRUE(names.emplace(place, field.name).second) << field.name << " stands twice";
      EXPECT_FALSE(field.help.empty()) << field.name;
      has_body = has_body || is_in_body(place);
    }
    EXPECT_EQ(has_body, row.body != BodyKind::none);
  });
}

TEST(Table, ObjectsHaveTheFieldsThatAreDescribed) {
  const auto same = [](const json::object& object, const Shape& shape) {
    std::vector<std::string> described;
    std::vector<std::string> shown;
    described.reserve(shape.fields.size());
    for (const Field& field : shape.fields)
      described.push_back(field.name);
    for (const auto& [name, value] : object)
      shown.emplace_back(name);
    EXPECT_EQ(shown, described);
  };
  same(alias_json({}), alias_shape());
  same(audit_json({.name = {}, .action = {}, .by = {}}), audit_shape());
  same(source_image_json({}), source_image_shape());
  same(key_json({.sha256 = {}, .accessed = Time{}}), key_shape());
}

TEST(OpenApi, NamesEveryRowAndEveryShape) {
  const json::object document = openapi(endpoints(), "1");
  each_row(
      [&document](const Description& row) { EXPECT_TRUE(document.at("paths").at(row.pattern).is_object()); });
  EXPECT_EQ(document.at("components").at("schemas").as_object().size(), shapes_of(endpoints()).size());
}

TEST(OpenApi, SaysWhatAnAliasTakesAndAnswers) {
  const json::value put =
      openapi(endpoints(), "1").at("paths").at("/sourceimages/{org}/alias/{name}").at("put");
  const json::value& overwrite = put.at("parameters").at(2);
  EXPECT_EQ(overwrite.at("name"), "overwrite");
  EXPECT_EQ(overwrite.at("schema").at("type"), "boolean");
  EXPECT_EQ(overwrite.at("schema").at("default"), false);
  const json::value& body = put.at("requestBody").at("content").at("application/json").at("schema");
  EXPECT_EQ(body.at("required").at(0), "hash");
  EXPECT_EQ(body.at("properties").at("hash").at("pattern"), "^[0-9a-f]{6,40}$");
  EXPECT_EQ(put.at("responses").at("201").at("content").at("application/json").at("schema").at("$ref"),
            "#/components/schemas/Alias");
  for (const char* status : {"400", "401", "403", "404", "409", "412", "413", "503"})
    EXPECT_TRUE(put.at("responses").as_object().contains(status)) << status;
}

TEST(Markdown, HasEveryRoute) {
  const std::string text = markdown(endpoints());
  each_row([&text](const Description& row) { EXPECT_THAT(text, HasSubstr("### `" + title(row) + "`")); });
}

}  // namespace
}  // namespace rucola::api

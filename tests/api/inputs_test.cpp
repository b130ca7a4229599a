#include "api/inputs.h"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include "result_matchers.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using message::Part;
using message::Request;
using testing::HasSubstr;

Placed at(Place place, const std::string& name, Schema schema, bool required = false, bool per_file = false) {
  return {place,
          {.name = name,
           .schema = std::move(schema),
           .help = "What it is",
           .required = required,
           .default_value = {},
           .per_file = per_file}};
}

Request with_query(std::string query) {
  Request request;
  request.query = std::move(query);
  return request;
}

Request with_body(std::string body) {
  Request request;
  request.body = std::move(body);
  return request;
}

Request with_form(std::vector<std::pair<std::string, std::string>> fields) {
  Request request;
  for (auto& [name, text] : fields)
    request.parts.push_back({.name = name, .filename = {}, .text = text, .file = {}});
  return request;
}

std::string refusal(const std::vector<Placed>& places, const Request& request) {
  const auto values = read_inputs(places, request);
  if (values) return "taken";
  EXPECT_EQ(values.error().code, ErrorCode::bad_request);
  return values.error().message.text;
}

const std::vector<Placed> list{at(Place::query, "limit", integer(0, 10)),
                               at(Place::query, "deleted", flag())};

TEST(Query, IsReadByName) {
  const auto values = read_inputs(list, with_query("deleted=1&&limit=%37&"));
  ASSERT_TRUE(values);
  EXPECT_EQ((*values)[0], json::value(7));
  EXPECT_EQ((*values)[1], json::value(true));
  EXPECT_EQ(read_inputs(list, with_query("")).value()[0], std::nullopt);
}

TEST(Query, MisspeltFiltersAreRefusedAndNeverGetTheWholeList) {
  EXPECT_THAT(refusal(list, with_query("height=1200")),
              AllOf(HasSubstr("no query parameter \"height\""), HasSubstr("It takes: limit, deleted.")));
  EXPECT_THAT(refusal(list, with_query("limt=1")), HasSubstr("did you mean \"limit\"?"));
  EXPECT_THAT(refusal({}, with_query("a=1")), HasSubstr("it takes none"));
  EXPECT_THAT(refusal(list, with_query("=1")), HasSubstr("no query parameter"));
}

TEST(Query, WhatStandsTwiceOrIsBadlyEncodedIsRefused) {
  EXPECT_THAT(refusal(list, with_query("limit=1&limit=2")), HasSubstr("\"limit\" stands twice"));
  EXPECT_THAT(refusal(list, with_query("limit=%4")), HasSubstr("percent-encoded"));
}

TEST(Query, RequiredParametersAreNamed) {
  EXPECT_THAT(refusal({at(Place::query, "binaryHash", sha1(), true)}, with_query("")),
              HasSubstr("The query parameter \"binaryHash\" is missing: What it is"));
}

TEST(Path, WhatCanNotBeAnybodysNameIsNotFound) {
  Request request;
  request.path_values["name"] = "lo-go";
  const auto values = read_inputs({at(Place::path, "name", alias_name(), true)}, request);
  ASSERT_FALSE(values);
  EXPECT_EQ(values.error().code, ErrorCode::not_found);
}

const std::vector<Placed> alias{at(Place::body, "hash", hash_or_prefix(), true),
                                at(Place::body, "note", text(5))};

TEST(JsonBody, IsReadByField) {
  const auto values = read_inputs(alias, with_body(R"({"hash": "abcdef",})"));
  ASSERT_TRUE(values);
  EXPECT_EQ((*values)[0], json::value("abcdef"));
  EXPECT_EQ((*values)[1], std::nullopt);
  EXPECT_TRUE(read_inputs(alias, with_body(R"({"hash": "abcdef", "note": null})"))) << "null is not given";
}

TEST(JsonBody, UnknownMissingAndWrongFieldsAreRefused) {
  EXPECT_THAT(refusal(alias, with_body(R"({"hash":"abcdef","nte":"x"})")),
              AllOf(HasSubstr("no field \"nte\""), HasSubstr("It takes: hash, note.")));
  EXPECT_THAT(refusal(alias, with_body(R"({"note":"x"})")), HasSubstr("The field \"hash\" is missing"));
  EXPECT_THAT(refusal(alias, with_body(R"({"hash":null})")), HasSubstr("\"hash\" must be"));
  EXPECT_THAT(refusal(alias, with_body(R"({"hash":"abcdef","note":"toolong"})")),
              HasSubstr("\"note\" must be"));
  EXPECT_THAT(refusal(alias, with_body("[1]")), HasSubstr("must be a JSON object"));
  EXPECT_THAT(refusal(alias, with_body("{")), HasSubstr("not valid JSON"));
}

TEST(JsonBody, MayBeOneValueAsAWhole) {
  const std::vector<Placed> whole{at(Place::whole_body, "body", flag(), true)};
  for (const char* yes : {"true", "1", "\"true\""})
    EXPECT_EQ(read_inputs(whole, with_body(yes)).value()[0], json::value(true)) << yes;
  for (const char* bad : {"2", "1.0", "\"yes\"", "null", "{}", "", "yes"})
    EXPECT_NE(refusal(whole, with_body(bad)), "taken") << bad;
}

TEST(JsonBody, MayBeATextInItsBounds) {
  const std::vector<Placed> whole{at(Place::whole_body, "body", text(5), true)};
  for (const char* good : {R"("")", R"("5.jpg")", R"("1")"})
    EXPECT_TRUE(read_inputs(whole, with_body(good))) << good;
  EXPECT_EQ(read_inputs(whole, with_body(R"("a\"b")")).value()[0], json::value("a\"b"));
  for (const char* bad : {R"("6e.jpg")", "5.jpg", "1", "null", "[]", ""})
    EXPECT_NE(refusal(whole, with_body(bad)), "taken") << bad;
}

TEST(JsonBody, AsAWholeWithKnownNamesHasNoOthers) {
  const std::vector<Placed> stack{at(Place::whole_body, "body", any_value(), true),
                                  at(Place::body, "operations", api::list())};
  EXPECT_TRUE(read_inputs(stack, with_body(R"({"operations":[]})")));
  EXPECT_TRUE(read_inputs(stack, with_body("[]")));
  EXPECT_THAT(refusal(stack, with_body(R"({"opertions":[]})")), HasSubstr("did you mean \"operations\"?"));
}

const std::vector<Placed> upload{at(Place::body, "filedata", {.type = Type::file}, false, true),
                                 at(Place::body, "url", text(100), false, true),
                                 at(Place::body, "options", object(), false, true),
                                 at(Place::body, "optimize_source", flag())};

json::value options_of(std::vector<std::pair<std::string, std::string>> fields) {
  const auto values = read_inputs(upload, with_form(std::move(fields)));
  EXPECT_TRUE(values) << (values ? "" : values.error().message.text);
  return values && (*values)[2] ? *(*values)[2] : json::value();
}

TEST(Form, TakesEveryDocumentedSpelling) {
  const json::value first{{"0", {{"protected", true}}}};
  EXPECT_EQ(options_of({{"options", R"({"protected":true})"}}), first);
  EXPECT_EQ(options_of({{"options[]", R"({"protected":true})"}}), first);
  EXPECT_EQ(options_of({{"options[0]", R"({"protected":true})"}}), first);
  EXPECT_EQ(options_of({{"options[0]", R"("{\"protected\":true}")"}}), first);
  EXPECT_EQ(options_of({{"options[0][protected]", "true"}}), first);
  EXPECT_EQ(options_of({{"options[]", "{}"}, {"options[]", R"({"a":1})"}}),
            json::value({{"0", json::object()}, {"1", {{"a", 1}}}}));
}

/// How many had come was taken for the next number: after options[2] came 1, although 0 was free.
TEST(Form, WithoutANumberAFieldIsOfTheFirstFileThatHasNone) {
  EXPECT_EQ(options_of({{"options[2]", "{}"}, {"options", R"({"a":1})"}}),
            json::value({{"2", json::object()}, {"0", {{"a", 1}}}}));
  EXPECT_EQ(options_of({{"options[1]", "{}"}, {"options", R"({"a":1})"}, {"options", R"({"a":2})"}}),
            json::value({{"1", json::object()}, {"0", {{"a", 1}}}, {"2", {{"a", 2}}}}));
}

TEST(Form, BareTextsAreTakenOnlyWhereTheyMayBe) {
  const std::vector<std::pair<std::string, std::string>> bare{{"options[0][title]", "Hello"}};
  EXPECT_THAT(refusal(upload, with_form(bare)), HasSubstr("\"options[0][title]\" must be a JSON value"));
  std::vector<Placed> lenient = upload;
  lenient[2].field.schema.bare_texts = true;
  EXPECT_EQ(read_inputs(lenient, with_form(bare)).value()[2], json::value({{"0", {{"title", "Hello"}}}}));
}

/// Dropping options[]={"protected":true} without a word published what should have been protected.
TEST(Form, UnknownFieldsAreRefused) {
  EXPECT_THAT(refusal(upload, with_form({{"option[0]", "{}"}})),
              AllOf(HasSubstr("\"option[0]\""), HasSubstr("filedata, url, options, optimize_source")));
  for (const char* name :
       {"options[x]", "options[0", "options]", "options[0][]", "options[0]x", "[0]", "", "options[0][a][b]",
        "options[99999]", "options[9999]", "filedata", "optimize_source[1]", "optimize_source[0][a]"})
    EXPECT_NE(refusal(upload, with_form({{name, "{}"}})), "taken") << name;
}

TEST(Form, WhatStandsTwiceIsRefused) {
  EXPECT_THAT(refusal(upload, with_form({{"options", "{}"}, {"options[0]", "{}"}})),
              HasSubstr("stands twice"));
  EXPECT_THAT(refusal(upload, with_form({{"options[0][a]", "1"}, {"options[0][a]", "2"}})),
              HasSubstr("stands twice"));
  EXPECT_THAT(refusal(upload, with_form({{"optimize_source", "0"}, {"optimize_source", "1"}})),
              HasSubstr("stands twice"));
}

TEST(Form, WhatWasNotFilledInIsNotGiven) {
  EXPECT_TRUE(read_inputs(upload, with_form({{"optimize_source", ""}})));
  EXPECT_THAT(refusal(upload, with_form({{"options[0]", ""}})),
              HasSubstr("\"options[0]\" must be a JSON object"));
}

TEST(Form, FilesAreTakenOnlyWhereTheRouteSaysSo) {
  Request request;
  request.parts.push_back(
      {.name = "anything", .filename = "a.jpg", .text = {}, .file = SpooledFile({}, 0, {}, {})});
  EXPECT_TRUE(read_inputs(upload, request));
  request.parts.clear();
  request.parts.push_back(
      {.name = "anything", .filename = "a.jpg", .text = {}, .file = SpooledFile({}, 0, {}, {})});
  EXPECT_THAT(refusal(alias, request), HasSubstr("takes no files"));
}

}  // namespace
}  // namespace rucola::api

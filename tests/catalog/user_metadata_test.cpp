#include "catalog/user_metadata.h"

#include <optional>
#include <string>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

namespace rucola::catalog {
namespace {

namespace json = boost::json;
using testing::AllOf;
using testing::HasSubstr;

json::object object(const std::string& text) {
  return json::parse(text).as_object();
}

std::string text_of(const Result<json::object>& fields) {
  return fields ? json::serialize(*fields) : fields.error().message.text;
}

std::string checked(const std::string& text) {
  return text_of(checked_user_metadata(object(text)));
}

std::string changed(const std::string& stored, const std::string& changes) {
  const auto seen = checked_user_changes(object(changes));
  return seen ? text_of(changed_user_metadata(object(stored), *seen)) : seen.error().message.text;
}

/// {"<key>": <value>}, as it is written then; "" where it is refused.
std::string one(const std::string& key, const std::string& value) {
  const auto fields = checked_user_metadata(object(R"({")" + key + R"(":)" + value + "}"));
  return fields ? json::serialize(fields->begin()->value()) : "";
}

TEST(UserMetadata, WhatIsSoundStaysAsItIs) {
  for (const std::string sound :
       {R"({})", R"({"foo":"bar"})", R"({"text:foo":"","int:n":0,"int:foo":-9223372036854775808})",
        R"({"double:d":1.25E0,"date:d":"2017-01-29T12:34:56Z","date:e":"1001-02-28T23:59:59.120Z"})",
        R"({"latlon:l":"47.38,8.52","array:labels":["a","b","a"],"array_text:t":[]})",
        R"({"__proto__":"x","0":"y","int:_":1})"}) {
    EXPECT_EQ(checked(sound), sound);
  }
}

TEST(UserMetadata, IsWrittenInOneWay) {
  EXPECT_EQ(checked(R"({"str:a":"x","b":null})"), R"({"a":"x"})");
  EXPECT_EQ(one("a", "4"), R"("4")");
  EXPECT_EQ(one("a", "1.5"), R"("1.5")");
  EXPECT_EQ(one("text:a", "true"), R"("true")");
  EXPECT_EQ(one("int:a", "3.0"), "3");
  EXPECT_EQ(one("int:a", R"("-3")"), "-3");
  EXPECT_EQ(one("double:a", "3e0"), "3");
  EXPECT_EQ(one("double:a", R"("2.5")"), "2.5E0");
  EXPECT_EQ(one("double:a", "-0.0"), "0");
  EXPECT_EQ(one("date:a", R"("2017-01-29T12:34:56.000Z")"), R"("2017-01-29T12:34:56Z")");
  EXPECT_EQ(one("date:a", R"("2017-01-29T12:34:56.5Z")"), R"("2017-01-29T12:34:56.500Z")");
  EXPECT_EQ(one("latlon:a", R"(" 47.380 , -0.0 ")"), R"("47.38,0")");
  EXPECT_EQ(one("array:a", R"([1,"b",false])"), R"(["1","b","false"])");
}

TEST(UserMetadata, ValuesOfOtherTypesAreRefused) {
  for (const auto& [key, value] : {std::pair("a", "[]"),
                                   {"a", "{}"},
                                   {"text:a", R"(["x"])"},
                                   {"a", R"("a\u0000b")"},
                                   {"int:a", "1.5"},
                                   {"int:a", "9223372036854775808"},
                                   {"int:a", "1e300"},
                                   {"int:a", R"("1.0")"},
                                   {"int:a", R"("")"},
                                   {"int:a", R"("9223372036854775808")"},
                                   {"int:a", R"(" 1")"},
                                   {"int:a", "true"},
                                   {"double:a", R"("nan")"},
                                   {"double:a", R"("inf")"},
                                   {"double:a", R"("1x")"},
                                   {"double:a", "true"},
                                   {"double:a", R"("1e999")"},
                                   {"date:a", "5"},
                                   {"date:a", R"("2017-01-29")"},
                                   {"date:a", R"("2017-01-29T12:34:56")"},
                                   {"date:a", R"("2017-01-29T12:34:56+01:00")"},
                                   {"date:a", R"("2017-02-29T12:34:56Z")"},
                                   {"date:a", R"("2017-01-29T24:34:56Z")"},
                                   {"date:a", R"("2017-01-29T12:34:56.Z")"},
                                   {"date:a", R"("2017-01-29T12:34:56.0000Z")"},
                                   {"date:a", R"("2017-01-29T12:34:5६Z")"},
                                   {"date:a", R"("Z")"},
                                   {"latlon:a", R"("47.38")"},
                                   {"latlon:a", R"("47.38,")"},
                                   {"latlon:a", R"("90.1,0")"},
                                   {"latlon:a", R"("0,-180.1")"},
                                   {"latlon:a", R"("nan,0")"},
                                   {"latlon:a", R"("1,2,3")"},
                                   {"latlon:a", R"("1e1,2")"},
                                   {"latlon:a", "[1,2]"},
                                   {"array:a", R"("x")"},
                                   {"array:a", "[[]]"},
                                   {"array:a", "[null]"},
                                   {"array_text:a", "{}"}}) {
    EXPECT_EQ(one(key, value), "") << key << " " << value;
  }
}

TEST(UserMetadata, SaysWhatIsWrongAndWhatIsAllowed) {
  EXPECT_EQ(checked(R"({"int:stars":"many"})"),
            R"(The field "int:stars" must be an integer of 64 bits, as in "int:stars": 4.)");
  EXPECT_THAT(checked(R"({"labels":["a"]})"), HasSubstr(R"("array:" before the name)"));
  EXPECT_EQ(checked(R"({"integer:stars":4})"),
            R"("integer:stars" has no type that is known; they are str, text, int, double, date, latlon, )"
            R"(array, array_text, as in "int:stars".)");
  EXPECT_THAT(checked(R"({"Title":"x"})"),
              AllOf(HasSubstr(R"("Title" is no name)"), HasSubstr("1 to 54 characters of a-z, 0-9 and _")));
  EXPECT_EQ(checked(R"({"str:a":"x","a":"y"})"),
            R"(The field "a" stands there twice: "str:a" and "a" are one.)");
}

TEST(UserMetadata, NamesHaveAGrammar) {
  for (const std::string name : {"", "A", "a-b", "a.b", "a b", "ä", "int:", "int:int:a", ":a", "INT:a"})
    EXPECT_FALSE(parse_user_field(name)) << name;
  EXPECT_TRUE(parse_user_field("latlon:" + std::string(54, 'a')));
  EXPECT_FALSE(parse_user_field(std::string(55, 'a')));
  EXPECT_EQ(*parse_user_field("array_text:x"), (UserField{UserFieldType::array_text, "x"}));
  EXPECT_EQ(key_of(*parse_user_field("str:x")), "x");
  EXPECT_EQ(key_of(*parse_user_field("double:x")), "double:x");
}

TEST(UserMetadata, HasBounds) {
  const auto text = [](std::size_t length) { return '"' + std::string(length, 'x') + '"'; };
  EXPECT_NE(one("a", text(longest_user_str)), "");
  EXPECT_EQ(one("a", text(longest_user_str + 1)), "");
  EXPECT_NE(one("text:a", text(longest_user_text)), "");
  EXPECT_EQ(one("text:a", text(longest_user_text + 1)), "");
  EXPECT_EQ(one("array:a", "[" + text(longest_user_str + 1) + "]"), "");

  json::object many;
  for (std::size_t i = 0; i <= most_user_fields; ++i)
    many["f" + std::to_string(i)] = "x";
  EXPECT_THAT(text_of(checked_user_metadata(many)), HasSubstr("at most 256 fields"));
  json::object large;
  for (const std::string name : {"text:a", "text:b", "text:c", "text:d"})
    large[name] = std::string(longest_user_text, 'x');
  EXPECT_THAT(text_of(checked_user_metadata(large)), HasSubstr("at most 262144 bytes"));
}

TEST(UserMetadata, ChangesLeaveTheOtherFieldsAlone) {
  EXPECT_EQ(changed(R"({"a":"1","int:b":2,"c":"3"})", R"({"int:b":5,"c":null,"none":null,"d":"4"})"),
            R"({"a":"1","int:b":5,"d":"4"})");
  EXPECT_EQ(changed(R"({"a":"1"})", R"({"int:a":2})"), R"({"a":"1","int:a":2})");
  EXPECT_EQ(changed(R"({"a":"1"})", R"({"a":null,"str:a":"2"})"),
            R"(The field "a" stands there twice: "str:a" and "a" are one.)");
}

TEST(UserMetadata, WhatWasStoredBeforeTheRulesIsKept) {
  const std::string old = R"({"Title":{"de":[1]},"str:a":"1","n":5})";
  EXPECT_EQ(changed(old, R"({"b":"2"})"), R"({"Title":{"de":[1]},"str:a":"1","n":5,"b":"2"})");
  EXPECT_EQ(changed(old, R"({"a":"2"})"), R"({"Title":{"de":[1]},"n":5,"a":"2"})");
  EXPECT_EQ(changed(old, R"({"a":null})"), R"({"Title":{"de":[1]},"n":5})");

  json::object large;
  for (int i = 0; i < 1000; ++i)
    large["F" + std::to_string(i)] = "x";
  large["a"] = "1";
  EXPECT_TRUE(changed_user_metadata(large, object(R"({"a":null})")));
  EXPECT_FALSE(changed_user_metadata(large, object(R"({"b":"2"})")));
}

/// Where a field was new, the old field whose name is empty was taken for the one that it replaces.
TEST(UserMetadata, ANewFieldReplacesNoneOfTheEmptyName) {
  const std::string old = R"({"":"old","a":"1"})";
  EXPECT_EQ(changed(old, R"({"b":"2"})"), R"({"":"old","a":"1","b":"2"})");
  EXPECT_EQ(changed(old, R"({"none":null})"), old);
  EXPECT_EQ(changed(old, R"({"a":null})"), R"({"":"old"})");
  EXPECT_EQ(stored_key(object(old), {UserFieldType::str, "b"}), std::nullopt);
}

TEST(UserMetadata, ExpressionsReadFieldsByTheirNames) {
  const auto seen = [](const std::string& stored) {
    return json::serialize(with_bare_names(object(stored)));
  };
  EXPECT_EQ(seen(R"({"int:n":1,"a":"x"})"), R"({"int:n":1,"a":"x","n":1})");
  EXPECT_EQ(seen(R"({"int:n":1,"n":"x"})"), R"({"int:n":1,"n":"x"})");
  EXPECT_EQ(seen(R"({"double:n":1.5,"int:n":1})"), R"({"double:n":1.5E0,"int:n":1,"n":1})");
  EXPECT_EQ(seen(R"({"str:n":"x","Old":{"a":1}})"), R"({"str:n":"x","Old":{"a":1},"n":"x"})");
}

TEST(UserMetadata, OnlyWhatHasItsTypeIsLookedFor) {
  const auto fields = typed_user_fields(
      object(R"({"Title":"x","a":"1","str:a":"2","str:b":"3","int:n":"four","double:d":5,"n":{}})"));
  ASSERT_EQ(fields.size(), 3);
  EXPECT_EQ(fields[0].field, (UserField{UserFieldType::str, "a"}));
  EXPECT_EQ(fields[0].value, "1");
  EXPECT_EQ(fields[1].field, (UserField{UserFieldType::str, "b"}));
  EXPECT_EQ(fields[2].field, (UserField{UserFieldType::real, "d"}));
  EXPECT_EQ(fields[2].value, 5);
}

}  // namespace
}  // namespace rucola::catalog

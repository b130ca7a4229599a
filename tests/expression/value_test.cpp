#include "expression/value.h"

#include <limits>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "expression/number_text.h"
#include "expression/spelled_out.h"
#include "expression/value_json.h"

namespace rucola::expression {
namespace {

using test::spelled_out;

TEST(Value, KeepsItsType) {
  EXPECT_TRUE(Value().is_null());
  EXPECT_TRUE(Value(nullptr).is_null());
  EXPECT_TRUE(Value(true).is_bool());
  EXPECT_TRUE(Value(5).is_int());
  EXPECT_TRUE(Value(5U).is_int());
  EXPECT_TRUE(Value(5.0).is_double());
  EXPECT_TRUE(Value("five").is_string());
  EXPECT_TRUE(Value(std::string_view("five")).is_string());
  EXPECT_TRUE(Value::list({}).is_array());
  EXPECT_EQ(Value(5).as_double(), 5.0);
}

TEST(Value, OfEqualKeysTheLastCountsAtTheFirstOnesPlace) {
  EXPECT_EQ(spelled_out(Value::map({{"a", 1}, {"b", 2}, {"a", 3}})), "[a=i:3,b=i:2]");
}

TEST(Value, KeysInOrderMakeAList) {
  EXPECT_TRUE(Value::map({{"0", "x"}, {"1", "y"}}).as_array().is_list());
  EXPECT_FALSE(Value::map({{"1", "x"}, {"0", "y"}}).as_array().is_list());
  EXPECT_FALSE(Value::map({{"00", "x"}}).as_array().is_list());
}

TEST(Value, FindsMembersByTheirKeys) {
  const Value map = Value::map({{"z", 1}, {"a", 2}, {"m", 3}});
  EXPECT_EQ(map.member("a")->as_int(), 2);
  EXPECT_EQ(map.member("z")->as_int(), 1);
  EXPECT_EQ(map.member("b"), nullptr);
  const Value list = Value::list({7, 8});
  EXPECT_EQ(list.member("1")->as_int(), 8);
  for (const char* const key : {"2", "-1", "01", "", "x", "1 ", "99999999999999999999"}) {
    EXPECT_EQ(list.member(key), nullptr) << key;
  }
  EXPECT_EQ(Value(5).member("0"), nullptr);
}

TEST(Value, WeighsWhatItsPartsWeigh) {
  EXPECT_EQ(Value(5).weight(), 1);
  EXPECT_EQ(Value(std::string(640, 'a')).weight(), 11);
  EXPECT_EQ(Value::list({1, 2, Value::list({3})}).weight(), 5);
  EXPECT_EQ(Value::list({1, Value::list({Value::list({})})}).height(), 3);
}

TEST(ValueJson, GoesBothWays) {
  const auto json =
      boost::json::parse(R"({"a": [1, 2.5, "x", true, null], "b": {"c": {}}, "d": -9223372036854775808})");
  const Value value = from_json(json);
  EXPECT_EQ(spelled_out(value), "[a=[0=i:1,1=d:2.5,2=s:x,3=true,4=null],b=[c=[]],d=i:-9223372036854775808]");
  // An empty object has no keys that would tell it from an empty list, as in PHP.
  EXPECT_EQ(
      to_json(value),
      boost::json::parse(R"({"a": [1, 2.5, "x", true, null], "b": {"c": []}, "d": -9223372036854775808})"));
}

TEST(ValueJson, NumbersThatDoNotFitBecomeDoublesOrNull) {
  EXPECT_EQ(from_json(boost::json::parse("18446744073709551615")).as_double(), 18446744073709551615.0);
  EXPECT_TRUE(to_json(std::numeric_limits<double>::infinity()).is_null());
  EXPECT_TRUE(to_json(std::numeric_limits<double>::quiet_NaN()).is_null());
}

TEST(NumberText, IsTheShortestThatReadsBack) {
  EXPECT_EQ(number_text(std::numeric_limits<double>::max()), "1.7976931348623157E+308");
  EXPECT_EQ(number_text(5e-324), "5.0E-324");
  EXPECT_EQ(number_text(-std::numeric_limits<double>::infinity()), "-INF");
  EXPECT_EQ(number_text(std::numeric_limits<double>::quiet_NaN()), "NAN");
}

TEST(NumberText, OnlyDecimalNumbersAreRead) {
  for (const char* const text : {"", " ", "+", "-", ".", "e5", "1e", "1e+", "0x1A", "1 2", "1,5", "1_0",
                                 "inf", "nan", "--1", "1.2.3", "5px", "1e5.5"}) {
    EXPECT_FALSE(number_of(text)) << text;
  }
  EXPECT_EQ(spelled_out(number_of(" \t-12\n").value()), "i:-12");
  EXPECT_EQ(spelled_out(number_of("1e1000").value()), "d:inf");
  EXPECT_EQ(spelled_out(number_of("1e-1000").value()), "d:0");
  EXPECT_EQ(spelled_out(number_of("9223372036854775808").value()), "d:9.2233720368547758e+18");
}

}  // namespace
}  // namespace rucola::expression

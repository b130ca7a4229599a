#include "render/stack/expression_schema.h"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "expression/expression.h"
#include "render/stack/expression_scope.h"

namespace rucola::render {
namespace {

TEST(ExpressionSchemaTest, EveryPropertyOfImagesIsThereAndDescribed) {
  const auto schema = expressions_schema();
  const auto& properties = schema.at("properties").as_object();
  const SourceFacts image;
  const EvaluationInputs inputs{.image = image, .entropy = [] { return 1.0; }};
  const Options options;
  const ExpressionScope scope(inputs, options);
  for (const auto& property : properties)
    EXPECT_TRUE(expression::evaluate(*expression::parse(std::string(property.key())), scope))
        << property.key();
  for (const std::string& name : scope.property_names("image")) {
    const bool is_second_name = name == "face_detection";
    EXPECT_NE(properties.contains("image." + name), is_second_name) << name;
  }
}

TEST(ExpressionSchemaTest, EveryFunctionIsDescribed) {
  const auto schema = expressions_schema();
  EXPECT_EQ(schema.at("functions").as_object().size(), expression::functions().size());
  EXPECT_FALSE(schema.at("functions").at("max").at("usage").as_string().empty());
}

}  // namespace
}  // namespace rucola::render

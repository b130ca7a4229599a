#include "render/stack/expression_scope.h"

#include <algorithm>

#include <boost/json/parse.hpp>

#include "expression/value_json.h"
#include "render/stack/options.h"

namespace rucola::render {
namespace {

using Computed = expression::Value;

Computed metadata(const std::string& json) {
  boost::json::error_code error;
  const boost::json::value parsed = boost::json::parse(json, error);
  return error ? Computed() : expression::from_json(parsed);
}

Computed value_of(const render::Value& option) {
  if (const auto* flag = std::get_if<bool>(&option)) return *flag;
  if (const auto* whole = std::get_if<std::int64_t>(&option)) return *whole;
  if (const auto* number = std::get_if<double>(&option)) return *number;
  if (const auto* text = std::get_if<std::string>(&option)) return *text;
  return metadata(std::get<Structure>(option).json);
}

/// The public API's name for it.
std::string_view format_name(Format format) {
  return format == Format::jpg ? "jpeg" : name_of(format);
}

Computed or_empty(const Computed* value) {
  return value != nullptr ? *value : Computed();
}

}  // namespace

ExpressionScope::ExpressionScope(const EvaluationInputs& inputs, const Options& options)
    : inputs_(inputs),
      options_(options),
      user_metadata_(metadata(inputs.image.user_metadata_json)),
      dynamic_metadata_(metadata(inputs.image.dynamic_metadata_json)) {}

void ExpressionScope::set_variable(const std::string& name, Computed value) {
  variables_.emplace_back(name, std::move(value));
}

std::optional<Computed> ExpressionScope::variable(std::string_view name) const {
  const auto found = std::ranges::find(variables_, name, &NamedValues::value_type::first);
  if (found == variables_.end()) return std::nullopt;
  return found->second;
}

std::optional<Computed> ExpressionScope::root(std::string_view name) const {
  if (name == "image") return image();
  if (name == "request") {
    const Computed save_data = inputs_.save_data ? Computed("on") : Computed();
    return Computed::map({{"headers", Computed::map({{"save_data", save_data}})}});
  }
  if (name != "options") return std::nullopt;
  std::vector<std::pair<std::string, Computed>> all;
  for (const OptionSchema& schema : stack_options()) {
    if (auto value = option(schema.name)) all.emplace_back(schema.name, *std::move(value));
  }
  return Computed::map(std::move(all));
}

std::optional<Computed> ExpressionScope::property(std::string_view root, std::string_view path) const {
  if (root == "options") return option(path);
  if (root != "image" || path != "entropy") return std::nullopt;
  const auto entropy = inputs_.entropy();
  if (entropy) return Computed(*entropy);
  if (!stopped_) stopped_ = entropy.error();
  return Computed(0);
}

std::optional<Computed> ExpressionScope::option(std::string_view name) const {
  if (const auto given = options_.find(name); given != options_.end()) return value_of(given->second);
  const OptionSchema* schema = find_option(stack_options(), name);
  if (schema == nullptr) return std::nullopt;
  return schema->default_value ? value_of(*schema->default_value) : Computed();
}

Computed ExpressionScope::image() const {
  const SourceFacts& image = inputs_.image;
  const Computed* face = dynamic_metadata_.member("detection_face");
  const Computed* area = dynamic_metadata_.member("subject_area");
  return Computed::map({{"width", image.size.width},
                        {"height", image.size.height},
                        {"format", std::string(format_name(image.format))},
                        {"hash", image.hash},
                        {"isAnimated", image.frames > 1},
                        {"hasSubjectArea", area != nullptr},
                        {"subject_area", or_empty(area)},
                        {"hasDetectionFace", face != nullptr},
                        {"detection_face", or_empty(face)},
                        {"face_detection", or_empty(face)},
                        {"meta_user", user_metadata_}});
}

std::vector<std::string> ExpressionScope::variable_names() const {
  std::vector<std::string> names;
  for (const auto& variable : variables_)
    names.push_back(variable.first);
  return names;
}

std::vector<std::string> ExpressionScope::root_names() const {
  return {"image", "options", "request"};
}

std::vector<std::string> ExpressionScope::property_names(std::string_view root) const {
  if (root != "image") return {};
  return {
      "width",          "height",       "format",           "hash",           "entropy",        "isAnimated",
      "hasSubjectArea", "subject_area", "hasDetectionFace", "detection_face", "face_detection", "meta_user"};
}

}  // namespace rucola::render

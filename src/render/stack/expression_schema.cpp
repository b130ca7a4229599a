#include "render/stack/expression_schema.h"

#include <array>
#include <string_view>

#include <boost/json/object.hpp>

#include "expression/expression.h"

namespace rucola::render {
namespace {

namespace json = boost::json;

struct Property {
  std::string_view path;
  std::string_view help;
};

constexpr std::array properties{
    Property{"image.width", "Width of the source image in pixels, upright."},
    Property{"image.height", "Height of the source image in pixels, upright."},
    Property{"image.format", "Format of the source image, such as jpeg, png or gif."},
    Property{"image.hash", "Hash of the source image."},
    Property{"image.entropy",
             "How busy the source image is, in bits: 0 for a single colour, up to 8. Measured "
             "when an expression asks for it."},
    Property{"image.isAnimated", "Has the source image several frames?"},
    Property{"image.hasSubjectArea", "Has it a subject area?"},
    Property{"image.subject_area", "Its subject area: x, y, width, height."},
    Property{"image.hasDetectionFace", "Has it the area of a face?"},
    Property{"image.detection_face", "The area of the face; also as image.face_detection."},
    Property{"image.meta_user",
             "Its user metadata, by the names of its fields, without their types. Not in URLs, unless the "
             "organization allows it."},
    Property{"request.headers.save_data", "\"on\" where the client sends the header Save-Data: on."},
    Property{"options",
             "The stack options, by name: options.dpr, options.jpg.quality. In URLs those that "
             "the stack itself doesn't set, unless the organization allows it."},
};

}  // namespace

json::object expressions_schema() {
  json::object functions;
  for (const expression::FunctionInfo& function : expression::functions())
    functions[function.name] = json::object{{"usage", function.usage}, {"description", function.help}};
  json::object all;
  for (const Property& property : properties)
    all[property.path] = json::object{{"description", property.help}};
  return {{"functions", std::move(functions)}, {"properties", std::move(all)}};
}

}  // namespace rucola::render

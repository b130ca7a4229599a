#include "api/face_requests.h"

#include "catalog/dynamic_metadata.h"

namespace rucola::api {
namespace {

std::unexpected<Error> is_not_looked_for(const std::string& why) {
  return fail(ErrorCode::not_implemented,
              why + R"( Say where it is: {"x": 10, "y": 10, "width": 80, "height": 80}.)");
}

}  // namespace

Result<void> check_is_looked_for(const Services& services, const boost::json::object& metadata) {
  if (catalog::asks_for_eyes_and_mouth(metadata)) {
    return is_not_looked_for(
        "An empty detection_eyemouth asks the server to look for eyes and mouth, which this version can't "
        "do: it "
        "finds faces as a whole.");
  }
  if (!services.face_detection && catalog::asks_for_faces(metadata)) {
    return is_not_looked_for(
        "An empty detection_face asks the server to look for a face, which its configuration has switched "
        "off "
        "(render.face_detection).");
  }
  return {};
}

Refusal is_not_looked_for() {
  return {
      ErrorCode::not_implemented,
      "An empty detection_face asks for a face, and the setting render.face_detection is off; or an empty "
      "detection_eyemouth asks for eyes and mouth."};
}

}  // namespace rucola::api

// PUT /sourceimages/{org}/{hash}/name
#include "api/paths.h"
#include "api/resources.h"
#include "api/source_image_json.h"
#include "base/file_name.h"

namespace rucola::api {
namespace {

using message::Request;
using message::Response;

struct Asked {
  std::string org;
  std::string hash;
  std::string name;
};

Result<Response> set_name(const Services& services, const Asked& asked, const Request& /*request*/) {
  const std::string name = plain_file_name(asked.name);
  if (name.empty())
    return fail(ErrorCode::bad_request, "A name has one character at least, besides the folders before it.");
  const auto image = services.images.set_name(asked.org, asked.hash, name);
  if (!image) return std::unexpected(image.error());
  return message::json_response(200, source_image_json(*image));
}

}  // namespace

void add_image_names(Endpoints& table) {
  table.push_back(endpoint<Asked>(
      {.method = message::Method::put,
       .pattern = "/sourceimages/{org}/{hash}/name",
       .access = message::Access::write,
       .body = message::BodyKind::json,
       .summary = "Rename an image, be it locked or not; it keeps its hash",
       .takes =
           of_image<Asked>({whole_body(&Asked::name, text(longest_file_name),
                                       "The name as a JSON text; folders before it are left out, as of an "
                                       "upload.")}),
       .answers = {{200, "The image.", object(source_image_shape())}},
       .refuses = {{ErrorCode::not_found, "There is no such image in this organization."}},
       .handle = set_name}));
}

}  // namespace rucola::api

// COPY /sourceimages/{org}/{hash} and POST /sourceimages/{org}/copy
#include <optional>
#include <string>
#include <vector>

#include <boost/json/array.hpp>

#include "api/access.h"
#include "api/paths.h"
#include "api/resources.h"
#include "api/source_image_json.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using catalog::CopyOutcome;
using message::Request;
using message::Response;

constexpr std::int64_t most_images = 100;  ///< a call

struct One {
  std::string org;
  std::string hash;
  std::string destination;
  std::optional<std::string> overwrite;
};

struct Many {
  std::string org;
  std::vector<std::string> hashes;
  std::string destination;
  std::optional<std::string> overwrite;
};

/// Before anything of what is there is looked at: 412 and 201 would tell it. Clients expect 400 where there
/// is no such organization.
Result<void> may_write_to(const Services& services, const std::string& destination, const Request& request) {
  auto allowed = may_act_in(services, request.caller, message::Access::write, destination, request.path);
  if (!allowed && allowed.error().code == ErrorCode::not_found) {
    return fail(ErrorCode::bad_request,
                "There is no organization \"" + destination + "\" that could be the Destination.");
  }
  return allowed;
}

template <class In>
Result<catalog::Copying> copying_of(const Services& services, const In& asked, const Request& request) {
  if (auto allowed = may_write_to(services, asked.destination, request); !allowed)
    return std::unexpected(std::move(allowed.error()));
  return catalog::Copying{
      .from = asked.org,
      .to = asked.destination,
      .overwrite = asked.overwrite == "F" ? catalog::Overwrite::no : catalog::Overwrite::yes,
      // There it could be downloaded by who may not here.
      .may_copy = [&caller = request.caller](const catalog::SourceImage& image) {
        return may_see_original(caller, image);
      }};
}

Response copied(int status, const catalog::SourceImage& image, const Request& request) {
  Response response =
      status == 204 ? message::empty_response(204) : message::json_response(status, source_image_json(image));
  response.headers.add("Location", request.path_prefix + source_image_link(image));
  return response;
}

Result<Response> copy_one(const Services& services, const One& asked, const Request& request) {
  const auto copying = copying_of(services, asked, request);
  if (!copying) return std::unexpected(copying.error());
  const auto done = services.images.copy(*copying, asked.hash);
  if (!done) return std::unexpected(done.error());
  switch (done->outcome) {
    case CopyOutcome::created:
      return copied(201, *done->image, request);
    case CopyOutcome::overwritten:
      return copied(204, *done->image, request);
    case CopyOutcome::kept:
      return fail(ErrorCode::precondition_failed, "The image is there already in the organization \"" +
                                                      asked.destination +
                                                      "\"; it stays as it is, since Overwrite is F.");
    case CopyOutcome::not_found:
      break;
  }
  return fail(ErrorCode::not_found,
              "There is no image \"" + asked.hash + "\" in the organization \"" + asked.org + "\".");
}

Result<Response> copy_many(const Services& services, const Many& asked, const Request& request) {
  const auto copying = copying_of(services, asked, request);
  if (!copying) return std::unexpected(copying.error());
  const auto outcomes = services.images.copy_all(*copying, asked.hashes);
  if (!outcomes) return std::unexpected(outcomes.error());
  json::array created;
  json::array existing;
  json::array not_found;
  for (std::size_t i = 0; i < asked.hashes.size(); ++i) {
    json::array* list = &existing;
    if ((*outcomes)[i] == CopyOutcome::created) list = &created;
    if ((*outcomes)[i] == CopyOutcome::not_found) list = &not_found;
    list->emplace_back(asked.hashes[i]);
  }
  return message::json_response(200, {{"created", std::move(created)},
                                      {"existing", std::move(existing)},
                                      {"notfound", std::move(not_found)}});
}

const Shape& copied_shape() {
  static const Shape shape{
      "CopiedImages",
      {{"created", list_of_hashes(most_images), "Those that were not there; as they were asked for.", true},
       {"existing", list_of_hashes(most_images),
        "Those that were there: overwritten, or with Overwrite: F left as they are.", true},
       {"notfound", list_of_hashes(most_images), "Those that there are none of.", true}}};
  return shape;
}

/// What all copies take besides the image.
template <class In>
std::vector<Input<In>> of_copy(std::vector<Input<In>> image) {
  image.push_back(header("Destination", &In::destination, organization_name(),
                         "The organization to which it is copied."));
  image.push_back(
      header("Overwrite", &In::overwrite, Schema{.values = {"T", "F"}},
             "What is there already becomes as it is here (T), or stays (F). T if nothing is said."));
  return image;
}

std::vector<Refusal> refusals() {
  return {
      {ErrorCode::bad_request, "The organization of Destination doesn't exist."},
      {ErrorCode::forbidden,
       "The key may not write to the organization of Destination; or an image is protected, and the role is "
       "for source images alone; or it is locked there, and its metadata would change."},
      {ErrorCode::conflict,
       "Another file with the same SHA-1 is in the organization of Destination already."}};
}

}  // namespace

void add_image_copies(Endpoints& table) {
  using message::Access, message::Method, message::Waits;
  std::vector<Refusal> of_one = refusals();
  of_one.push_back({ErrorCode::not_found, "There is no such image in this organization."});
  of_one.push_back({ErrorCode::precondition_failed, "It is there already, and Overwrite is F."});
  table.push_back(endpoint<One>(
      {.method = Method::copy,
       .pattern = "/sourceimages/{org}/{hash}",
       .access = Access::read,
       .summary = "Copy a source image to another organization, in which the key may write",
       .takes = of_copy(of_image<One>()),
       .answers = {{201, "It was not there; Location has its path.", object(source_image_shape())},
                   {204, "It was there, and is now as it is here; Location has its path."}},
       .refuses = std::move(of_one),
       .handle = copy_one}));
  table.push_back(endpoint<Many>(
      {.method = Method::post,
       .pattern = "/sourceimages/{org}/copy",
       .access = Access::read,
       .body = message::BodyKind::json,
       .summary =
           "Copy up to 100 source images to another organization, in which the key may write, one after the "
           "other; none where one of them is refused at the start",
       // It may take seconds: no organization has all threads that others' short requests need.
       .waits = Waits::search,
       .takes = of_copy<Many>({organization_path<Many>(),
                               whole_body(&Many::hashes, list_of_hashes(most_images), "The images.")}),
       .answers = {{200, "What became of each.", object(copied_shape())}},
       .refuses = refusals(),
       .handle = copy_many}));
}

}  // namespace rucola::api

// POST /sourceimages/{org}/{hash}/autodescription and …/autolabel
#include "catalog/descriptions.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "api/access.h"
#include "api/paths.h"
#include "api/resources.h"
#include "api/source_image_json.h"
#include "delivery/describe/describer.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using delivery::Described;
using message::Done;
using message::Request;

struct Image {
  std::string org;
  std::string hash;
};

struct Descriptions {
  std::string org;
  std::string hash;
  json::value languages;
  bool force = false;
};

render::JobFor whom(const std::string& organization, const Request& request) {
  return {.organization = organization, .client = {}, .departure = request.departure};
}

delivery::MayBeShown may_be_shown(const Request& request) {
  return [caller = request.caller](const catalog::SourceImage& image) {
    return may_have_described(caller, image);
  };
}

void describe(const Services& services, Descriptions asked, const Request& request, const Done& done) {
  auto languages = catalog::languages_of(asked.languages);
  if (!languages) return done(std::unexpected(std::move(languages.error())));
  services.describer.describe({.organization = asked.org,
                               .hash = std::move(asked.hash),
                               .languages = *std::move(languages),
                               .force = asked.force,
                               .may_be_shown = may_be_shown(request)},
                              whom(asked.org, request), [done](const Result<Described>& described) {
                                if (!described) return done(std::unexpected(described.error()));
                                json::object shown = source_image_json(described->image);
                                json::object texts;
                                for (const auto& [language, text] : described->descriptions)
                                  texts[language] = text;
                                shown["descriptions"] = std::move(texts);
                                done(message::json_response(200, shown));
                              });
}

void label(const Services& services, Image asked, const Request& request, const Done& done) {
  services.describer.label(
      {.organization = asked.org, .hash = std::move(asked.hash), .may_be_shown = may_be_shown(request)},
      whom(asked.org, request), [done](const Result<Described>& described) {
        if (!described) return done(std::unexpected(described.error()));
        json::object shown = source_image_json(described->image);
        json::array labels;
        for (const std::string& one : described->labels)
          labels.emplace_back(one);
        shown["labels"] = std::move(labels);
        done(message::json_response(200, shown));
      });
}

const Shape& described_shape() {
  static const Shape shape =
      extended(source_image_shape(), "DescribedImage",
               {"descriptions", object(), "What it has in the languages that were asked for, by language."});
  return shape;
}

const Shape& labelled_shape() {
  static const Shape shape =
      extended(source_image_shape(), "LabelledImage", {"labels", list(), "What it has now: texts."});
  return shape;
}

std::vector<Refusal> refusals() {
  return {{ErrorCode::not_found, "There is no such image in this organization."},
          {ErrorCode::forbidden,
           "The image is locked; or it is protected, and its file is not for this role to see."},
          {ErrorCode::not_implemented, "Nobody describes or labels pictures for this server."},
          {ErrorCode::unsupported_media_type, "The image is no picture, but a font."},
          {ErrorCode::unprocessable, "The picture can't be described, or not in one of the languages."},
          {ErrorCode::timed_out, "It took too long."}};
}

}  // namespace

void add_descriptions(Endpoints& table) {
  using message::Access, message::BodyKind, message::Method;
  const std::string one = "/sourceimages/{org}/{hash}";
  table.push_back(endpoint<Descriptions>(
      {.method = Method::post,
       .pattern = one + "/autodescription",
       .access = Access::write,
       .body = BodyKind::json,
       .summary = "Have an image described",
       .takes = of_image<Descriptions>(
           {body("languages", &Descriptions::languages, list(), R"(1 to 10 of them, as in ["de", "en"].)"),
            body("force", &Descriptions::force, flag(), "Also where there is a description already.")}),
       .answers = {{200, "The image, with descriptions in its user metadata.", object(described_shape())}},
       .refuses = refusals(),
       .begin = describe}));
  table.push_back(endpoint<Image>(
      {.method = Method::post,
       .pattern = one + "/autolabel",
       .access = Access::write,
       .summary = "Have an image labelled",
       .takes = of_image<Image>(),
       .answers = {{200, "The image, with labels in its user metadata.", object(labelled_shape())}},
       .refuses = refusals(),
       .begin = label}));
}

}  // namespace rucola::api

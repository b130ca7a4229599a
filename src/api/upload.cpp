// POST /sourceimages/{org}: files, or URLs that the server fetches
//
// An upload is taken whole or not at all: every file is fetched and inspected before the first is stored, and
// all are recorded in one transaction. It waits for one thing at a time, each where that is waited for:
//
//   form ─▶ for each file or URL: fetch (remote) ─▶ inspect (workers) ─▶ then: store all (disk, catalog)
//   ─▶ answer
#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "api/access.h"
#include "api/description_wish.h"
#include "api/face_requests.h"
#include "api/numbered_files.h"
#include "api/paths.h"
#include "api/resources.h"
#include "api/source_image_json.h"
#include "base/text.h"
#include "catalog/dynamic_metadata.h"
#include "catalog/user_metadata.h"
#include "delivery/ingest/ingest.h"
#include "delivery/url/remote_address.h"

namespace rucola::api {
namespace {

using delivery::Inspected;

namespace json = boost::json;
using message::Done;
using message::Part;
using message::Request;
using message::Response;

constexpr std::string_view user_metadata_field = "meta_user";
constexpr std::string_view dynamic_metadata_field = "meta_dynamic";
constexpr std::string_view static_metadata_field = "meta_static";
constexpr std::string_view options_field = "options";
constexpr std::array per_file_fields{user_metadata_field, dynamic_metadata_field, static_metadata_field,
                                     options_field};

/// Of the files that come in one form, by their number.
using PerFile = std::map<std::size_t, json::object>;

struct Asked {
  std::string org;
  PerFile meta_user;
  PerFile meta_dynamic;
  PerFile meta_static;
  PerFile options;
  std::optional<std::string> optimize_source;
};

std::unexpected<Error> bad_field(const std::string& field, const std::string& what) {
  return fail(ErrorCode::bad_request, "The field \"" + field + "\" " + what);
}

std::string numbered(std::string_view name, std::size_t index) {
  return std::string(name) + "[" + std::to_string(index) + "]";
}

json::object of_file(const PerFile& fields, std::size_t index) {
  const auto found = fields.find(index);
  return found == fields.end() ? json::object() : found->second;
}

/// What the form says about one of its files.
struct About {
  std::string user_metadata_json;
  json::object dynamic_metadata{};  ///< checked
  bool is_protected = false;
  std::optional<catalog::DescriptionWish> wish{};
};

Result<About> about_file(const Services& services, const Asked& asked, std::size_t index) {
  auto dynamic = catalog::checked_dynamic_metadata(of_file(asked.meta_dynamic, index));
  if (!dynamic)
    return bad_field(numbered(dynamic_metadata_field, index), "is wrong: " + dynamic.error().message.text);
  if (auto possible = check_is_looked_for(services, *dynamic); !possible)
    return std::unexpected(std::move(possible.error()));
  if (!catalog::linked_hashes(*dynamic).empty())
    return bad_field(numbered(dynamic_metadata_field, index),
                     "can't have \"linked\": PUT it once the videos are there.");
  const auto user = catalog::checked_user_metadata(of_file(asked.meta_user, index));
  if (!user) return bad_field(numbered(user_metadata_field, index), "is wrong: " + user.error().message.text);
  auto wish = wish_of(of_file(asked.meta_static, index));
  if (!wish)
    return bad_field(numbered(static_metadata_field, index), "is wrong: " + wish.error().message.text);
  About about{.user_metadata_json = json::serialize(*user),
              .dynamic_metadata = *std::move(dynamic),
              .wish = *std::move(wish)};
  for (const auto& [key, value] : of_file(asked.options, index)) {
    // What it would change of a binary_hash, nobody has written down.
    if (key == "visual_binaryhash" && value == false) continue;
    if (key == "visual_binaryhash")
      return bad_field(
          numbered(options_field, index),
          "can't have \"visual_binaryhash\" in this version but as false: a binary_hash is that of "
          "the file.");
    if (key != "protected" || !value.is_bool())
      return bad_field(numbered(options_field, index), "knows only {\"protected\": true or false}.");
    about.is_protected = value.get_bool();
  }
  return about;
}

std::string numbers_text(const std::vector<NumberedFile>& files) {
  return joined(files, ", ", [](const NumberedFile& file) { return std::to_string(file.number); });
}

/// What is said of a file that isn't there was meant for one that is.
Result<void> check_numbers(const Asked& asked, const std::vector<NumberedFile>& files) {
  for (const auto& [name, fields] :
       {std::pair(user_metadata_field, &asked.meta_user),
        std::pair(dynamic_metadata_field, &asked.meta_dynamic),
        std::pair(static_metadata_field, &asked.meta_static), std::pair(options_field, &asked.options)}) {
    for (const auto& [number, ignored] : *fields) {
      if (std::ranges::find(files, number, &NumberedFile::number) != files.end()) continue;
      return bad_field(numbered(name, number), "belongs to no file: those of the upload have the number" +
                                                   std::string(files.size() == 1 ? " " : "s ") +
                                                   numbers_text(files) + ".");
    }
  }
  return {};
}

/// A file of the form, or a URL that becomes one.
struct Wanted {
  Part& part;
  About about;
  std::optional<std::int32_t> still_at{};  ///< as delivery::Incoming's
};

std::optional<render::Repacking> repacking_of(const std::optional<std::string>& optimize_source) {
  if (!optimize_source) return std::nullopt;
  if (*optimize_source == "true" || *optimize_source == "1") return render::Repacking::lossless;
  return render::parse_repacking(*optimize_source);
}

/// In the order of their numbers.
Result<std::vector<Wanted>> gather(const Services& services, const Asked& asked, Request& request) {
  const auto files = number_files(request.parts, per_file_fields);
  if (!files) return std::unexpected(files.error());
  if (files->empty()) {
    return fail(
        ErrorCode::bad_request,
        R"(The upload holds no file: send it as the multipart field "filedata", or a URL as "url[0]".)");
  }
  if (auto fit = check_numbers(asked, *files); !fit) return std::unexpected(fit.error());
  std::vector<Wanted> wanted;
  for (const NumberedFile& file : *files) {
    auto about = about_file(services, asked, file.number);
    if (!about) return std::unexpected(about.error());
    wanted.push_back({*file.part, std::move(*about)});
  }
  return wanted;
}

/// One upload, shared by the steps that are under way: one at a time.
class Upload : public std::enable_shared_from_this<Upload> {
 public:
  Upload(const Services& services, Asked asked, Request request, Done done)
      : services_(services),
        request_(std::move(request)),
        asked_(std::move(asked)),
        organization_(asked_.org),
        done_(std::move(done)) {}

  void begin() {
    auto wanted = gather(services_, asked_, request_);
    if (!wanted) return refuse(wanted.error());
    wanted_ = std::move(*wanted);
    if (std::ranges::any_of(wanted_, [](const Wanted& one) { return one.about.wish.has_value(); })) {
      if (auto there = services_.describer.is_there(); !there) return refuse(there.error());
      if (auto allowed = may_wish(); !allowed) return refuse(allowed.error());
    }
    take_in_next();
  }

 private:
  [[nodiscard]] bool may_write() const { return request_.caller.may(message::Access::write, organization_); }

  /// What stands there already is made anew, and paid for, only for those who may change it.
  [[nodiscard]] Result<void> may_wish() const {
    const auto forces = [](const Wanted& one) { return one.about.wish && one.about.wish->force; };
    if (may_write() || std::ranges::none_of(wanted_, forces)) return {};
    return fail(
        ErrorCode::forbidden,
        "This key's role is not enough for \"force\" of \"auto_description\", which makes descriptions "
        "anew: it takes " +
            roles_for(message::Access::write, request_.path) + ". Without it, a new image is described.");
  }

  void take_in_next() {
    if (inspected_.size() == wanted_.size()) return store();
    Wanted& wanted = wanted_[inspected_.size()];
    if (wanted.part.file) return inspect(wanted);
    services_.remote.submit(
        {.run = [self = shared_from_this(), &wanted] { self->fetch(wanted); },
         .refuse = [self = shared_from_this()](const Error& error) { self->refuse(error); },
         .owner = organization_});
  }

  void fetch(Wanted& wanted) {
    const delivery::RemoteAddress address = delivery::read_address(wanted.part.text);
    auto fetched = services_.fetcher.fetch(address.url, services_.spool);
    if (!fetched) return refuse(delivery::about_time_too(std::move(fetched.error()), address.time));
    wanted.still_at = address.time;
    wanted.part.file = std::move(fetched->file);
    wanted.part.filename = std::move(fetched->filename);
    inspect(wanted);
  }

  void inspect(Wanted& wanted) {
    services_.ingest.inspect({.file = std::move(*wanted.part.file),
                              .filename = wanted.part.filename,
                              .still_at = wanted.still_at,
                              .repacking = repacking_of(asked_.optimize_source),
                              .user_metadata_json = wanted.about.user_metadata_json,
                              .dynamic_metadata = wanted.about.dynamic_metadata,
                              .is_protected = wanted.about.is_protected},
                             organization_, [self = shared_from_this(), &wanted](Result<Inspected> seen) {
                               if (!seen) return self->refuse(seen.error());
                               wanted.part.filename = seen->incoming.filename;
                               wanted.about.dynamic_metadata = seen->incoming.dynamic_metadata;
                               self->inspected_.push_back(std::move(*seen));
                               self->take_in_next();
                             });
  }

  /// Who may only upload adds images, and changes none.
  void store() {
    services_.ingest.store_all(std::move(inspected_), organization_,
                               may_write() ? catalog::MayChange::yes : catalog::MayChange::no,
                               [self = shared_from_this()](Result<std::vector<catalog::AddedImage>> added) {
                                 if (!added) return self->refuse(added.error());
                                 if (auto noted = self->note_wishes(*added); !noted)
                                   return self->refuse(noted.error());
                                 self->answer(*added);
                               });
  }

  /// Before the answer, so that they are as sure as the images. Who may only upload changes none.
  Result<void> note_wishes(const std::vector<catalog::AddedImage>& all) const {
    std::vector<catalog::DescriptionWish> wishes;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!wanted_[i].about.wish || (!all[i].created && !may_write())) continue;
      catalog::DescriptionWish& wish = wishes.emplace_back(*wanted_[i].about.wish);
      wish.organization = organization_;
      wish.hash = all[i].image.hash;
    }
    if (wishes.empty()) return {};
    if (auto noted = services_.description_wishes.add(wishes, now()); !noted) return noted;
    services_.description_wished();
    return {};
  }

  /// What others have said of an image that was there is not for everybody.
  json::object shown(const catalog::AddedImage& added, const Wanted& wanted) const {
    if (added.created || may_read(request_.caller, added.image)) return source_image_json(added.image);
    return source_image_json_for_uploader(
        added.image,
        {.filename = wanted.part.filename,
         .dynamic_metadata_json = catalog::canonical_dynamic_metadata(wanted.about.dynamic_metadata)});
  }

  void answer(const std::vector<catalog::AddedImage>& all) {
    json::array items;
    for (std::size_t i = 0; i < all.size(); ++i)
      items.push_back(shown(all[i], wanted_[i]));
    const bool created = std::ranges::any_of(all, &catalog::AddedImage::created);
    const auto total = items.size();
    Response response = message::json_response(created ? 201 : 200,
                                               json::object{{"total", total}, {"items", std::move(items)}});
    if (total == 1)
      response.headers.add("Location", request_.path_prefix + source_image_link(all.front().image));
    done_(std::move(response));
  }

  /// Files that came to nothing are removed where the disk is waited for, as the upload goes.
  void refuse(const Error& error) {
    done_(std::unexpected(error));
    services_.disk.submit({.run = [self = shared_from_this()] {}, .owner = organization_});
  }

  const Services& services_;
  Request request_;
  const Asked asked_;
  const std::string organization_;
  const Done done_;
  std::vector<Wanted> wanted_;  ///< refers to the request's parts
  std::vector<Inspected> inspected_;
};

const Shape& uploaded_shape() {
  static const Shape shape{
      "Uploaded",
      {{"total", integer(1, 200), "How many files there were."},
       {"items", list(source_image_shape()), "Their images, in the order of their numbers."}}};
  return shape;
}

std::vector<Input<Asked>> form() {
  Schema user_metadata = object();
  user_metadata.bare_texts = true;
  return {
      organization_path<Asked>(),
      described<Asked>({.name = "filedata",
                        .schema = {.type = Type::file},
                        .help = "A file. Any part with a file name is one, whatever its field is called.",
                        .per_file = true}),
      described<Asked>({.name = std::string(url_field),
                        .schema = text(8192),
                        .help = "Where the server fetches a file. With a time behind it, as in "
                                "film.mp4@00:00:22, the picture that the video there shows then: "
                                "docs/videos.md.",
                        .per_file = true}),
      body(std::string(user_metadata_field), &Asked::meta_user, user_metadata,
           "What its owner says of a file, in fields of a type and a name: docs/metadata.md. "
           "meta_user[0][title] "
           "is one of them."),
      body(std::string(dynamic_metadata_field), &Asked::meta_dynamic, object(),
           "Areas and the like, docs/metadata.md; meta_dynamic[0][subject_area] is one."),
      body(std::string(static_metadata_field), &Asked::meta_static, object(),
           "{\"auto_description\": {\"languages\": [\"de\"], \"force\": false}}: the image is described "
           "after the "
           "answer, docs/descriptions.md."),
      body(std::string(options_field), &Asked::options, object(),
           "{\"protected\": true}: renders need a signed URL."),
      body(
          "optimize_source", &Asked::optimize_source,
          Schema{.values = {"false", "true", "0", "1", "png", "jpg"}},
          "Store another file than was sent, where that takes less room: docs/formats.md. true: TIFF and BMP "
          "as "
          "PNG, with the same pixels; png, jpg: as PNG of 8 bits, as JPEG or WebP. Others stay as they are."),
  };
}

void begin_upload(const Services& services, Asked asked, Request request, Done done) {
  std::make_shared<Upload>(services, std::move(asked), std::move(request), std::move(done))->begin();
}

}  // namespace

void add_upload(Endpoints& table) {
  table.push_back(endpoint<Asked>(
      {.method = message::Method::post,
       .pattern = "/sourceimages/{org}",
       .access = message::Access::upload,
       .body = message::BodyKind::multipart,
       .summary = "Upload source images, as files or by URL",
       .waits = message::Waits::disk,
       .takes = form(),
       .answers =
           {{201, "At least one is new, or had been deleted; Location has the path of a single one.",
             object(uploaded_shape())},
            {200,
             "All of them were there already. Who may upload and nothing else has changed nothing, and "
             "sees no user_metadata, and of dynamic_metadata what it sent.",
             object(uploaded_shape())}},
       .refuses = {{ErrorCode::conflict, "Another file of this organization has the same SHA-1."},
                   {ErrorCode::forbidden,
                    "An image is locked, and its user metadata would change; or the role is not "
                    "enough: to bring back one that was deleted, or for \"force\" of \"auto_description\"."},
                   {ErrorCode::unprocessable,
                    "A file is no image and of no kind that is taken besides, or is damaged; a URL can't be "
                    "fetched; or a time stands behind the URL of what is no video."},
                   {ErrorCode::payload_too_large, "A file or an image is too large."},
                   {ErrorCode::storage_full, "The disk is full."},
                   is_not_looked_for(),
                   {ErrorCode::not_implemented,
                    "meta_static asks for descriptions, and nobody makes them for this server."}},
       .begin = begin_upload}));
}

}  // namespace rucola::api

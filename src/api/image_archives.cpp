// GET /sourceimages/{org}/download
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "api/access.h"
#include "api/image_query.h"
#include "api/image_zip.h"
#include "api/resources.h"
#include "message/content_disposition.h"

namespace rucola::api {
namespace {

using catalog::FoundImages;
using catalog::ImageSearch;
using message::Request;
using message::Response;

/// Of each, its name is in memory as long as the archive is being sent.
constexpr std::int64_t most_images = 10'000;
constexpr std::int64_t page_images = 500;  ///< found at one time

struct Asked {
  std::string org;
  std::optional<std::int64_t> limit;
  std::optional<std::string> offset;
  std::optional<std::string> sort;
  std::optional<std::string> joined_by;
  std::optional<boost::json::object> filters;
};

/// Finds the images of an archive, page by page, each as a search of its own among those of others; then
/// answers with the archive.
class Collector : public std::enable_shared_from_this<Collector> {
 public:
  Collector(const Services& services, const Asked& asked, ImageSearch search, Request request,
            message::Done done)
      : services_(services),
        organization_(asked.org),
        limit_(asked.limit),
        search_(std::move(search)),
        request_(std::move(request)),
        done_(std::move(done)),
        zip_(std::make_shared<ImageZip>(services.blobs)) {}

  /// Waits for the search.
  void find_page() {
    if (has_left(request_.departure)) return done_(fail(ErrorCode::overloaded, "Nobody waits for it."));
    search_.limit = std::min(page_images, limit_.value_or(most_images) - images());
    const auto found = services_.images.search(organization_, search_);
    if (!found) return done_(std::unexpected(found.error()));
    if (auto taken = take(*found); !taken) return done_(std::unexpected(std::move(taken.error())));
    const bool is_whole = !found->more || images() == limit_.value_or(most_images);
    if (is_whole) return done_(archive());
    search_.offset = 0;
    search_.after = found->last;
    services_.search.submit({.run = [self = shared_from_this()] { self->find_page(); },
                             .refuse = [done = done_](const Error& error) { done(std::unexpected(error)); },
                             .owner = request_.share});
  }

 private:
  [[nodiscard]] std::int64_t images() const { return static_cast<std::int64_t>(zip_->images()); }

  Result<void> take(const FoundImages& found) {
    for (const catalog::SourceImage& image : found.items) {
      if (auto allowed = may_see_original(request_.caller, image); !allowed) {
        allowed.error().message.text += " With protected=false the archive is of the others.";
        return allowed;
      }
      zip_->add(image);
    }
    if (limit_ || !found.more || images() < most_images) return {};
    return fail(
        ErrorCode::bad_request,
        "More than " + std::to_string(most_images) +
            " images are found, which is the most that an archive has. Ask for parts of them with limit "
            "and offset, or with filters.");
  }

  [[nodiscard]] Response archive() const {
    Response response;
    response.headers.add("Content-Type", "application/zip");
    response.headers.add("Content-Disposition",
                         message::content_disposition("attachment", organization_ + ".zip"));
    response.account.meter = services_.traffic.meter_of(organization_);
    response.body = message::StreamedBody{zip_};
    return response;
  }

  const Services& services_;
  const std::string organization_;
  const std::optional<std::int64_t> limit_;
  ImageSearch search_;
  const Request request_;
  const message::Done done_;
  const std::shared_ptr<ImageZip> zip_;
};

void download(const Services& services, const Asked& asked, Request request, const message::Done& done) {
  auto search = search_of(asked);
  if (!search) return done(std::unexpected(search.error()));
  std::make_shared<Collector>(services, asked, *std::move(search), std::move(request), done)->find_page();
}

}  // namespace

void add_image_archives(Endpoints& table) {
  table.push_back(endpoint<Asked>(
      {.method = message::Method::get,
       .pattern = "/sourceimages/{org}/download",
       .access = message::Access::read,
       .summary = "Download the originals that a search finds, as a zip archive",
       .waits = message::Waits::search,
       .streams = true,
       .takes = of_query<Asked>({query("limit", &Asked::limit, integer(1, most_images),
                                       "At most so many images; if nothing is said, all that are found.")}),
       .answers = {{200, "The archive, of unknown length.", std::nullopt, "application/zip"}},
       .refuses = {{ErrorCode::bad_request,
                    "More images are found than an archive may have, and no limit is given."},
                   {ErrorCode::forbidden, "An image is protected, and the role is for source images alone."},
                   {ErrorCode::overloaded, "The search took too long."}},
       .begin = download}));
}

}  // namespace rucola::api

// From a file to a source image: inspected in the sandbox, stored, then recorded; blob first, row second.
//
//   file ──disk──▶ opened ──workers──▶ inspected ──originals──▶ stored ──catalog──▶ recorded
//
// Where it is asked for and its format is one for that, another file is made of it after it was inspected,
// which is inspected and stored in its place: docs/formats.md. What the image is, the file that was sent
// says.
//
// Where its metadata ask for faces, they are looked for in between: opened once more, and a second job.
//
// Where a picture of a video is wanted, and not the video, that is drawn once the video was inspected, and
// goes the whole way in its place, as if it had been sent; of the video nothing is kept.
//
// Several files that belong together are recorded together, or not at all.
//
// Threads: an Ingest's functions from any; they return at once, and each step waits where its own kind of
// thing is waited for. `done` is called exactly once, on a thread of the last step or of whoever refused one,
// and must be quick. inspect_blocking() and store_blocking() are the same for a program that does nothing
// else meanwhile. Ownership: what is passed in outlives what is under way; a file that comes to nothing is
// removed. Errors: unprocessable (not an image, damaged, no video where a picture of one is wanted),
// bad_request (that picture would be after the video's end), payload_too_large (a limit), conflict (another
// file with the same SHA-1), storage_full, overloaded, too_many_requests, internal.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

#include "base/executor.h"
#include "base/spool.h"
#include "catalog/blob_store.h"
#include "catalog/images.h"
#include "delivery/ingest/face_search.h"
#include "delivery/url/remote_address.h"
#include "render/renderer.h"

namespace rucola::delivery {

struct Digests {
  std::string sha1;
  std::string sha256;
};

struct Incoming {
  SpooledFile file;
  std::string filename;                    ///< for people
  std::optional<std::int32_t> still_at{};  ///< of a video, in milliseconds: its picture then comes in
  /// Gets what was found in the video's place; on a thread of the renderer, and must be quick.
  std::function<void(const render::Inspection&)> video_seen{};
  std::optional<Digests> cut_from{};             ///< of the video, where `file` is the picture
  std::optional<render::Repacking> repacking{};  ///< before it is stored
  std::optional<Digests> sent{};                 ///< where `file` is what was made of it
  std::string user_metadata_json = "{}";
  boost::json::object dynamic_metadata{};  ///< checked; where it asks for faces, inspect() finds them
  bool is_protected = false;
};

/// What is known of a file once the sandbox has decoded it, before anything is stored.
struct Inspected {
  Incoming incoming;
  render::Inspection inspection;
};

struct IngestParts {
  catalog::Images& images;
  catalog::BlobStore& blobs;
  const Spool& spool;
  render::Renderer& renderer;
  BlockingExecutor& disk;
  BlockingExecutor& originals;  ///< where they are stored
  BlockingExecutor& catalog;
  /// That are taken besides pictures and fonts, to be delivered as they are.
  std::vector<render::Format> mere_files{};
};

class Ingest {
 public:
  explicit Ingest(IngestParts parts) : parts_(std::move(parts)) {}

  void inspect(Incoming incoming, const std::string& organization,
               const std::function<void(Result<Inspected>)>& done) const;
  /// As delivery::find_face(), of an image that is there already.
  void find_face(render::Source source, const Searched& image, render::JobFor whom,
                 const std::function<void(FoundFace)>& done) const {
    delivery::find_face(parts_.renderer, std::move(source), image, std::move(whom), done);
  }
  /// One that a render URL made us fetch: catalog::Images::add_fetched(), or add_fetched_still(), whose hash
  /// `done` gets.
  void store_fetched(Inspected inspected, const std::string& organization, const RemoteAddress& address,
                     const std::function<void(const Result<std::string>&)>& done) const;
  /// All of them, in this order, or none: all blobs first, then all rows, as catalog::Images::add_all() has
  /// it. `inspected` is not empty.
  void store_all(std::vector<Inspected> inspected, const std::string& organization,
                 catalog::MayChange may_change,
                 const std::function<void(Result<std::vector<catalog::AddedImage>>)>& done) const;

 private:
  struct Storing;

  IngestParts parts_;
};

/// Takes all kinds of files.
Result<Inspected> inspect_blocking(render::Renderer& renderer, Incoming incoming);
Result<catalog::AddedImage> store_blocking(catalog::Images& images, catalog::BlobStore& blobs,
                                           Inspected inspected, const std::string& organization);

}  // namespace rucola::delivery

// The port to source images; store.h says what holds for all ports. An image is named by its full hash or by
// an unambiguous prefix of it.
//
// Errors: not_found, bad_request (an ambiguous short hash, or none at all).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "base/error.h"
#include "catalog/image_search.h"
#include "catalog/purge.h"
#include "catalog/types.h"

namespace rucola::catalog {

struct AddedImage {
  SourceImage image;
  bool created = false;  ///< false: it lived already
};

/// What the user metadata is to be, given what is stored. Runs inside the transaction, maybe more than once:
/// pure.
using ChangeUserMetadata = std::function<Result<boost::json::object>(const boost::json::object& stored)>;

/// How another image of the same file comes from one that is there. What is called runs inside the
/// transaction, maybe more than once: pure.
struct Derivation {
  /// The image as it is to be. With the hash that it has, it is changed in its place: of dynamic metadata.
  std::function<Result<SourceImage>(const SourceImage& previous)> derive;
  bool delete_previous = false;  ///< where another comes in its place; its aliases point at that one then
  /// What is purged where it is deleted; none: nothing.
  std::function<std::optional<PurgeRequest>(const SourceImage& previous)> purge{};
};

struct DerivedImage {
  SourceImage image;
  bool changed = false;  ///< false: there was nothing to do
};

/// The video that a picture was fetched out of, of which nothing is kept.
struct FetchedVideo {
  std::string url;
  std::string sha1;    ///< of its file
  std::string sha256;  ///< of its file
};

/// From where to where images are copied.
struct Copying {
  std::string from;
  std::string to;
  Overwrite overwrite = Overwrite::yes;
  /// May the file of that image be given to the other organization? Runs inside the transaction, maybe more
  /// than once: pure.
  std::function<Result<void>(const SourceImage& original)> may_copy;
};

enum class CopyOutcome {
  created,      ///< it had not been there, or was deleted
  overwritten,  ///< it is there, and is now as the original is
  kept,         ///< it is there, and was left as it is: Overwrite::no
  not_found,    ///< there is nothing to copy
};

struct CopiedImage {
  CopyOutcome outcome = CopyOutcome::not_found;
  std::optional<SourceImage> image{};  ///< as it is where it was copied to; nothing where there is none
};

class Images {
 public:
  Images() = default;
  Images(const Images&) = delete;
  Images& operator=(const Images&) = delete;
  virtual ~Images() = default;

  /// Adds, or finds, the image of that hash in its organization; a deleted one comes back to life. Metadata
  /// fields of an existing image that the new one does not name stay.
  /// Errors: conflict where the organization has that SHA-1 with another SHA-256; forbidden where the user
  /// metadata of a locked image would change, bad_request where it would be more than an image may have.
  virtual Result<AddedImage> add(const SourceImage& image) = 0;
  /// All of them, in one transaction, or none. Where `may_change` is no, an image that is there stays as it
  /// is, and one that was deleted stays so. Errors: also forbidden where one was.
  virtual Result<std::vector<AddedImage>> add_all(const std::vector<SourceImage>& images,
                                                  MayChange may_change) = 0;
  /// All of what the derivation says, or nothing. A living image of the new hash stays as it is. Errors: what
  /// it says; as add(); not_found; forbidden where the image is locked and would be deleted, or changed in
  /// its place.
  virtual Result<DerivedImage> derive(std::string_view organization, std::string_view hash_or_prefix,
                                      const Derivation& how) = 0;
  /// The same image in another organization: file, name, metadata and protection; the lock stays what it is
  /// there. Blobs are of no organization, so no byte is copied. Errors: what `may_copy` says; as add(), in
  /// the organization it is copied to; forbidden where metadata of a locked image would change.
  virtual Result<CopiedImage> copy(const Copying& how, std::string_view hash_or_prefix) = 0;
  /// What became of each. Each is a transaction of its own, for an image may have tens of thousands of values
  /// by which it is found, and others write in between. All are looked at first: where one can't be copied
  /// that is there, none is. Where that changes meanwhile, those before it stay copied, and the error says
  /// so. Errors: as copy().
  virtual Result<std::vector<CopyOutcome>> copy_all(const Copying& how,
                                                    const std::vector<std::string>& hashes_or_prefixes) = 0;
  /// The one way in which user metadata of an image that is there changes, but for add() and copy(). No two
  /// changes lose anything of each other. Errors: what `change` says; not_found; forbidden where the image is
  /// locked.
  virtual Result<SourceImage> set_user_metadata(std::string_view organization,
                                                std::string_view hash_or_prefix,
                                                const ChangeUserMetadata& change) = 0;
  /// The image as it is then; it may be locked.
  virtual Result<SourceImage> set_name(std::string_view organization, std::string_view hash_or_prefix,
                                       std::string_view name) = 0;
  /// Deleted images are not found.
  virtual Result<SourceImage> find(std::string_view organization, std::string_view hash_or_prefix) = 0;
  /// Deleted images are found too. Errors: not_found where it never existed, or was deleted for good.
  virtual Result<SourceImage> find_even_deleted(std::string_view organization,
                                                std::string_view hash_or_prefix) = 0;
  /// A page of those that are found, as they are at that moment; shorter than asked for where the images have
  /// megabytes of metadata. Errors: bad_request where no image has a field by which they are to be sorted or
  /// counted; overloaded where it takes too long.
  virtual Result<FoundImages> search(std::string_view organization, const ImageSearch& asked) = 0;
  /// Errors: not_found; forbidden where the image is locked.
  virtual Result<void> remove(std::string_view organization, std::string_view hash_or_prefix) = 0;
  /// All living images of that file, or none of them. Errors: not_found where there is none; forbidden where
  /// one is locked.
  virtual Result<void> remove_file(std::string_view organization, std::string_view binary_hash) = 0;
  /// Errors: not_found where it never existed or was deleted for good. A living image is returned as it is.
  virtual Result<SourceImage> restore(std::string_view organization, std::string_view hash_or_prefix) = 0;
  /// The image as it is then.
  virtual Result<SourceImage> set_locked(std::string_view organization, std::string_view hash_or_prefix,
                                         bool locked) = 0;
  /// Adds the image that was fetched from `url`, which RenderSnapshot::remote_image() knows then: both, or
  /// neither. Anybody's request for a render fetches, so nothing that was deleted comes back by it, be it
  /// gone for good by now: where stays_deleted() says so, nothing is added, and the URL leads to the deleted
  /// image. Returns the full hash of the image that it leads to. Errors: as add().
  virtual Result<std::string> add_fetched(const SourceImage& image, std::string_view url) = 0;
  /// The same for a picture of a video; `url` is told by its time from that of the video. Nor does a video
  /// that was deleted come back picture by picture: where add_fetched() would not add it, it is its own URL
  /// that leads to the deleted image, whatever time is asked for.
  virtual Result<std::string> add_fetched_still(const SourceImage& still, std::string_view url,
                                                const FetchedVideo& video) = 0;
  /// Calls `visit` with every blob that any row, deleted images included, refers to, and its size.
  virtual Result<void> each_blob(
      const std::function<void(std::string_view sha256, std::int64_t bytes)>& visit) = 0;
};

}  // namespace rucola::catalog

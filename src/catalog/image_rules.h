// What holds when an image is named, added or deleted. Pure functions of what is there; the adapters bring it
// and write what comes out. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/types.h"

namespace rucola::catalog {

/// One character longer than what the hash shares with its neighbours in the order of hashes, deleted images
/// included, or a restored one could make it ambiguous; at least six.
std::string short_hash(std::string_view hash, std::string_view before, std::string_view after);

struct HashRange {
  std::string first;
  std::string last;
};
/// All full hashes that begin so. Errors: bad_request for what is no hash and no beginning of one.
Result<HashRange> hashes_beginning_with(std::string_view hash_or_prefix);

struct ImageMatch {
  std::int64_t row = 0;  ///< the adapter's own
  std::string hash;
  bool deleted = false;
  bool locked = false;
};

enum class Deleted { not_found, found_too };

/// `matches` are all images of the organization, deleted ones too, whose hash begins so.
/// Errors: not_found, bad_request (ambiguous).
Result<ImageMatch> the_image_of(std::vector<ImageMatch> matches, std::string_view organization,
                                std::string_view hash_or_prefix, Deleted deleted);

/// Errors: forbidden.
Result<void> may_delete_image(const ImageMatch& image);
/// All living ones of one file, which go together. Errors: not_found where there is none; forbidden.
Result<void> may_delete_images(const std::vector<ImageMatch>& images);

/// Its own metadata, in its place. Errors: forbidden.
Result<void> may_change_image(const ImageMatch& image);

/// SHA-1 can be collided. Two files with one SHA-1 would be indistinguishable to clients, which know no
/// other. `name`: of the file that comes. Errors: conflict.
Result<void> refuse_collision(bool other_content_has_its_sha1, std::string_view name);

/// An image of the organization that is of the same file as one that comes.
struct SameFile {
  std::string hash;
  bool deleted = false;  ///< or gone for good
};
/// The deleted image that somebody brings again who may delete and restore none, by an upload or by a URL
/// that was fetched; nothing where the file may be added as the image `hash`. An image is taken down with its
/// file: a variant of it that nobody deleted, since it was never there, must not show what was. As long as
/// some variant lives, the file itself was not meant.
std::optional<std::string> stays_deleted(const std::vector<SameFile>& images, std::string_view hash);

/// What may change of an image that is there when it is added again.
struct ImageState {
  bool deleted = false;
  bool locked = false;
  std::string name{};
  std::string user_metadata_json;
  std::string dynamic_metadata_json = "{}";
  std::string static_metadata_json;

  friend bool operator==(const ImageState&, const ImageState&) = default;
};
/// Nothing where nothing changes. It lives then, and has the fields of both, the newer ones over the older;
/// metadata that can't be read any more is replaced by what comes. Dynamic metadata may have been changed
/// under the hash: what lives keeps it, what was deleted has what is asked for. Errors: bad_request;
/// forbidden where it is locked, and user metadata would change.
Result<std::optional<ImageState>> added_again(const ImageState& before, const SourceImage& image);
/// The same for an image that is derived from another one: what lives stays as it is. What was deleted comes
/// back as a new one would come, and has no field that the other one has not. Errors: forbidden where it is
/// locked, and user metadata would change.
Result<std::optional<ImageState>> derived_again(const ImageState& before, const SourceImage& image);

/// The same for a copy of another organization's image, which replaces what is there: all but its lock and
/// its date. Errors: forbidden where it is locked, and its metadata would change.
Result<std::optional<ImageState>> copied_again(const ImageState& before, const SourceImage& image);

/// Of many copies the next is refused when so many are made already, which stay: the refusal says so.
Error after_copies(Error refusal, std::size_t made);

/// Who may not restore it does not bring it back either. Errors: forbidden.
std::unexpected<Error> image_stays_deleted(std::string_view hash);

}  // namespace rucola::catalog

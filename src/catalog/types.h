// The things the catalog knows. Plain values; JSON fields hold serialised objects whose meaning belongs to
// the room that wrote them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace rucola::catalog {

struct Organization {
  std::string id;    ///< UUID
  std::string name;  ///< names.h has the grammar
  std::string display_name;
  std::string billing_email;
  Time created;
  std::string options_json = "{}";
  std::string master{};  ///< the organization that this one is a part of; empty: none
};

struct NewOrganization {
  std::string name;
  std::string display_name;
  std::string billing_email;
  std::string master{};  ///< empty: none
};

/// One option of an organization, as a change sets it.
struct OrganizationOption {
  std::string name;
  std::optional<std::string> value_json;  ///< nothing: the option goes
  /// Of fallback_option: the user, an admin of both, who lets it be. Empty: the house itself.
  std::string let_by{};
};

/// With it an organization's render URLs are signed. Kept readable, unlike an API key: who signs needs it.
struct SigningKey {
  std::string key;
  Time created;
};

/// Roles of a membership, as the rokka API names them. Those of source images are good for nothing else.
enum class Role {
  read,
  upload,
  write,
  admin,
  admin_read,
  sourceimages_read,
  sourceimages_write,
  sourceimages_download_protected,
  sourceimages_unlock,
  billing_read,
};

/// All of them, in the order in which people are told.
std::span<const Role> all_roles();
std::optional<Role> parse_role(std::string_view name);
std::string_view name_of(Role role);
/// "read, upload, …", for messages.
std::string role_names();

struct User {
  std::string id;  ///< UUID
  std::string email;
  Time created;
};

struct Membership {
  std::string user_id;
  std::string organization;
  std::vector<Role> roles;
  std::optional<Time> last_access{};
};

/// What its user says of a key, when it is made and later.
struct KeyTerms {
  std::string comment;
  /// The user's word that nobody of the public gets to see it; user_rules.h says what follows.
  bool trusted = false;
  std::vector<std::string> allowed_ips{};  ///< as security/allowed_addresses.h reads them; empty: everywhere
  std::optional<Time> expires{};
};

/// The key itself is kept nowhere.
struct ApiKey {
  std::string sha256;
  Time created{};
  std::optional<Time> accessed{};  ///< to the day: note_access() of the port
  KeyTerms terms{};
  std::string token_secret{};             ///< what signs the tokens that are made with it
  std::vector<Membership> memberships{};  ///< where it was let in, as far as its user is a member
};

/// Who calls: a user, by one of its keys.
struct Principal {
  User user;
  ApiKey key;
  /// The user's, whichever key, those of inactive memberships too; empty where it is no member anywhere. Of
  /// memberships that somebody else gave to a user of whom he knew the id there is none, or the oldest where
  /// the user never had others: user_rules.h says why.
  std::vector<Role> roles_anywhere;
  bool was_member = false;  ///< it is a member somewhere, or has been
  bool is_limited = false;  ///< the key was not let into all that its user may do
};

struct SourceImage {
  std::string organization;
  std::string hash;         ///< 40 hex, the image's identity; image_hash() computes it
  std::string short_hash;   ///< shortest unique prefix, at least 6; the store fills it in when it reads
  std::string binary_hash;  ///< SHA-1 of the file that was sent, 40 hex
  std::string blob;         ///< SHA-256 of the file that is stored, 64 hex: its key in the blob store
  /// SHA-256 of the file that was sent, where another one was made of it to be stored; empty: it is the blob.
  std::string sent{};
  std::string name;    ///< original file name, for people
  std::string format;  ///< as a file extension: "jpg", "png", …
  std::string mimetype;
  std::int64_t bytes = 0;
  std::int32_t width = 0;   ///< pixels, upright (EXIF orientation applied)
  std::int32_t height = 0;  ///< pixels of one frame
  std::int32_t frames = 1;
  bool opaque = true;
  bool is_protected = false;
  bool locked = false;
  Time created{};
  std::optional<Time> deleted;
  std::optional<Time> changed{};  ///< when last, of what its renders may show
  std::string user_metadata_json = "{}";
  std::string dynamic_metadata_json = "{}";  ///< canonical: keys sorted, no white space
  std::string static_metadata_json = "{}";
};

/// The identity of an image: a function of the file that was sent, the canonical dynamic metadata and the
/// protected flag, and of nothing else, so that the same upload has the same hash on every installation.
std::string image_hash(std::string_view file_sha256, std::string_view dynamic_metadata_json,
                       bool is_protected);
/// As the image would have it now.
std::string image_hash(const SourceImage& image);

/// As a new image that comes from one that is there begins, once it has a hash of its own.
SourceImage as_another(SourceImage image);

/// May a put replace what is there?
enum class Overwrite { no, yes };

/// May what comes again change what is there already, or bring it back where it was deleted?
enum class MayChange { no, yes };

struct Stack {
  std::string organization;
  std::string name;
  Time created{};
  Time updated{};
  std::string definition_json;  ///< canonical, validated by render/
};

struct Alias {
  std::string organization;
  std::string name;
  std::string hash;  ///< full hash of the image it points at
  Time created{};    ///< when the name was first created
  Time updated{};    ///< when it last moved
  std::int64_t version = 1;
};

/// `"7"`: the strong validator of an alias resource.
std::string etag_of(std::int64_t version);
std::string etag_of(const Alias& alias);

template <class T>
struct Page {
  std::int64_t total = 0;
  std::vector<T> items;
};

}  // namespace rucola::catalog

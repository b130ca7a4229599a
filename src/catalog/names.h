// The grammars of names. Every name from outside is matched here before it is used for anything.
// Pure functions, thread-safe.
#pragma once

#include <string_view>

namespace rucola::catalog {

/// Before the render domain it names the API, and no organization.
inline constexpr std::string_view api_label = "api";

/// `[a-z0-9-]{2,63}`, not starting or ending with a hyphen, nor "api": it is a DNS label of the render host.
bool is_organization_name(std::string_view text);

/// `[A-Za-z0-9_]{1,255}`
bool is_alias_name(std::string_view text);

/// `[A-Za-z0-9][A-Za-z0-9_-]{0,99}`, except "dynamic"; or a name that starts with `_preview`, whose renders
/// nobody caches.
bool is_stack_name(std::string_view text);
bool is_preview_stack_name(std::string_view text);

/// 40 lower-case hex characters.
bool is_full_hash(std::string_view text);

/// 6 to 40 lower-case hex characters: a full hash or a prefix of one.
bool is_hash_or_prefix(std::string_view text);

}  // namespace rucola::catalog

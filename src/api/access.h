// What callers may do, where a route's own `access` can't say it, and how people are told. Thread-safe; pure
// where nothing else is said.
#pragma once

#include <string>
#include <string_view>

#include "api/services.h"
#include "base/error.h"
#include "catalog/types.h"
#include "message/caller.h"

namespace rucola::api {

/// Some roles are good for these paths alone.
bool is_about_source_images(std::string_view path);

/// "the role read, write or admin": what is enough there, after "takes". `path` may be a route's pattern.
std::string roles_for(message::Access access, std::string_view path);

/// May the caller do that in the organization? `path`, which may be about another one, says which roles
/// count. Errors: forbidden; not_found where there is no such organization, which everybody may learn of any
/// name. Waits for the catalog.
Result<void> may_act_in(const Services& services, const message::Caller& caller, message::Access access,
                        const std::string& organization, std::string_view path);

/// What others said of an image is for those who may read it.
bool may_read(const message::Caller& caller, const catalog::SourceImage& image);

/// The files of protected images are not for everybody. Errors: forbidden.
Result<void> may_see_original(const message::Caller& caller, const catalog::SourceImage& image);

/// What is to be seen on a protected image is for those who may see its file. Errors: forbidden.
Result<void> may_have_described(const message::Caller& caller, const catalog::SourceImage& image);

}  // namespace rucola::api

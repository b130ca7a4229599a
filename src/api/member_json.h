// A membership as the API shows it. Pure, thread-safe. Internal to api/.
#pragma once

#include <boost/json/object.hpp>

#include "api/schema.h"
#include "catalog/members.h"
#include "message/caller.h"

namespace rucola::api {

/// Who was let in by the id alone is known there by the id alone: everybody who has seen a published key can
/// learn that, and must not come to an e-mail address by it.
boost::json::object member_json(const catalog::Member& member, const message::Caller& caller);
const Shape& member_shape();

}  // namespace rucola::api

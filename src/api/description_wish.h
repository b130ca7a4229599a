// What an upload asks of descriptions: meta_static[0]={"auto_description": {"languages": ["de"], "force":
// false}}. Internal to api/.
//
// Pure, thread-safe. Errors: bad_request.
#pragma once

#include <optional>

#include <boost/json/object.hpp>

#include "base/error.h"
#include "catalog/description_wishes.h"

namespace rucola::api {

/// Without the image, which it does not know yet; nothing where nothing is asked for.
Result<std::optional<catalog::DescriptionWish>> wish_of(const boost::json::object& meta_static);

}  // namespace rucola::api

// Dynamic metadata: what is said of an image that renders look at, and that is part of the image's identity.
// One table says which there is and what each may hold.
//
// Pure; thread-safe. Errors: bad_request, with what is allowed.
#pragma once

#include <boost/json/object.hpp>

#include "base/error.h"

namespace rucola::catalog {

/// What somebody sends, in the one way of writing it: whole numbers are integers (1.0 is 1), and what is null
/// is not given. What was stored before may hold anything: whoever reads that takes what is wrong for
/// missing.
Result<boost::json::object> checked_dynamic_metadata(const boost::json::object& given);

}  // namespace rucola::catalog

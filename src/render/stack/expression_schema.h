// GET /expressions: what the expressions of stacks may use.
//
// Pure; thread-safe.
#pragma once

#include <boost/json/fwd.hpp>

namespace rucola::render {

/// `{"functions": {"max": {"usage": …, "description": …}}, "properties": {"image.width": {"description":
/// …}}}`
boost::json::object expressions_schema();

}  // namespace rucola::render

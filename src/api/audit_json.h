// An entry of the histories as the API and the command line show it. Pure, thread-safe.
#pragma once

#include <boost/json/object.hpp>

#include "api/schema.h"
#include "catalog/history.h"

namespace rucola::api {

boost::json::object audit_json(const catalog::HistoryEntry& entry);
const Shape& audit_shape();
Schema history_kind();

}  // namespace rucola::api

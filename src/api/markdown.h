// The API's reference for people, made from its table: docs/api.md. Pure, thread-safe.
#pragma once

#include <string>
#include <vector>

#include "api/endpoint.h"

namespace rucola::api {

std::string markdown(const std::vector<Endpoint>& table);

}  // namespace rucola::api

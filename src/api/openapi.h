// The API's own description, made from its table. Pure, thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "api/endpoint.h"

namespace rucola::api {

/// OpenAPI 3.1. `path_prefix`: where clients see the server below a path.
boost::json::object openapi(const std::vector<Endpoint>& table, const std::string& version,
                            const std::string& path_prefix = {});

/// A refusal that follows from what kind of route it is.
struct CommonRefusal {
  Refusal refusal;
  std::string_view where;  ///< for people: "routes with a body"
  bool (*applies)(const Description&);
};

std::span<const CommonRefusal> common_refusals();

/// Those of one status stay in their order.
std::vector<Refusal> by_status(const std::vector<Refusal>& refusals);

/// Every refusal of a route, the common ones included, by status.
std::vector<Refusal> refusals_of(const Description& description);

/// The objects that the table's answers are made of, and the error.
std::vector<const Shape*> shapes_of(const std::vector<Endpoint>& table);

}  // namespace rucola::api

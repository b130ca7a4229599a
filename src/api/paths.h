// What the paths of many routes name alike: an organization, and something in it. Internal to api/.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "api/endpoint.h"

namespace rucola::api {

/// Something in an organization, by its name.
struct Named {
  std::string org;
  std::string name;
};

template <class In>
Input<In> organization_path() {
  return path("org", &In::org, organization_name(), "The organization.");
}

/// {org} and {name}, then what else the route takes.
template <class In>
std::vector<Input<In>> of_named(Schema name, std::string help, std::vector<Input<In>> more = {}) {
  more.insert(more.begin(),
              {organization_path<In>(), path("name", &In::name, std::move(name), std::move(help))});
  return more;
}

/// {org} and {hash}, then what else the route takes.
template <class In>
std::vector<Input<In>> of_image(std::vector<Input<In>> more = {}) {
  more.insert(more.begin(),
              {organization_path<In>(), path("hash", &In::hash, hash_or_prefix(),
                                             "The image's hash, or a beginning of it that is unique.")});
  return more;
}

}  // namespace rucola::api

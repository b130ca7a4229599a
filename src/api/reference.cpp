#include "api/reference.h"

#include "api/access.h"

namespace rucola::api {

std::string_view place_text(Place place) {
  switch (place) {
    case Place::path:
      return "path";
    case Place::query:
    case Place::query_others:
      return "query";
    case Place::header:
      return "header";
    case Place::body:
      return "field";
    case Place::whole_body:
    case Place::bare_body:
      return "body";
  }
  return {};
}

std::string access_text(const Description& description) {
  if (description.access == message::Access::anyone) return "Needs no key.";
  if (description.access == message::Access::visitor)
    return "Needs no key, but one that is sent must be good.";
  return "Takes " + roles_for(description.access, description.pattern) + ".";
}

}  // namespace rucola::api

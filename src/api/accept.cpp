#include "api/accept.h"

#include <algorithm>
#include <string>

#include "base/ascii.h"
#include "base/text.h"

namespace rucola::api {

bool accept_names(const message::Request& request, std::string_view type) {
  const std::string accepted = request.headers.joined("Accept");
  for (std::string_view rest = accepted; !rest.empty();) {
    const std::string_view range = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(range.size() + 1, rest.size()));
    if (equal_ignoring_case(trimmed(range.substr(0, range.find(';'))), type)) return true;
  }
  return false;
}

bool wants_json(const message::Request& request) {
  return accept_names(request, "application/json") && !accept_names(request, "text/html");
}

}  // namespace rucola::api

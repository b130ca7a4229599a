#include "vision/settings.h"

#include <algorithm>

#include "base/http_url.h"

namespace rucola::vision {

void describe(config::Table& table, Settings& settings) {
  auto section = table.section("vision");
  section.text(
      "url", settings.url,
      "The address of a service that describes and labels pictures, to which they are sent in small: "
      "docs/descriptions.md. Without one there are no descriptions and labels.");
  section.secret("secret", settings.secret,
                 "What is sent to it as \"Authorization: Bearer …\", so that it knows whom it works for.");
  section.seconds("timeout_seconds", settings.timeout, {1, 300}, "How long it may take for a picture.");
}

Result<void> check(const Settings& settings) {
  if (!settings.url.empty() && !is_http_url(settings.url)) {
    return fail(ErrorCode::bad_request,
                "vision.url must be an http or https URL without a user name or password, such as "
                "http://127.0.0.1:8090/vision.");
  }
  if (!std::ranges::all_of(settings.secret, [](char c) { return c > ' ' && c <= '~'; })) {
    return fail(ErrorCode::bad_request,
                "vision.secret may hold only visible ASCII characters and no spaces.");
  }
  return {};
}

}  // namespace rucola::vision

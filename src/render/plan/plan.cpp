#include "render/plan/plan.h"

#include <algorithm>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "render/plan/canonical.h"

namespace rucola::render {

namespace json = boost::json;

bool codes_film_anew(const Plan& plan) {
  return plan.film_part >= 0 && !plan.steps.empty();
}

bool keeps_copyright(const Plan& plan) {
  const auto keeps = [](const Encoding& encoding) { return encoding.keep_copyright; };
  return keeps(plan.encoding) || std::ranges::any_of(plan.or_smaller, keeps) ||
         (plan.if_transparent && keeps(*plan.if_transparent));
}

std::string serialise(const Plan& plan) {
  return json::serialize(canonical::to_json(plan));
}

Result<Plan> parse_plan(std::string_view text) {
  try {
    json::error_code error;
    const json::value document = json::parse(json::string_view(text.data(), text.size()), error);
    if (error) throw canonical::Malformed{"it is not JSON"};
    Plan plan;
    canonical::read(document, plan);
    return plan;
  } catch (const canonical::Malformed& malformed) {
    return fail(ErrorCode::internal, "The render could not be planned.",
                std::string("malformed plan: ") + malformed.what);
  }
}

}  // namespace rucola::render

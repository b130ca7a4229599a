#include "render/plan/plan.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "render/plan/canonical.h"

namespace rucola::render {

namespace json = boost::json;

bool codes_film_anew(const Plan& plan) {
  return plan.film_part >= 0 && !plan.steps.empty();
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

#include "api/description_wish.h"

#include <boost/json/value.hpp>

#include "catalog/descriptions.h"

namespace rucola::api {
namespace {

namespace json = boost::json;

Result<catalog::DescriptionWish> wish_in(const json::object& asked) {
  catalog::DescriptionWish wish;
  for (const auto& [name, value] : asked) {
    if (name == "force" && value.is_bool()) {
      wish.force = value.get_bool();
    } else if (name != "languages") {
      return fail(ErrorCode::bad_request,
                  R"("auto_description" knows "languages" and "force", which is true or false.)");
    }
  }
  const json::value* const list = asked.if_contains("languages");
  auto languages = catalog::languages_of(list == nullptr ? json::value() : *list);
  if (!languages) return std::unexpected(std::move(languages.error()));
  wish.languages = *std::move(languages);
  return wish;
}

}  // namespace

Result<std::optional<catalog::DescriptionWish>> wish_of(const json::object& meta_static) {
  if (meta_static.empty()) return std::nullopt;
  const json::value* const asked = meta_static.if_contains("auto_description");
  if (meta_static.size() != 1 || asked == nullptr || !asked->is_object()) {
    return fail(ErrorCode::bad_request, R"(it knows only {"auto_description": {"languages": ["de"]}}.)");
  }
  return wish_in(asked->get_object());
}

}  // namespace rucola::api

// Any bytes as the body of a change of user metadata.
#include "catalog/user_metadata.h"

#include <boost/json/serialize.hpp>

#include "base/json.h"
#include "fuzz/property.h"

namespace {

namespace json = boost::json;
using namespace rucola::catalog;
using rucola::fuzz::require;

void check_taken(const json::object& fields) {
  const auto again = checked_user_metadata(fields);
  require(again && *again == fields, "what is read can be written back");
  require(typed_user_fields(fields).size() == fields.size(), "what is taken has its type");
  for (const auto& entry : fields) {
    const auto field = parse_user_field(entry.key());
    require(field && key_of(*field) == std::string_view(entry.key()), "a field has one key");
    require(stored_key(fields, *field) == std::string_view(entry.key()), "under which it is found");
  }
  const auto text = json::serialize(fields);
  require(text.size() <= most_user_metadata && fields.size() <= most_user_fields, "it is bounded");
  const auto read = rucola::parse_json(text);
  require(read && read->get_object() == fields, "its text means the same");
}

/// What may stand in an old row.
void check_stored(const json::object& stored) {
  for (const auto& one : typed_user_fields(stored)) {
    const auto value = checked_user_value(one.field, one.value);
    require(value && *value == one.value, "what is looked for has one way of being written");
  }
  require(with_bare_names(stored).size() >= stored.size(), "nothing is taken from what is stored");
  const auto same = changed_user_metadata(stored, {});
  require(same && *same == stored, "no change changes nothing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = rucola::parse_json(rucola::fuzz::text_of(data, size), rucola::json_input_depth_limit);
  if (!body || !body->is_object()) return 0;
  check_stored(body->get_object());
  const auto fields = checked_user_metadata(body->get_object());
  if (!fields) {
    require(!fields.error().message.text.empty(), "who wrote it is told what is wrong");
    return 0;
  }
  check_taken(*fields);
  return 0;
}

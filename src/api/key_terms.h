// What people say of a key in JSON: when it is made, when it changes, and as it is shown.
//
// Pure, thread-safe. Errors: bad_request; not_implemented for what this server doesn't have.
#pragma once

#include <boost/json/object.hpp>

#include "api/schema.h"
#include "base/error.h"
#include "base/time.h"
#include "catalog/users.h"

namespace rucola::api {

/// "comment", "trusted", "allowed_ips", "expires", "requires_mfa": the fields that a new key takes.
const std::vector<Field>& key_term_fields();
/// The same, less the comment, which stays as it was.
const std::vector<Field>& key_change_fields();

/// Null stands for "not given".
Result<catalog::KeyTerms> read_key_terms(const boost::json::object& given, Time at);
/// Null takes a restriction away. At least one field must be there.
Result<catalog::KeyChange> read_key_change(const boost::json::object& given);

/// As it is listed.
const Shape& key_shape();
boost::json::object key_json(const catalog::ApiKey& key);

}  // namespace rucola::api

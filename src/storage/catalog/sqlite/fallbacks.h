// Whose consent an organization has to show the images of its fallback (the option render_org_fallback): that
// of an admin of the fallback. It ends when nobody is left who stands for it; catalog/members.h says when.
// What the house itself has set has no row, and stays.
//
// Functions expect to run inside a transaction. They throw DatabaseFailure.
#pragma once

#include <string>
#include <vector>

#include "catalog/types.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::fallbacks {

/// After the option was set, or removed.
void note(Connection& connection, std::string_view organization, const catalog::OrganizationOption& option);

/// Removes the options that nobody stands for any more. The organizations that had them. What the transaction
/// changes from then on is the server's doing.
std::vector<std::string> end_abandoned(Connection& connection);

}  // namespace rucola::storage::fallbacks

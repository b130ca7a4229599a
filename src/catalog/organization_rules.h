// What holds when an organization is made or its options change. Functions of what is there; the adapters
// bring it and write what comes out. Thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/types.h"

namespace rucola::catalog {

/// Errors: bad_request where the name could not be a part of the render host's name.
Result<void> may_be_organization_name(std::string_view name);

std::unexpected<Error> no_such_organization(std::string_view name);
std::unexpected<Error> organization_exists(std::string_view name);

/// A new random one.
std::string new_signing_key();

/// The options as they are after the change, the very text where nothing changes. Errors: internal where what
/// is stored can't be read: it may protect something, and must not go without a word.
Result<std::string> changed_options(const Organization& organization,
                                    const std::vector<OrganizationOption>& options);

}  // namespace rucola::catalog

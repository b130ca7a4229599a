// An organization as the API shows it: to each caller what its roles let it see. Internal to api/.
//
// Threads: any; organization_response() waits for the catalog. Errors: those of catalog::Organizations.
#pragma once

#include "api/schema.h"
#include "api/services.h"
#include "message/request.h"
#include "message/response.h"

namespace rucola::api {

/// Who may sign whatever he likes sees the signing keys, and nobody else. Options and whom bills go to are
/// for those who oversee the organization: keys of the role read stand in web pages.
Result<message::Response> organization_response(int status, const Services& services,
                                                const message::Caller& caller,
                                                const catalog::Organization& organization);

const Shape& organization_shape();
/// Of its options: the catalog's own table says what each may be.
const Shape& options_shape();

}  // namespace rucola::api

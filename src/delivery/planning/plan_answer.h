// The third step of a render request: from what the URL names to what has to be made. Variables and
// expressions become values, then stack, image and hints become a plan.
//
// Threads: any; blocks on the catalog, inside the snapshot of `catalog`, and on what `find_measured` asks.
// Errors: those of render/planner.h and of the look-ups that stacks make (catalog_library.h).
#pragma once

#include <string>
#include <variant>

#include "base/error.h"
#include "delivery/look_up/catalog_library.h"
#include "delivery/look_up/catalog_view.h"
#include "delivery/look_up/look_up.h"
#include "delivery/url/asked.h"
#include "message/response.h"
#include "render/planning/planner.h"

namespace rucola::delivery {

/// A document about the image: of the IIIF API, or a list of what a video is streamed by.
struct Document {
  message::Response response;
  std::string digest{};  ///< of its body; empty: it has no ETag
  bool varies_on_save_data = false;
  bool reads_user_metadata = false;  ///< as render::PlannedRender has it
  bool attachment = false;
};

/// What a request comes to: something to be made first, after which it is looked up and planned anew; or the
/// last thing before its answer.
using PlannedAnswer =
    std::variant<render::NeededMeasurement, render::PlannedRender, render::OriginalWanted, Document>;

/// `resolved` gets the tags and times of the further images and stacks that the stack uses.
Result<PlannedAnswer> plan_answer(const Asked& asked, const AskedUrl& url, Resolved& resolved,
                                  CatalogView& catalog, const CatalogLibrary::FindMeasured& find_measured,
                                  const render::Planner& planner);

}  // namespace rucola::delivery

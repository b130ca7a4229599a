// The settings of delivery, which may be replaced while requests are under way. Answers that were made with
// the old ones must be forgotten then: catalog::ChangeFollower::forget_all().
//
// Threads and ownership: as Live.
#pragma once

#include "base/live.h"
#include "delivery/settings/settings.h"

namespace rucola::delivery {

using LiveSettings = Live<Settings>;

}  // namespace rucola::delivery

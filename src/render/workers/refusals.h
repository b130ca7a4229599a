// Why a job was not carried out, in words for whoever waits for it. Pure functions, thread-safe.
#pragma once

#include <chrono>
#include <expected>

#include "base/error.h"
#include "base/fair_queue.h"

namespace rucola::render {

/// Why a job was not begun.
Error error_of(Refusal why, std::chrono::seconds come_again);

std::unexpected<Error> shutting_down();
std::unexpected<Error> not_wanted_any_more();

}  // namespace rucola::render

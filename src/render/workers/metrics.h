// What GET /metrics tells of rendering. Thread-safe; lives as long as the program.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

#include "base/error.h"
#include "render/protocol/messages.h"

namespace rucola::render {

enum class RestartReason { crash, timeout, recycle, memory, shutdown };
std::string_view name_of(RestartReason reason);

void count_job(protocol::JobKind kind, const Error* error, std::chrono::duration<double> took);
/// Everybody who waited for it left before it was begun.
void count_abandoned(protocol::JobKind kind);
void count_wait(std::chrono::duration<double> waited);
void count_restart(RestartReason reason);
void show_more_waiting(std::ptrdiff_t more);
void show_more_workers(std::ptrdiff_t more);

}  // namespace rucola::render

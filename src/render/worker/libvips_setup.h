// libvips as a worker uses it: one thread a job, no operation cache, no modules but those for HEIF, JPEG XL
// and PDF, and only the loaders and savers by name that the formats need.
//
// Threads: from main(), in this order: preload_modules(), Landlock, start_libvips(), seccomp.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

namespace rucola::render::worker {

/// Maps the modules of libvips and libheif while their files can still be opened.
void preload_modules();

/// The directories that fonts, character sets and libmagic (inspection/file_kind.h) need.
std::vector<std::filesystem::path> directories_to_read();

std::expected<void, std::string> start_libvips();

/// Finds the fonts, so that no job pays for it.
void warm_up_fonts();

}  // namespace rucola::render::worker

// Landlock: of all files the worker may read those that text needs, and nothing may be written, made,
// removed, executed or connected to.
//
// It binds the calling thread and those it makes: call it before libvips makes any. It needs no privileges,
// only a kernel that has it (5.13); newer kernels restrict more, by the version they report.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace rucola::render::worker {

/// Directories that don't exist are left out. What could not be done is added to `missing`.
void restrict_files(const std::vector<std::filesystem::path>& readable, std::vector<std::string>& missing);

}  // namespace rucola::render::worker

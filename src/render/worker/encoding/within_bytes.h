// A file of at most so many bytes: the stack option max_bytes. What can be lowered is lowered until the file
// fits, and no further; a file that is too large is never given out.
//
// Threads: a worker has one. Errors: as encode().
#pragma once

#include <cstddef>
#include <expected>
#include <string>

#include <vips/vips8>

#include "base/error.h"
#include "render/plan/plan.h"
#include "render/worker/metadata/copyright_notice.h"

namespace rucola::render::worker {

/// The smallest file that could be made.
struct TooLarge {
  std::size_t bytes = 0;
  Encoding encoding;
};

/// One of no bytes is none.
TooLarge smaller_of(const TooLarge& one, const TooLarge& other);

/// As `encoding` says, with its quality lowered as far as its max_bytes makes it necessary; as it is where
/// that is 0. `pixels` lie in memory and are read several times.
std::expected<std::string, TooLarge> encode_within_bytes(const vips::VImage& pixels, const Encoding& encoding,
                                                         const CopyrightNotice& notice = {});

/// For whoever asked: what the smallest file would have, and what to do about it.
/// is_no_file_fits().
Error too_large_error(const TooLarge& smallest);

}  // namespace rucola::render::worker

// Finished renders in memory.
//
// Threads: any. Entries are spread over shards with a mutex each, held for a look-up or a few pointer
// changes, never while bytes are copied: find() hands out the shared entry itself. Bounds: the bytes of all
// entries, with what it costs to keep them, stay below the given number. An entry of more than an eighth of
// it is not kept: it would drive out too many others.
#pragma once

#include <cstdint>
#include <memory>

#include "storage/cache/sized_cache.h"

namespace rucola::storage {

std::unique_ptr<SizedCache> make_memory_cache(std::int64_t bytes);

}  // namespace rucola::storage

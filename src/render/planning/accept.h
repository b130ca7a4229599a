// What an Accept header comes to.
//
// Pure; thread-safe.
#pragma once

#include <string_view>

namespace rucola::render {

/// The classes that an Accept header is reduced to; the shipped VCL makes the same four. `neither` takes
/// anything (*/*), `neither_nor_wildcard` only what it names.
enum class AcceptClass { neither, webp, avif_and_webp, neither_nor_wildcard };

/// q=0 is respected; wildcards name neither AVIF nor WebP, since every browser sends them.
AcceptClass classify_accept(std::string_view accept_header);

}  // namespace rucola::render

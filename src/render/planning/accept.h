// What an Accept header comes to.
//
// Pure; thread-safe.
#pragma once

#include <string_view>

namespace rucola::render {

/// The classes that an Accept header is reduced to; the shipped caches make the same seven. AVIF goes before
/// JPEG XL: who takes both counts as one who takes AVIF, so that the headers of all browsers come to three.
/// `neither` takes anything (*/*), `neither_nor_wildcard` only what it names.
enum class AcceptClass { neither, webp, avif_and_webp, avif, jxl_and_webp, jxl, neither_nor_wildcard };

/// A format counts where it is named and not refused by q=0; wildcards name none, since every browser sends
/// them.
AcceptClass classify_accept(std::string_view accept_header);

}  // namespace rucola::render

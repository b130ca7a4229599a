// What an encoder of AV1 gives out, as files of ISO base media hold it (AV1 Codec ISO Media File Format
// Binding 1.2).
//
// Pure. The bytes are of our own encoder: what it never writes is std::runtime_error.
#pragma once

#include <string>
#include <string_view>

namespace rucola::render::worker {

/// Which samples a picture has beside its lights.
enum class Av1Chroma { none, halved, full };

/// A temporal unit without its delimiters, which files leave out.
std::string without_delimiters(std::string_view unit);

/// The content of the box av1C. `first`: a temporal unit that has the sequence's header; of 8 bits.
std::string av1_configuration(std::string_view first, Av1Chroma chroma);

}  // namespace rucola::render::worker

// Encapsulated PostScript in the binary form of DOS: a header says where the program lies, and where a
// picture of it, which stands for the file. The program is never run.
//
// Pure; hostile input is expected. Views are of the bytes that were read.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace rucola::render::worker {

/// Do the bytes begin with that header?
bool is_binary_eps(std::string_view bytes);

/// PostScript without it: nothing but a program.
bool is_postscript(std::string_view bytes);

/// The TIFF inside, the first bytes of which are a TIFF's. The error says what is wrong, or what is not read.
std::expected<std::string_view, std::string> read_eps_preview(std::string_view bytes);

}  // namespace rucola::render::worker

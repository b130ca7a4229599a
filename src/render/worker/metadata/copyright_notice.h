// Who made a picture and whose it is, as its file says it: what the option keep.copyright hands on to a
// render, when all the rest of what the file says of itself is left behind. By Exiv2.
//
// Hostile input is expected: what comes out is UTF-8 without controls, and bounded. A text that is too long
// is left out whole, since half of a licence says something else.
//
// A worker has one thread. Errors: vips::VError. What can't be read is no error: it is not kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <vips/vips8>

#include "render/worker/metadata/metadata_blocks.h"

namespace rucola::render::worker {

/// Bytes of one field: of all authors together, of a notice in all its languages.
inline constexpr std::size_t longest_copyright_field = std::size_t{2} << 10;
/// Bytes of all fields in one of EXIF, IPTC and XMP.
inline constexpr std::size_t longest_copyright_block = std::size_t{4} << 10;

/// One text of a property.
struct XmpItem {
  std::string label;  ///< the language, or the name of the field in a structure
  std::string text;
  std::int32_t number = 1;  ///< of the structure that it belongs to, from 1
};

struct XmpProperty {
  enum class Form : std::uint8_t {
    text,
    ordered,  ///< several texts
    unordered,
    languages,   ///< one text in several
    structures,  ///< several with named texts in each
  };
  std::string_view prefix;  ///< of its namespace, the usual one; of a constant
  std::string_view name;    ///< of a constant
  Form form = Form::text;
  std::vector<XmpItem> items{};
};

struct CopyrightNotice {
  struct Exif {
    std::string artist;
    std::string copyright;
  };
  struct Iptc {
    std::vector<std::string> bylines;
    std::string credit;
    std::string copyright_notice;
  };
  Exif exif;
  Iptc iptc;
  std::vector<XmpProperty> xmp;
};

/// Does the file say nothing of it?
bool is_empty(const CopyrightNotice& notice);

CopyrightNotice copyright_in(const MetadataBlocks& blocks);

/// Of page `page`, from 1, of a TIFF, where EXIF's fields are tags of the file itself.
CopyrightNotice::Exif copyright_in_tiff(std::string_view bytes, std::int32_t page);

}  // namespace rucola::render::worker

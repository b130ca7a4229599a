// A notice as files have it: blocks of EXIF, IPTC and XMP with its fields and nothing else. Pure.
#pragma once

#include <string>

#include "render/worker/metadata/copyright_notice.h"
#include "render/worker/structure/written_directory.h"

namespace rucola::render::worker {

/// What a format has a place for, besides XMP.
struct MetadataPlaces {
  bool exif = false;
  bool iptc = false;
};

/// EXIF's fields.
void add_tags(WrittenDirectory& to, const CopyrightNotice::Exif& exif);
/// A whole TIFF of these; empty where there are none.
std::string exif_block(const CopyrightNotice::Exif& exif);
/// Datasets in UTF-8; empty where there are none.
std::string iptc_block(const CopyrightNotice::Iptc& iptc);
/// A packet, which also has those fields for which the format has no other place, unless XMP said something
/// of its own; empty where there are none.
std::string xmp_packet(const CopyrightNotice& notice, const MetadataPlaces& places);

}  // namespace rucola::render::worker

#include "render/worker/inspection/file_kind.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <type_traits>

#include <magic.h>

#include "base/c_handle.h"

namespace rucola::render::worker {
namespace {

using Magic = CHandle<std::remove_pointer_t<magic_t>, magic_close>;

struct Synonym {
  std::string_view mimetype;
  Format format;
};
/// What versions of libmagic call them besides.
constexpr std::array synonyms{Synonym{"application/csv", Format::csv}, Synonym{"text/rtf", Format::rtf}};

/// Nothing where the machine lacks libmagic's file.
Magic opened() {
  // Not what is packed into a file, nor what a program consists of.
  Magic magic(magic_open(MAGIC_MIME_TYPE | MAGIC_ERROR | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF |
                         MAGIC_NO_CHECK_TAR | MAGIC_NO_CHECK_APPTYPE));
  if (!magic) return {};
  for (const std::string folder : magic_directories) {
    if (magic_load(magic.get(), (folder + "/magic.mgc").c_str()) == 0) return magic;
  }
  return {};
}

/// libmagic 5.46, that of Debian 13, finds what is in an archive only in files, by the end of them:
/// https://bugs.astron.com/view.php?id=571
bool may_be_unseen_archive(std::string_view mimetype, std::string_view bytes) {
  return mimetype == "application/octet-stream" && bytes.starts_with("PK\x03\x04");
}

/// Empty where libmagic can't say.
std::string_view mimetype_by_magic(magic_t magic, const File& file) {
  const char* found = magic_buffer(magic, file.bytes.data(), file.bytes.size());
  if (found != nullptr && file.descriptor >= 0 && may_be_unseen_archive(found, file.bytes))
    found = magic_descriptor(magic, file.descriptor);
  return found == nullptr ? std::string_view() : found;
}

}  // namespace

std::optional<Format> kind_of_file(const File& file) {
  static const Magic magic = opened();
  if (!magic) return std::nullopt;
  const std::string_view mimetype = mimetype_by_magic(magic.get(), file);
  const auto* synonym = std::ranges::find(synonyms, mimetype, &Synonym::mimetype);
  if (synonym != synonyms.end()) return synonym->format;
  const auto kinds = mere_files();
  const auto kind = std::ranges::find(kinds, mimetype, mimetype_of);
  return kind == kinds.end() ? std::nullopt : std::optional(*kind);
}

}  // namespace rucola::render::worker

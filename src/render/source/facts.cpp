#include "render/source/facts.h"

namespace rucola::render {

Result<void> check_is_picture(const SourceFacts& source) {
  if (is_font(source.format)) {
    return fail(
        ErrorCode::unsupported_media_type,
        "This is a font, not an image: the operation \"text\" writes with it. A stack with the option "
        "\"source_file\" delivers it as it is.");
  }
  if (is_mere_file(source.format)) {
    return fail(ErrorCode::unsupported_media_type,
                "This is a file of the kind " + std::string(name_of(source.format)) +
                    ", not an image. A stack with the option \"source_file\" delivers it as it is.");
  }
  if (source.size.width < 1 || source.size.height < 1)
    return fail(ErrorCode::unprocessable, "The size of the source image is not known.");
  return {};
}

}  // namespace rucola::render

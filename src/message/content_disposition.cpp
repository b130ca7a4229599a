#include "message/content_disposition.h"

#include "base/controls.h"
#include "message/request.h"

namespace rucola::message {
namespace {

std::string_view underscore(std::string_view /*control*/) {
  return "_";
}

}  // namespace

std::string content_disposition(std::string_view type, std::string_view filename) {
  std::string ascii;
  bool needs_utf8 = false;
  for (const char c : filename) {
    const bool plain = c >= ' ' && c <= '~' && c != '"' && c != '\\';
    needs_utf8 = needs_utf8 || static_cast<unsigned char>(c) >= 0x80;
    ascii += plain ? c : '_';
  }
  if (ascii.empty()) ascii = "_";
  std::string header(type);
  if (needs_utf8) header += "; filename*=UTF-8''" + percent_encode(with_controls_as(filename, underscore));
  return header + "; filename=\"" + ascii + '"';
}

}  // namespace rucola::message

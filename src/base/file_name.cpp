#include "base/file_name.h"

#include "base/latin_1.h"
#include "base/utf8.h"

namespace rucola {
namespace {

std::string_view without_folders(std::string_view name) {
  constexpr std::string_view separators = "/\\";
  const std::size_t last = name.find_last_not_of(separators);
  if (last == std::string_view::npos) return {};
  name = name.substr(0, last + 1);
  return name.substr(name.find_last_of(separators) + 1);  // npos + 1 is 0: the whole
}

}  // namespace

std::string plain_file_name(std::string_view sent) {
  std::string plain = as_utf8(std::string(without_folders(sent)));
  plain.resize(cut_to(plain, longest_file_name).size());
  return plain;
}

}  // namespace rucola

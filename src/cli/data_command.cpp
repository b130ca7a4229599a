#include "cli/data_command.h"

#include <iostream>
#include <system_error>

namespace rucola::cli {

Result<Data> open_or_make_data(const std::filesystem::path& directory) {
  const bool is_new = !has_catalog(directory);
  auto data = open_data(directory);
  if (!data || !is_new) return data;
  std::error_code unknown;
  const std::filesystem::path whole = std::filesystem::absolute(directory, unknown);
  std::cerr << "rucola: there was no catalog in " << (unknown ? directory : whole.lexically_normal()).string()
            << ", and an empty one has been made.\n"
            << "        A server that has its data elsewhere knows nothing of it: --data names its folder, "
               "which it "
               "says when it starts.\n";
  return data;
}

}  // namespace rucola::cli

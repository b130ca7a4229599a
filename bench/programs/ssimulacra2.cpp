// What copies of a picture score: the metric that the server itself searches qualities by, for `sizes`.
//
//   ssimulacra2 ORIGINAL COPY …     prints a number for each copy
#include "render/worker/encoding/ssimulacra2.h"

#include <cstdlib>
#include <exception>
#include <iostream>
#include <span>
#include <string>

#include <vips/vips8>

namespace {

vips::VImage open(const std::string& file) {
  return vips::VImage::new_from_file(file.c_str()).copy_memory();
}

}  // namespace

int main(int count, char** values) {
  const std::span<char*> arguments(values, static_cast<std::size_t>(count));
  if (arguments.size() < 3 || VIPS_INIT(arguments[0]) != 0) {
    std::cerr << "usage: ssimulacra2 ORIGINAL COPY …\n";
    return EXIT_FAILURE;
  }
  try {
    const rucola::render::worker::Ssimulacra2 original(open(arguments[1]));
    for (const char* copy : arguments.subspan(2))
      std::cout << original.score(open(copy)) << "\n";
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}

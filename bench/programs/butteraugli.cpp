// How far copies are from a picture: the metric that the server itself searches qualities by, for `sizes`.
//
//   butteraugli ORIGINAL COPY …     prints a number for each copy
#include "render/worker/butteraugli.h"

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
    std::cerr << "usage: butteraugli ORIGINAL COPY …\n";
    return EXIT_FAILURE;
  }
  try {
    const vips::VImage original = open(arguments[1]);
    for (const char* copy : arguments.subspan(2))
      std::cout << rucola::render::worker::butteraugli_distance(original, open(copy)) << "\n";
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}

#include "render/source/faces.h"

#include <algorithm>
#include <cstddef>
#include <string>

namespace rucola::render {
namespace {

constexpr std::size_t numbers_of_a_face = 4;

double area(const Face& face) {
  return face.width * face.height;
}

}  // namespace

Measured as_measured(std::span<const Face> faces) {
  Measured numbers;
  numbers.reserve(faces.size() * numbers_of_a_face);
  for (const Face& face : faces)
    numbers.insert(numbers.end(), {face.left, face.top, face.width, face.height});
  return numbers;
}

Result<std::vector<Face>> faces_of(const Measured& measured) {
  if (measured.size() % numbers_of_a_face != 0) {
    return fail(ErrorCode::internal, "The image could not be processed.",
                "a worker measured faces in " + std::to_string(measured.size()) + " numbers");
  }
  std::vector<Face> faces;
  faces.reserve(measured.size() / numbers_of_a_face);
  for (std::size_t i = 0; i < measured.size(); i += numbers_of_a_face) {
    faces.push_back(
        {.left = measured[i], .top = measured[i + 1], .width = measured[i + 2], .height = measured[i + 3]});
  }
  return faces;
}

std::optional<Face> largest(std::span<const Face> faces) {
  const auto found = std::ranges::max_element(faces, {}, area);
  return found == faces.end() ? std::nullopt : std::optional(*found);
}

}  // namespace rucola::render

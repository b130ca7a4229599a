// The source files of a job, in memory, in the order in which the plan counts them: the first is the image
// itself.
#pragma once

#include <exception>
#include <span>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace rucola::render::worker {

struct File {
  std::string_view bytes;
  /// The same as a file, for libraries that want one; of a font it is in memory, and is opened by a name. -1:
  /// there is none, and a worker that is confined can't make one.
  int descriptor = -1;
};
using Files = std::span<const File>;

/// Ends a job from deep inside a picture: libvips' own errors are exceptions too. worker/jobs.cpp turns it
/// into the reply.
class Refused : public std::exception {
 public:
  explicit Refused(Error error) : error_(std::move(error)) {}
  [[nodiscard]] const Error& error() const { return error_; }
  [[nodiscard]] const char* what() const noexcept override { return error_.message.text.c_str(); }

 private:
  Error error_;
};

}  // namespace rucola::render::worker

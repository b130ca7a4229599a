// What the server and the service that describes and labels pictures say to each other, as JSON:
// docs/descriptions.md.
//
// Pure and thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/http_client.h"

namespace rucola::vision {

inline constexpr std::size_t longest_description_bytes = 2000;
inline constexpr std::size_t most_labels = 100;
inline constexpr std::size_t longest_label_bytes = 200;

enum class Task { describe, label };

struct Question {
  Task task = Task::describe;
  std::vector<std::string> languages{};  ///< of descriptions
  std::string organization;
  std::string hash;  ///< of the image
  std::string jpeg;  ///< the picture, in small
  std::int32_t width = 0;
  std::int32_t height = 0;
};

/// What was asked for, and nothing else.
struct Opinion {
  std::map<std::string, std::string> descriptions{};  ///< by language
  std::vector<std::string> labels{};
};

std::string body_of(const Question& question);

/// Errors: unprocessable where the service makes nothing of this picture (422), or has no description in one
/// of the languages; not_implemented where it does no such thing (501); overloaded, with its Retry-After
/// (429, 503); internal for any other status, and for what is no answer to the question.
Result<Opinion> opinion_of(const Question& question, const HttpAnswer& answer);

}  // namespace rucola::vision

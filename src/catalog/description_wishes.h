// The port to descriptions that uploads have asked for, and that have yet to be made. store.h says what holds
// for all ports.
//
//   wished ──made, or never can be──▶ gone
//     └──failed──▶ wished, due later
//
// A wish goes with its image, and so that of a deleted one is due no more.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace rucola::catalog {

struct DescriptionWish {
  std::int64_t id = 0;
  std::string organization;
  std::string hash;
  std::vector<std::string> languages;
  bool force = false;  ///< also where there is one already
  std::int32_t attempts = 0;
};

class DescriptionWishes {
 public:
  DescriptionWishes() = default;
  DescriptionWishes(const DescriptionWishes&) = delete;
  DescriptionWishes& operator=(const DescriptionWishes&) = delete;
  virtual ~DescriptionWishes() = default;

  /// All, or none; due at `at`. One of an image that has one already takes its place. Errors: not_found where
  /// an image is not there, or no more.
  virtual Result<void> add(const std::vector<DescriptionWish>& wishes, Time at) = 0;
  /// Those that are due, the oldest first, and of no organization more than `of_each`.
  virtual Result<std::vector<DescriptionWish>> due(Time at, std::int64_t of_each, std::int64_t limit) = 0;
  /// One that is not there is none.
  virtual Result<void> remove(std::int64_t id) = 0;
  /// And counts an attempt.
  virtual Result<void> put_off(std::int64_t id, Time due) = 0;
};

}  // namespace rucola::catalog

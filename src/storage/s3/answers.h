// What an S3 server answers in XML
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html, …/API/ErrorResponses.html).
//
// Pure; thread-safe. Errors: internal where it is something else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace rucola::storage {

struct S3Object {
  std::string key;
  std::int64_t bytes = 0;
  Time modified{};
};

struct S3ListPage {
  std::vector<S3Object> objects;
  std::string next;  ///< what the next page is asked for with; empty: this is the last one
};

Result<S3ListPage> read_list_page(std::string_view xml);

struct S3Refusal {
  std::string code;  ///< empty where the server says none
  std::string message;
};

S3Refusal read_refusal(std::string_view xml);

}  // namespace rucola::storage

// A libcurl transfer that another thread can break off at once. curl_easy_perform() can't: it may be waiting
// for a name or for bytes, for as long as its time-out allows.
//
// Threads: perform() by one at a time; cancel() from any, also before perform(). Ownership: keeps connections
// open from one transfer to the next; the easy handle stays the caller's. Errors: libcurl's own;
// CURLE_ABORTED_BY_CALLBACK once it was cancelled, for ever after.
#pragma once

#include <atomic>
#include <memory>

#include <curl/curl.h>

#include "base/c_handle.h"

namespace rucola {

class CurlTransfer {
 public:
  CurlTransfer();
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;
  ~CurlTransfer() = default;

  /// Blocks until the transfer is over.
  CURLcode perform(CURL* handle);
  void cancel();

 private:
  CURLcode run(CURL* handle);

  const CHandle<CURLM, curl_multi_cleanup> multi_;
  std::atomic<bool> cancelled_{false};
};

/// Once a program, before the first handle; may be called again. Errors: libcurl's own.
CURLcode curl_ready();

}  // namespace rucola

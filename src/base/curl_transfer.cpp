#include "base/curl_transfer.h"

namespace rucola {
namespace {

/// cancel() wakes the wait; this is only how often it is looked whether all is well.
constexpr int longest_wait_ms = 1000;

}  // namespace

CURLcode curl_ready() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  return ready;
}

CurlTransfer::CurlTransfer() : multi_(curl_multi_init()) {}

CURLcode CurlTransfer::perform(CURL* handle) {
  if (multi_ == nullptr || handle == nullptr) return CURLE_OUT_OF_MEMORY;
  if (curl_multi_add_handle(multi_.get(), handle) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
  const CURLcode code = run(handle);
  // A name that is still being looked up is not waited for.
  if (cancelled_) curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
  curl_multi_remove_handle(multi_.get(), handle);
  return code;
}

CURLcode CurlTransfer::run(CURL* handle) {
  for (;;) {
    if (cancelled_) return CURLE_ABORTED_BY_CALLBACK;
    int running = 0;
    if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) return CURLE_RECV_ERROR;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg == CURLMSG_DONE && message->easy_handle == handle) return message->data.result;
    }
    curl_multi_poll(multi_.get(), nullptr, 0, longest_wait_ms, nullptr);
  }
}

void CurlTransfer::cancel() {
  cancelled_ = true;
  if (multi_ != nullptr) curl_multi_wakeup(multi_.get());
}

}  // namespace rucola

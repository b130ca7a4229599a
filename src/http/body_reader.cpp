#include "http/body_reader.h"

#include <algorithm>

namespace rucola::http {
namespace {

constexpr std::uint64_t least_progress = 1024;
constexpr std::size_t small_read = 16384;
constexpr std::size_t large_read = 65536;

}  // namespace

BodyReader::BodyReader(Wire& wire, BodyFraming framing, std::uint64_t content_length,
                       const BodyLimits& limits)
    : wire_(wire),
      framing_(framing),
      limits_(limits),
      end_(Clock::now() + limits.whole),
      remaining_(content_length) {}

bool BodyReader::done() const {
  return framing_ == BodyFraming::chunked ? decoder_.done() : remaining_ == 0;
}

BodyFailure BodyReader::too_large() const {
  return {Error{
      ErrorCode::payload_too_large,
      {"The body is too large; this route takes at most " + std::to_string(limits_.bytes) + " bytes."}}};
}

BodyFailure BodyReader::too_slow() const {
  const bool in_all = Clock::now() >= end_;
  return {Error{ErrorCode::request_timed_out,
                {in_all ? "The body took too long: it must arrive whole within " +
                              std::to_string(limits_.whole.count()) + " seconds."
                        : "The body came too slowly: 1 KiB must arrive every " +
                              std::to_string(limits_.progress.count()) + " seconds."}}};
}

void BodyReader::move_deadline() {
  wire_.set_deadline(std::min<Clock::duration>(limits_.progress, end_ - Clock::now()));
}

std::expected<void, BodyFailure> BodyReader::take(std::string& out) {
  const std::string_view bytes = wire_.received();
  std::size_t used = 0;
  if (framing_ == BodyFraming::chunked) {
    const std::size_t before = out.size();
    const auto decoded = decoder_.decode(bytes, out);
    if (!decoded) {
      return std::unexpected(BodyFailure{
          Error{ErrorCode::bad_request, {"The chunked body is malformed (RFC 9112, section 7.1)."}}});
    }
    used = *decoded;
    taken_ += out.size() - before;
    progress_ += out.size() - before;
  } else {
    used = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), remaining_));
    out.append(bytes.substr(0, used));
    remaining_ -= used;
    taken_ += used;
    progress_ += used;
  }
  wire_.consume(used);
  if (taken_ > limits_.bytes) return std::unexpected(too_large());
  return {};
}

Task<std::expected<bool, BodyFailure>> BodyReader::read(std::string& out, std::size_t wanted) {
  if (framing_ != BodyFraming::chunked && remaining_ + taken_ > limits_.bytes)
    co_return std::unexpected(too_large());
  wire_.clear_deadline();
  move_deadline();
  for (;;) {
    if (auto ok = take(out); !ok) co_return std::unexpected(std::move(ok.error()));
    if (done() || out.size() >= wanted) break;
    if (progress_ >= least_progress) {
      progress_ = 0;
      move_deadline();
    }
    const Read read = co_await wire_.read(wanted > small_read ? large_read : small_read);
    if (read == Read::end) co_return std::unexpected(BodyFailure{});
    if (read == Read::timed_out) co_return std::unexpected(too_slow());
  }
  wire_.clear_deadline();
  co_return done();
}

}  // namespace rucola::http

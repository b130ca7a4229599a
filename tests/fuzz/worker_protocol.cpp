// Any bytes as what a render worker says, and as what the server says to it. The worker may have been taken
// over: what these functions let pass, the server believes.
#include <algorithm>
#include <cmath>
#include <limits>

#include "fuzz/property.h"
#include "render/protocol/messages.h"

namespace {

using namespace rucola::render::protocol;
using rucola::fuzz::require;

/// Boost.JSON reads a number to within a unit in its last place, and again when it is read again.
bool nearly_same(double a, double b) {
  return a == b || std::abs(a - b) <= 1e-12 * std::max(std::abs(a), std::abs(b));
}

void reply(std::string_view text) {
  const auto read = read_reply(text);
  if (!read) return;
  require(read->result_bytes >= 0 && read->result_bytes <= result_limit_bytes,
          "a result's size is within the limit");
  require(read->inspection.size.width >= 0 && read->inspection.size.height >= 0, "no size is negative");
  require(read->inspection.frames >= 1, "there is a frame");
  require(read->inspection.static_metadata_json.size() <= rucola::render::static_metadata_limit_bytes,
          "what a file says of itself is within the limit");
  const std::string written = write_reply(*read);
  auto again = read_reply(written);
  require(again.has_value(), "what was read can be written and read again");
  require(again->error.has_value() == read->error.has_value(), "an error stays one");
  require(!read->error || (again->error->code == read->error->code &&
                           again->error->message.text == read->error->message.text),
          "and the same one");
  require(std::ranges::equal(again->measured, read->measured, nearly_same), "what was measured stays so");
  again->measured = read->measured;
  require(write_reply(*again) == written, "and is then the same");
}

void greeting(std::string_view text) {
  const auto read = read_greeting(text);
  if (!read) return;
  const auto again = read_greeting(write_greeting(*read));
  require(again && again->vips_version == read->vips_version && again->missing == read->missing,
          "a greeting that was read can be written and read again");
}

void job(std::string_view text) {
  const auto read = read_job(text);
  if (!read) return;
  require(read->limits.source_pixels > 0 && read->limits.output_side > 0 && read->limits.cpu_seconds > 0,
          "a job has limits");
  const std::string written = write_job(*read);
  auto again = read_job(written);
  require(again && again->kind == read->kind && again->plan == read->plan &&
              again->file_bytes == read->file_bytes &&
              nearly_same(again->measurement.fuzzy, read->measurement.fuzzy),
          "a job that was read can be written and read again");
  again->measurement.fuzzy = read->measurement.fuzzy;
  require(write_job(*again) == written, "and is then the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = rucola::fuzz::text_of(data, size);
  reply(text);
  greeting(text);
  job(text);
  return 0;
}

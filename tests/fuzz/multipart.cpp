// Any bytes as a form, whole and in pieces; and any bytes as a file in a form, which must come out again.
#include "http/multipart.h"

#include <string>

#include "fuzz/property.h"

namespace {

using namespace rucola::http;
using rucola::Result;
using rucola::fuzz::require;

constexpr std::string_view boundary = "XyZ";

class Recorder final : public PartSink {
 public:
  std::string log;
  std::string data;

  Result<void> begin_part(PartHead head) override {
    require(!in_part_, "a part begins only after the one before has ended");
    in_part_ = true;
    log += "[" + head.name + "|" + head.filename.value_or("-") + "|" + head.content_type + "]";
    return {};
  }
  Result<void> part_data(std::string_view bytes) override {
    require(in_part_ && !bytes.empty(), "data belongs to a part");
    log += bytes;
    data += bytes;
    return {};
  }
  Result<void> end_part() override {
    require(in_part_, "a part ends once");
    in_part_ = false;
    log += "<end>";
    return {};
  }
  [[nodiscard]] bool in_part() const { return in_part_; }

 private:
  bool in_part_ = false;
};

/// Whether the form is sound.
bool parse(std::string_view form, std::size_t piece_length, Recorder& recorder) {
  MultipartParser parser(boundary, recorder);
  bool sound = true;
  rucola::fuzz::in_pieces(form, piece_length, [&](std::string_view piece) {
    sound = parser.feed(piece).has_value();
    return sound;
  });
  sound = sound && parser.finish().has_value();
  require(!sound || !recorder.in_part(), "a sound form ends all its parts");
  return sound;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = rucola::fuzz::text_of(data, size);
  const std::size_t piece_length = rucola::fuzz::take_piece_length(input);

  Recorder whole;
  const bool sound = parse(input, std::max<std::size_t>(input.size(), 1), whole);
  require(whole.data.size() <= input.size(), "no more data comes out than went in");
  Recorder pieces;
  require(parse(input, piece_length, pieces) == sound, "the verdict does not depend on the pieces");
  require(!sound || pieces.log == whole.log, "nor does what is read");

  if (const auto found = multipart_boundary(input)) {
    require(!found->empty() && found->size() <= 70, "a boundary has 1 to 70 characters");
    require(found->find_first_of("\r\n\"") == std::string::npos, "and none that ends a line or a value");
  }
  if (input.find(boundary) != std::string_view::npos) return 0;
  const std::string form = "--XyZ\r\nContent-Disposition: form-data; name=a; filename=\"b\"\r\n\r\n" +
                           std::string(input) + "\r\n--XyZ--\r\n";
  Recorder back;
  require(parse(form, piece_length, back) && back.data == input, "a file in a form comes out again");
  return 0;
}

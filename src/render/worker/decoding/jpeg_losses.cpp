#include "render/worker/decoding/jpeg_losses.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <vector>

// libjpeg's headers need <cstdio> before them.
#include <jerror.h>
#include <jpeglib.h>

namespace rucola::render::worker {
namespace {

constexpr std::array<JOCTET, 2> end_of_image{0xff, JPEG_EOI};

/// Headers that say odd things, bytes between two segments: nothing of the picture is missing. Bytes too many
/// within a scan are what is left of some that are.
bool is_harmless(int warning, bool in_scan) {
  if (warning == JWRN_EXTRANEOUS_DATA) return !in_scan;
  return warning == JWRN_ADOBE_XFORM || warning == JWRN_BOGUS_PROGRESSION || warning == JWRN_JFIF_MAJOR ||
         warning == JWRN_NOT_SEQUENTIAL;
}

/// libjpeg's state and ours; libjpeg hands out pointers to its own members only, so ours lie beside them.
struct Reading {
  jpeg_decompress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg_source_mgr source{};
  std::jmp_buf failed{};
  std::array<bool, MAX_COMPONENTS> has_scan{};  ///< by component
  bool in_scan = false;
  bool has_losses = false;
  bool ran_out = false;  ///< libjpeg wanted more bytes than there are
};

Reading& reading_of(j_common_ptr jpeg) {
  return *static_cast<Reading*>(jpeg->client_data);
}

Reading& reading_of(j_decompress_ptr jpeg) {
  return *static_cast<Reading*>(jpeg->client_data);
}

[[noreturn]] void give_up(j_common_ptr jpeg) {
  // Nothing else gets out of libjpeg.
  // NOLINTNEXTLINE(cert-err52-cpp,modernize-avoid-setjmp-longjmp)
  std::longjmp(reading_of(jpeg).failed, 1);
}

void note_warning(j_common_ptr jpeg, int level) {
  Reading& reading = reading_of(jpeg);
  if (level < 0 && !is_harmless(jpeg->err->msg_code, reading.in_scan)) reading.has_losses = true;
}

void say_nothing(j_common_ptr /*jpeg*/) {}

void nothing_to_do(j_decompress_ptr /*jpeg*/) {}

/// An end marker is what libjpeg itself makes up there.
boolean run_out(j_decompress_ptr jpeg) {
  reading_of(jpeg).ran_out = true;
  jpeg->src->next_input_byte = end_of_image.data();
  jpeg->src->bytes_in_buffer = end_of_image.size();
  return TRUE;
}

void skip(j_decompress_ptr jpeg, long count) {
  if (count <= 0) return;
  const std::size_t skipped = std::min(static_cast<std::size_t>(count), jpeg->src->bytes_in_buffer);
  jpeg->src->next_input_byte += skipped;
  jpeg->src->bytes_in_buffer -= skipped;
}

void note_scan(Reading& reading) {
  for (int i = 0; i < reading.jpeg.comps_in_scan; ++i)
    reading.has_scan.at(static_cast<std::size_t>(reading.jpeg.cur_comp_info[i]->component_index)) = true;
}

/// The smallest picture that libjpeg makes: its bytes are all read, and little is computed.
void read_one_scan(Reading& reading) {
  jpeg_decompress_struct& jpeg = reading.jpeg;
  constexpr unsigned smallest = 8;
  jpeg.scale_num = 1;
  jpeg.scale_denom = smallest;
  jpeg.do_fancy_upsampling = FALSE;
  jpeg_start_decompress(&jpeg);
  JSAMPARRAY row =
      (*jpeg.mem->alloc_sarray)(reinterpret_cast<j_common_ptr>(&jpeg), JPOOL_IMAGE,
                                jpeg.output_width * static_cast<JDIMENSION>(jpeg.output_components), 1);
  reading.in_scan = true;
  while (jpeg.output_scanline < jpeg.output_height)
    jpeg_read_scanlines(&jpeg, row, 1);
}

/// All of them into libjpeg's memory, and no picture made of it.
void read_all_scans(Reading& reading) {
  reading.jpeg.buffered_image = TRUE;
  jpeg_start_decompress(&reading.jpeg);
  int status = JPEG_REACHED_SOS;
  do {
    if (status == JPEG_REACHED_SOS) reading.in_scan = true;
    if (status == JPEG_SCAN_COMPLETED) reading.in_scan = false;
    status = jpeg_consume_input(&reading.jpeg);
    if (status == JPEG_REACHED_SOS) note_scan(reading);
  } while (status != JPEG_REACHED_EOI);
}

/// Every component had a scan and, of a progressive one, every coefficient all its bits.
bool has_all_scans(const Reading& reading) {
  const jpeg_decompress_struct& jpeg = reading.jpeg;
  for (int i = 0; i < jpeg.num_components; ++i) {
    if (!reading.has_scan.at(static_cast<std::size_t>(i))) return false;
    if (jpeg.coef_bits == nullptr) continue;
    const auto& bits_left = jpeg.coef_bits[i];
    if (std::any_of(bits_left, bits_left + DCTSIZE2, [](int bits) { return bits != 0; })) return false;
  }
  return true;
}

/// Of arithmetic codes nobody can tell where they end, and libjpeg does not warn.
bool went_on_with_zeros(const Reading& reading) {
  return reading.jpeg.arith_code != 0 && reading.ran_out;
}

void prepare(Reading& reading, std::string_view bytes) {
  jpeg_decompress_struct& jpeg = reading.jpeg;
  jpeg.err = jpeg_std_error(&reading.errors);
  reading.errors.error_exit = give_up;
  reading.errors.emit_message = note_warning;
  reading.errors.output_message = say_nothing;
  jpeg.client_data = &reading;
  reading.source.next_input_byte = reinterpret_cast<const JOCTET*>(bytes.data());
  reading.source.bytes_in_buffer = bytes.size();
  reading.source.init_source = nothing_to_do;
  reading.source.fill_input_buffer = run_out;
  reading.source.skip_input_data = skip;
  reading.source.resync_to_restart = jpeg_resync_to_restart;
  reading.source.term_source = nothing_to_do;
}

/// Nothing in here has a destructor: libjpeg's errors jump over it.
bool read_whole(Reading& reading) {
  // NOLINTNEXTLINE(cert-err52-cpp,modernize-avoid-setjmp-longjmp): see give_up()
  if (setjmp(reading.failed) != 0) return false;
  jpeg_decompress_struct& jpeg = reading.jpeg;
  jpeg_create_decompress(&jpeg);
  jpeg.src = &reading.source;
  jpeg_read_header(&jpeg, TRUE);
  note_scan(reading);
  if (jpeg_has_multiple_scans(&jpeg) == 0) {
    read_one_scan(reading);
    return !reading.has_losses && !went_on_with_zeros(reading);
  }
  read_all_scans(reading);
  return !reading.has_losses && !went_on_with_zeros(reading) && (!reading.ran_out || has_all_scans(reading));
}

}  // namespace

bool jpeg_is_whole(std::string_view bytes) {
  Reading reading;
  prepare(reading, bytes);
  const bool whole = read_whole(reading);
  jpeg_destroy_decompress(&reading.jpeg);
  return whole;
}

}  // namespace rucola::render::worker

// Formats of images and of other files by their rokka names, which are file extensions. Pure functions,
// thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rucola::render {

enum class Format {
  jpg,
  png,
  webp,
  avif,
  gif,
  heif,
  jxl,
  jp2,
  tiff,
  bmp,
  ico,
  psd,
  eps,
  cr2,
  cr3,
  nef,
  arw,
  dng,
  orf,
  rw2,
  pef,
  srw,
  raf,
  svg,
  pdf,
  blur,
  thumbhash,
  mp4,
  mov,
  webm,
  ts,
  ttf,
  otf,
  txt,
  csv,
  json,
  rtf,
  doc,
  xls,
  ppt,
  docx,
  xlsx,
  pptx,
  odt,
  ods,
  odp,
  epub,
  zip,
};

std::span<const Format> all_formats();
/// "jpg", "png", …
std::string_view name_of(Format format);
/// For messages: "txt, csv".
std::string names_of(std::span<const Format> formats);
std::string_view mimetype_of(Format format);
/// Those that have it: mostly one.
std::vector<Format> formats_of(std::string_view mimetype);
/// Understands the synonyms too: jpeg, heic, tif, blurhash.
std::optional<Format> parse_format(std::string_view text);
/// Can this build write it?
bool is_output_format(Format format);
/// For messages: "jpg, png, webp, …".
std::string_view output_format_names();
bool keeps_transparency(Format format);
bool keeps_animation(Format format);
/// Has a place for who made the picture, and whose it is.
bool keeps_copyright(Format format);
/// Has no pixels of its own: it is drawn at the size that is asked for.
bool is_drawing(Format format);
/// Moving pictures, mostly with sound: of such a source renders show one of them. Animations are none, and
/// neither is a part of a stream (ts), which only a video becomes.
bool is_video(Format format);
/// What a camera's sensor saw, not yet a picture: of such a source renders show the preview that is inside.
bool is_camera_raw(Format format);
/// No picture, but what text is written with.
bool is_font(Format format);
/// Neither picture nor font: a file that is kept and delivered as it is.
bool is_mere_file(Format format);
/// All of these.
std::span<const Format> mere_files();

}  // namespace rucola::render

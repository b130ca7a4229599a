// Videos for tests, made and read by the programs of FFmpeg, never committed as files.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

namespace rucola::render::worker::films {

/// Removed with what is in it.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / "rucola-films-XXXXXX") {
    std::string name = path_.string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for films");
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// What the command writes; it must succeed.
inline std::string output_of(const std::string& command) {
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("can't run " + command);
  std::string output;
  std::vector<char> part(std::size_t{64} << 10);
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe))
    output.append(part.data(), size);
  if (::pclose(pipe) != 0) throw std::runtime_error("failed: " + command);
  return output;
}

inline void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// `arguments` of ffmpeg; the ending of `name` says what kind of file it is.
inline std::string made(const std::string& arguments, const std::string& name = "film.mp4") {
  const Folder folder;
  output_of("ffmpeg -v error -threads 1 " + arguments + " -threads 1 '" + folder.file(name) + "'");
  return read_file(folder.file(name));
}

/// The same streams in another file. `options` stand before those of the input.
inline std::string remuxed(std::string_view film, const std::string& before, const std::string& after,
                           const std::string& name = "film.mp4") {
  const Folder folder;
  write_file(folder.file("source"), film);
  output_of("ffmpeg -v error " + before + " -i '" + folder.file("source") + "' -c copy " + after + " '" +
            folder.file(name) + "'");
  return read_file(folder.file(name));
}

inline constexpr std::string_view h264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p";

/// Twenty pictures a second of 96 × 64 pixels, for so many seconds; with AAC where it is to be heard.
inline std::string pictures_and_sound(int seconds, bool sound = true) {
  const std::string length = std::to_string(seconds);
  const std::string pictures = "-f lavfi -i testsrc=size=96x64:rate=20:duration=" + length;
  if (!sound) return pictures;
  return pictures + " -f lavfi -i sine=sample_rate=44100:duration=" + length + " -c:a aac";
}

struct Packet {
  bool is_picture = false;
  bool is_whole = false;
  double shown = 0;    ///< seconds
  double decoded = 0;  ///< seconds
};

/// A member of a line "a=1|b=2"; empty where there is none.
inline std::string member(std::string_view line, std::string_view name) {
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = std::min(line.find('|', at), line.size());
    const std::string_view each = line.substr(at, end - at);
    if (each.starts_with(name) && each.substr(name.size()).starts_with('='))
      return std::string(each.substr(name.size() + 1));
    at = end + 1;
  }
  return {};
}

/// Of a stream of pictures or sound; all packets, as they lie in the file.
inline std::vector<Packet> packets_of(std::string_view film) {
  const Folder folder;
  write_file(folder.file("film"), film);
  const std::string lines =
      output_of("ffprobe -v error -show_entries packet=codec_type,pts_time,dts_time,flags -of compact=p=0 '" +
                folder.file("film") + "'");
  std::vector<Packet> packets;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    const std::string line = lines.substr(at, end - at);
    at = end + 1;
    if (member(line, "codec_type").empty()) continue;
    packets.push_back({.is_picture = member(line, "codec_type") == "video",
                       .is_whole = member(line, "flags").starts_with('K'),
                       .shown = std::stod(member(line, "pts_time")),
                       .decoded = std::stod(member(line, "dts_time"))});
  }
  return packets;
}

inline std::vector<Packet> pictures_of(std::string_view film) {
  std::vector<Packet> packets = packets_of(film);
  std::erase_if(packets, [](const Packet& packet) { return !packet.is_picture; });
  return packets;
}

inline std::vector<Packet> sound_of(std::string_view film) {
  std::vector<Packet> packets = packets_of(film);
  std::erase_if(packets, [](const Packet& packet) { return packet.is_picture; });
  return packets;
}

/// Of the first stream of pictures, as ffprobe calls it: "codec_name", "width", …
inline std::string fact_of(std::string_view film, const std::string& name) {
  const Folder folder;
  write_file(folder.file("film"), film);
  const std::string lines =
      output_of("ffprobe -v error -select_streams v:0 -show_entries stream=" + name +
                " -of default=noprint_wrappers=1:nokey=1 '" + folder.file("film") + "'");
  const std::size_t begins = std::min(lines.find_first_not_of('\n'), lines.size());
  return lines.substr(begins, std::min(lines.find('\n', begins), lines.size()) - begins);
}

/// The first picture, as a PNG.
inline std::string first_picture(std::string_view film) {
  const Folder folder;
  write_file(folder.file("film"), film);
  return output_of("ffmpeg -v error -i '" + folder.file("film") +
                   "' -frames:v 1 -f image2pipe -c:v png -pix_fmt rgb24 -");
}

}  // namespace rucola::render::worker::films

// What a file says of itself, on its way into the catalog: it may be any bytes, of any length. What comes out
// of here is UTF-8 without controls, and so little that it can be kept, sent and indexed with every image. A
// field that can't be kept is left out whole, and named, so that nobody takes the rest for all.
//
// Values; a worker has one thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace rucola::render::worker {

/// What all metadata of one file share.
class MetadataRoom {
 public:
  /// Takes place for one field of so many bytes of JSON, where there is.
  bool take(std::size_t bytes);
  /// `path` is made of names like "exif:make".
  void leave_out(const std::string& path);
  [[nodiscard]] const boost::json::array& left_out() const { return left_out_; }

 private:
  static constexpr std::size_t most_left_out = 50;

  std::size_t bytes_ = std::size_t{32} << 10;
  std::size_t fields_ = 250;
  boost::json::array left_out_;
};

/// The fields of one kind of metadata. Of two with one name the first counts.
class MetadataFields {
 public:
  static constexpr std::size_t longest_text = std::size_t{8} << 10;
  static constexpr std::size_t most_texts = 100;

  /// `path`: "exif". The room outlives the object.
  MetadataFields(std::string path, MetadataRoom& room) : path_(std::move(path)), room_(room) {}

  void add(std::string_view name, boost::json::value value);
  /// Nothing where nothing can be read of it.
  void add_text(std::string_view name, std::string raw);
  void add_texts(std::string_view name, const std::vector<std::string>& raw);
  void leave_out(std::string_view name) { room_.leave_out(path_ + ":" + std::string(name)); }

  [[nodiscard]] MetadataFields within(std::string_view name) const {
    return {path_ + ":" + std::string(name), room_};
  }
  /// What came of within(name).
  void add_within(std::string_view name, MetadataFields inner);
  boost::json::object take() { return std::move(fields_); }

 private:
  std::string path_;
  MetadataRoom& room_;
  boost::json::object fields_;
};

/// Of bytes that are text, or should be: up to the first NUL, as UTF-8 (Latin-1, where they are none),
/// without controls but tabs and line ends, and without white space around it.
std::string readable_text(std::string raw);

/// "FocalLengthIn35mmFilm" as "focal_length_in35mm_film"; empty where a character is none of A-Z, a-z, 0-9, -
/// and _, and where it is longer than 54.
std::string snake_case(std::string_view name);

}  // namespace rucola::render::worker

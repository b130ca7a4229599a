#include "storage/cache/tag_table.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/unique_fd.h"
#include "storage/cache/disk_index.h"

namespace rucola::storage {
namespace {

using delivery::RenderTag;

constexpr std::size_t place_count = std::size_t{1} << 17;

struct Place {
  DiskIndex::Key key;
  std::array<std::uint8_t, 16> digest;
  std::int64_t rendered;
  std::uint64_t checksum;
};
static_assert(sizeof(Place) == 64);

/// FNV-1a, never 0: a place that nobody has written holds zeros.
std::uint64_t checksum_of(const Place& place) {
  std::array<std::uint8_t, sizeof(Place) - sizeof(place.checksum)> bytes{};
  std::memcpy(bytes.data(), &place, bytes.size());
  std::uint64_t sum = 0xcbf2'9ce4'8422'2325;
  for (const std::uint8_t byte : bytes)
    sum = (sum ^ byte) * 0x100'0000'01b3;
  return sum | 1;
}

off_t offset_of(const DiskIndex::Key& key) {
  std::size_t number = 0;
  std::memcpy(&number, key.data(), sizeof(number));
  return static_cast<off_t>(number % place_count * sizeof(Place));
}

class TagTable final : public delivery::RenderTags {
 public:
  explicit TagTable(UniqueFd file) : file_(std::move(file)) {}

  std::optional<RenderTag> find(std::string_view key) override {
    const auto parsed = DiskIndex::parse_key(key);
    if (!parsed) return std::nullopt;
    const Place place = read(*parsed);
    if (place.key != *parsed || place.checksum != checksum_of(place)) return std::nullopt;
    DiskIndex::Key digest{};
    std::ranges::copy(place.digest, digest.begin());
    return RenderTag{.digest = DiskIndex::format_key(digest).substr(0, 2 * place.digest.size()),
                     .rendered = Time{std::chrono::milliseconds{place.rendered}}};
  }

  void remember(std::string_view key, const RenderTag& tag) override {
    const auto parsed = DiskIndex::parse_key(key);
    std::string padded = tag.digest;
    padded.resize(2 * sizeof(DiskIndex::Key), '0');
    const auto digest = DiskIndex::parse_key(padded);
    if (!parsed || !digest) return;
    Place place{
        .key = *parsed, .digest = {}, .rendered = tag.rendered.time_since_epoch().count(), .checksum = 0};
    std::ranges::copy_n(digest->begin(), place.digest.size(), place.digest.begin());
    place.checksum = checksum_of(place);
    const Place before = read(*parsed);
    if (std::memcmp(&before, &place, sizeof(place)) != 0) write(place);
  }

 private:
  /// Two calls may meet in one place: then its checksum is wrong, and nothing is known.
  [[nodiscard]] Place read(const DiskIndex::Key& key) const {
    Place place{};
    const ssize_t got = ::pread(file_.get(), &place, sizeof(place), offset_of(key));
    return got == sizeof(place) ? place : Place{};
  }
  /// What can't be written, on a full disk, is not known later; nothing else.
  void write(const Place& place) const {
    static_cast<void>(::pwrite(file_.get(), &place, sizeof(place), offset_of(place.key)));
  }

  const UniqueFd file_;
};

}  // namespace

Result<std::unique_ptr<delivery::RenderTags>> open_tag_table(const std::filesystem::path& file) {
  UniqueFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) {
    return fail(ErrorCode::internal,
                "The file " + file.string() + " can't be opened: " + std::strerror(errno) + ".");
  }
  return std::make_unique<TagTable>(std::move(fd));
}

}  // namespace rucola::storage

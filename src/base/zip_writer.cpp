#include "base/zip_writer.h"

#include <chrono>
#include <exception>
#include <utility>

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include "base/c_handle.h"

namespace rucola {
namespace {

using Entry = CHandle<archive_entry, archive_entry_free>;

/// libarchive takes names to be in the character set of the thread's locale, and marks those in UTF-8.
class InUtf8 {
 public:
  InUtf8() : before_(utf8() == nullptr ? nullptr : ::uselocale(utf8())) {}
  InUtf8(const InUtf8&) = delete;
  InUtf8& operator=(const InUtf8&) = delete;
  ~InUtf8() {
    if (before_ != nullptr) ::uselocale(before_);
  }
  [[nodiscard]] bool is_so() const { return before_ != nullptr; }

 private:
  static locale_t utf8() {
    static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
  }
  locale_t before_;
};

std::unexpected<Error> broken(std::string detail) {
  return fail(ErrorCode::internal, "The zip archive could not be written.", std::move(detail));
}

}  // namespace

struct ZipWriter::Archive {
  std::string out{};
  archive* writer = ::archive_write_new();
  bool ready = false;
  bool given_up = false;  // nobody takes what is written from now on

  Archive() {
    // As it comes, without blocks that are filled up.
    ready = writer != nullptr && ::archive_write_set_format_zip(writer) == ARCHIVE_OK &&
            ::archive_write_zip_set_compression_store(writer) == ARCHIVE_OK &&
            ::archive_write_set_bytes_per_block(writer, 0) == ARCHIVE_OK &&
            ::archive_write_open(writer, this, nullptr, append, nullptr) == ARCHIVE_OK;
  }
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;
  ~Archive() {
    if (writer == nullptr) return;
    // Freeing writes the end of an archive that has none yet. archive_write_fail() would spare that, but then
    // libarchive 3.6 leaks its buffer: only closing frees it.
    given_up = true;
    ::archive_write_free(writer);
  }

  /// libarchive's C code calls it: nothing may be thrown through that.
  static la_ssize_t append(archive* /*archive*/, void* self, const void* bytes, std::size_t count) noexcept {
    auto& to = *static_cast<Archive*>(self);
    if (to.given_up) return static_cast<la_ssize_t>(count);
    try {
      to.out.append(static_cast<const char*>(bytes), count);
      return static_cast<la_ssize_t>(count);
    } catch (const std::exception&) {
      return ARCHIVE_FATAL;
    }
  }

  [[nodiscard]] Result<void> check(la_ssize_t outcome) const {
    if (outcome >= ARCHIVE_OK) return {};
    const char* const why = ::archive_error_string(writer);
    return broken(why == nullptr ? "libarchive says no more" : why);
  }
};

ZipWriter::ZipWriter() : archive_(std::make_unique<Archive>()) {}
ZipWriter::~ZipWriter() = default;

Result<void> ZipWriter::add_file(std::string_view name, std::int64_t bytes, Time modified) {
  if (!archive_->ready) return broken("libarchive could not be set up");
  const InUtf8 utf8;
  if (!utf8.is_so()) return broken("there is no locale C.UTF-8");
  const Entry entry(::archive_entry_new());
  if (!entry) return broken("no memory");
  ::archive_entry_set_pathname(entry.get(), std::string(name).c_str());
  ::archive_entry_set_filetype(entry.get(), AE_IFREG);
  ::archive_entry_set_perm(entry.get(), 0644);
  ::archive_entry_set_size(entry.get(), bytes);
  ::archive_entry_set_mtime(entry.get(),
                            std::chrono::floor<std::chrono::seconds>(modified).time_since_epoch().count(), 0);
  return archive_->check(::archive_write_header(archive_->writer, entry.get()));
}

Result<void> ZipWriter::write(std::string_view bytes) {
  const la_ssize_t taken = ::archive_write_data(archive_->writer, bytes.data(), bytes.size());
  if (auto written = archive_->check(taken); !written) return written;
  if (std::cmp_equal(taken, bytes.size())) return {};
  return broken("a file has more bytes than it was to have");
}

Result<void> ZipWriter::finish() {
  if (!archive_->ready) return broken("libarchive could not be set up");
  return archive_->check(::archive_write_close(archive_->writer));
}

std::size_t ZipWriter::written() const {
  return archive_->out.size();
}

void ZipWriter::take(std::string& bytes) {
  bytes.clear();
  bytes.swap(archive_->out);
}

}  // namespace rucola

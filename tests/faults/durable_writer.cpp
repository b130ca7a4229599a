// The writer of the power-cut test: stores things through the real adapters and says of each, once it is
// acknowledged, what must be there after a power loss.
//
//   durable_writer write DATA KIND… [--stop-after=N]   acknowledgements to stdout, a line each; never ends
//   durable_writer check DATA                          acknowledgements from stdin; what is missing to stdout
//
// A KIND is aliases, images, purges or blobs; each has a thread of its own. --stop-after stops the whole
// process (SIGSTOP) right after the N-th acknowledgement.
//
// RUCOLA_TEST_DROP_SYNC=log|folders|files makes `write` ignore the syncs of SQLite's log, of folders, or of
// spooled files. It exists to show that the power-cut test notices.
#include <atomic>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/hashing.h"
#include "storage/blobs/file_blob_store.h"
#include "storage/catalog/sqlite_store.h"

namespace {

using namespace rucola;
using catalog::BlobStore;
using catalog::Overwrite;
using catalog::Store;

constexpr std::string_view organization = "acme";
constexpr std::string_view cache = "edge";

std::string dropped_syncs() {
  const char* value = std::getenv("RUCOLA_TEST_DROP_SYNC");
  return value == nullptr ? std::string() : value;
}

bool is_dropped(int fd) {
  static const std::string dropped = dropped_syncs();
  if (dropped.empty()) return false;
  struct stat status{};
  if (::fstat(fd, &status) != 0) return false;
  if (S_ISDIR(status.st_mode)) return dropped == "folders";
  char path[PATH_MAX];
  const ssize_t length = ::readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), path, sizeof path);
  if (length < 0) return false;
  const std::string_view name(path, static_cast<std::size_t>(length));
  return (dropped == "log" && name.ends_with("-wal")) ||
         (dropped == "files" && name.find("/spool/") != std::string_view::npos);
}

}  // namespace

// These take the place of the C library's, in this program and in the libraries that it loads.
extern "C" int fsync(int fd) {
  return is_dropped(fd) ? 0 : static_cast<int>(::syscall(SYS_fsync, fd));
}
extern "C" int fdatasync(int fd) {
  return is_dropped(fd) ? 0 : static_cast<int>(::syscall(SYS_fdatasync, fd));
}

namespace {

template <class T>
T or_die(Result<T> result) {
  if (result) {
    if constexpr (std::is_void_v<T>) {
      return;
    } else {
      return std::move(*result);
    }
  }
  std::cerr << "durable_writer: " << result.error().message.text << " (" << result.error().detail.text
            << ")\n";
  std::exit(2);
}

struct Data {
  explicit Data(const std::filesystem::path& folder)
      : store(or_die(storage::open_sqlite_store(folder / "catalog.sqlite"))),
        blobs(or_die(storage::open_file_blob_store(folder))),
        spool(or_die(Spool::open(folder / "spool"))) {}
  std::unique_ptr<Store> store;
  std::unique_ptr<BlobStore> blobs;
  Spool spool;
};

// ---- write

class Acknowledgements {
 public:
  explicit Acknowledgements(std::int64_t stop_after) : stop_after_(stop_after) {}

  void say(const std::string& line) {
    const std::string whole = line + "\n";  // one write: lines of several threads never mix
    if (::write(STDOUT_FILENO, whole.data(), whole.size()) != static_cast<ssize_t>(whole.size()))
      std::_Exit(0);
    // To this very thread: sent to the process, another thread might take it, and this one go on for a while.
    if (++said_ == stop_after_) ::raise(SIGSTOP);
  }

 private:
  const std::int64_t stop_after_;
  std::atomic<std::int64_t> said_ = 0;
};

/// A file of its own for every number, 1 to 60 KB, stored for good.
struct StoredFile {
  std::string sha1;
  std::string sha256;
  catalog::HeldBlob held;
};

StoredFile store_file(Data& data, const std::string& seed) {
  std::string content = seed;
  const std::size_t bytes = 1'000 + std::hash<std::string>{}(seed) % 60'000;
  while (content.size() < bytes)
    content += sha256_hex(content.substr(content.size() / 2));
  auto writer = or_die(data.spool.new_file(1 << 20));
  or_die(writer.write(content));
  SpooledFile file = or_die(writer.finish());
  StoredFile stored{.sha1 = file.sha1(), .sha256 = file.sha256(), .held = nullptr};
  stored.held = or_die(data.blobs->store(std::move(file)));
  return stored;
}

catalog::SourceImage store_image(Data& data, const std::string& seed) {
  const StoredFile stored = store_file(data, seed);
  catalog::SourceImage image;
  image.binary_hash = stored.sha1;
  image.blob = stored.sha256;
  image.organization = organization;
  image.hash = catalog::image_hash(image.blob, "{}", false);
  image.name = seed;
  image.format = "jpg";
  image.mimetype = "image/jpeg";
  image.bytes = 1;
  image.width = image.height = 1;
  image.created = now();
  or_die(data.store->images().add(image));
  return image;
}

void write_images(Data& data, Acknowledgements& acknowledge) {
  for (std::int64_t i = 0;; ++i) {
    const catalog::SourceImage image = store_image(data, "image " + std::to_string(i));
    acknowledge.say("image " + image.hash + " " + image.blob);
  }
}

void write_blobs(Data& data, Acknowledgements& acknowledge) {
  for (std::int64_t i = 0;; ++i) {
    acknowledge.say("blob " + store_file(data, "blob " + std::to_string(i)).sha256);
  }
}

void move_aliases(Data& data, Acknowledgements& acknowledge) {
  const std::string hashes[] = {store_image(data, "target 1").hash, store_image(data, "target 2").hash};
  for (std::int64_t i = 0;; ++i) {
    // Twenty names move again and again, and now and then there is a new one.
    const std::string name = i % 10 == 9 ? "new_" + std::to_string(i) : "moving_" + std::to_string(i % 20);
    const std::string& hash = hashes[(i / 20) % 2];
    const auto put = or_die(data.store->aliases().put(organization, name, hash, Overwrite::yes, {}));
    acknowledge.say("alias " + name + " " + std::to_string(put.alias.version) + " " + hash);
  }
}

void request_purges(Data& data, Acknowledgements& acknowledge) {
  for (std::int64_t i = 0;; ++i) {
    const std::string name = "purged_" + std::to_string(i);
    or_die(data.store->purges().request({.organization = std::string(organization),
                                         .name = name,
                                         .tags = {catalog::alias_tag(organization, name)},
                                         .caches = {std::string(cache)},
                                         .calls_per_hour = 0},
                                        now()));
    acknowledge.say("purge " + name);
  }
}

int write(const std::filesystem::path& folder, const std::set<std::string>& kinds, std::int64_t stop_after) {
  static const std::map<std::string, void (*)(Data&, Acknowledgements&)> work = {{"images", write_images},
                                                                                 {"blobs", write_blobs},
                                                                                 {"aliases", move_aliases},
                                                                                 {"purges", request_purges}};
  Acknowledgements acknowledge(stop_after);
  Data data(folder);
  or_die(data.store->organizations().create(organization, "", ""));
  acknowledge.say("organization " + std::string(organization));
  std::vector<std::thread> threads;
  for (const std::string& kind : kinds) {
    threads.emplace_back([&, kind] { work.at(kind)(data, acknowledge); });
  }
  for (std::thread& thread : threads)
    thread.join();
  return 0;
}

// ---- check

bool is_whole(BlobStore& blobs, const std::string& sha256) {
  auto blob = blobs.open(sha256);
  if (!blob) return false;
  std::string content;
  const auto read = catalog::read_pieces(*std::move(blob), [&](std::string_view piece) -> Result<void> {
    content += piece;
    return {};
  });
  return read && sha256_hex(content) == sha256;
}

std::set<std::string> purges_in_the_outbox(Store& store) {
  std::set<std::string> names;
  for (const auto& delivery :
       or_die(store.purge_outbox().due(cache, now() + std::chrono::hours{24}, 10'000'000))) {
    names.insert(delivery.name);
  }
  return names;
}

class Check {
 public:
  explicit Check(const std::filesystem::path& folder)
      : data_(folder), purges_(purges_in_the_outbox(*data_.store)) {}

  /// True where what was acknowledged is there.
  bool operator()(const std::string& line) {
    std::istringstream fields(line);
    std::string kind;
    std::string first;
    fields >> kind >> first;
    if (kind == "organization") return data_.store->organizations().find(first).has_value();
    if (kind == "blob") return is_whole(*data_.blobs, first);
    if (kind == "purge") return purges_.contains(first);
    if (kind == "image") {
      std::string blob;
      fields >> blob;
      return data_.store->images().find(organization, first).has_value() && is_whole(*data_.blobs, blob);
    }
    std::int64_t version = 0;
    std::string hash;
    if (kind != "alias" || !(fields >> version >> hash)) {
      std::cerr << "durable_writer: no acknowledgement: " << line << "\n";
      std::exit(2);
    }
    const auto alias = data_.store->aliases().find(organization, first);
    return alias && (alias->version > version || (alias->version == version && alias->hash == hash));
  }

  /// A power cut alone is none.
  [[nodiscard]] const std::vector<std::string>& losses_that_the_catalog_knows_of() const {
    return data_.store->lost_changes();
  }

  /// Blobs first, rows second: whatever the moment, no row may refer to a file that isn't whole.
  bool every_row_has_its_blob() {
    bool all = true;
    or_die(data_.store->images().each_blob([&](std::string_view blob, std::int64_t /*bytes*/) {
      all = all && is_whole(*data_.blobs, std::string(blob));
    }));
    return all;
  }

 private:
  Data data_;
  std::set<std::string> purges_;
};

int check(const std::filesystem::path& folder) {
  Check is_there(folder);
  int missing = 0;
  for (std::string line; std::getline(std::cin, line);) {
    if (is_there(line)) continue;
    std::cout << line << "\n";
    ++missing;
  }
  for (const std::string& loss : is_there.losses_that_the_catalog_knows_of()) {
    std::cout << loss << "\n";
    ++missing;
  }
  if (!is_there.every_row_has_its_blob()) {
    std::cout << "a row without its blob\n";
    ++missing;
  }
  return missing == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  constexpr std::string_view stop_after = "--stop-after=";
  if (arguments.size() == 2 && arguments[0] == "check") return check(arguments[1]);
  if (arguments.size() < 2 || arguments[0] != "write") {
    std::cerr << "usage: durable_writer write DATA KIND... [--stop-after=N] | durable_writer check DATA\n";
    return 2;
  }
  std::set<std::string> kinds(arguments.begin() + 2, arguments.end());
  std::int64_t stop = 0;
  std::erase_if(kinds, [&](const std::string& argument) {
    if (!argument.starts_with(stop_after)) return false;
    stop = std::stoll(argument.substr(stop_after.size()));
    return true;
  });
  return write(arguments[1], kinds, stop);
}

// rucola doctor: is the catalog whole, and do rows and blobs agree? It only reports, unless it is told to
// remove; then what no row refers to is moved aside, never deleted.
//
// It succeeds where nothing is wrong: what a crash left over only takes room, and a mark that is missing only
// means that nothing can be said. All else fails, and the last line says what to do.
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "base/hashing.h"
#include "cli/commands.h"
#include "cli/data.h"

namespace rucola::cli {
namespace {

struct Options {
  std::string data = default_data_directory;
  bool remove = false;
  bool deep = false;
};

struct Findings {
  std::int64_t blobs = 0;
  std::int64_t missing = 0;
  std::int64_t damaged = 0;
  std::int64_t unreadable = 0;
  std::int64_t corrupt = 0;  ///< things wrong with the catalog itself
  std::int64_t lost = 0;     ///< times that the catalog lost changes
  std::int64_t waiting = 0;  ///< blobs that no image is of any more, and a server will remove
  bool rows_unread = false;  ///< some: which blobs have none can't be told
  std::vector<std::string> leftover_blobs{};
  std::vector<std::filesystem::path> leftover_uploads{};

  [[nodiscard]] std::size_t leftovers() const { return leftover_blobs.size() + leftover_uploads.size(); }
  [[nodiscard]] std::int64_t with_row() const { return blobs - missing; }
  [[nodiscard]] std::int64_t without_row() const { return static_cast<std::int64_t>(leftover_blobs.size()); }
  /// A crash leaves a few. Where most have no row, it is the rows that are missing.
  [[nodiscard]] bool lacks_rows() const { return without_row() > with_row(); }
};

/// Blobs that rows refer to, and how many bytes they have.
using Referenced = std::map<std::string, std::int64_t, std::less<>>;

/// An upload stores its blob before its row: what is younger may belong to one that is under way.
constexpr std::chrono::hours grace{1};

Result<void> check_catalog(catalog::Store& store, Findings& findings) {
  for (const std::string& loss : store.lost_changes()) {
    ++findings.lost;
    std::cout << "lost: " << loss << "\n";
  }
  for (const std::string& why : store.unmarked())
    std::cout << "not marked: " << why << "\n";
  const auto damage = store.find_damage();
  if (!damage) return std::unexpected(damage.error());
  for (const std::string& what : *damage) {
    ++findings.corrupt;
    std::cout << "corrupt: the catalog: " << what << "\n";
  }
  return {};
}

Result<bool> content_matches(catalog::OpenBlob blob, std::string_view sha256) {
  Digest digest(Digest::Algorithm::sha256);
  auto read = catalog::read_pieces(std::move(blob), [&](std::string_view piece) -> Result<void> {
    digest.update(piece);
    return {};
  });
  if (!read) return std::unexpected(read.error());
  return digest.finish_hex() == sha256;
}

/// Whether it is whole is not known: its owner, or the disk, does not let us look.
void tell_unreadable(const std::string& sha256, const Error& error, Findings& findings) {
  ++findings.unreadable;
  std::cout << "unreadable: the blob " << sha256 << ": "
            << (error.detail.text.empty() ? error.message.text : error.detail.text) << "\n";
}

void check_blob(catalog::BlobStore& blobs, const std::string& sha256, std::int64_t bytes, bool deep,
                Findings& findings) {
  ++findings.blobs;
  const auto there = blobs.bytes_of(sha256);
  if (!there && there.error().code == ErrorCode::not_found) {
    ++findings.missing;
    std::cout << "missing: the blob " << sha256 << " that an image refers to\n";
    return;
  }
  if (!there) return tell_unreadable(sha256, there.error(), findings);
  if (*there != bytes) {
    ++findings.damaged;
    std::cout << "damaged: the blob " << sha256 << " has " << *there << " bytes instead of " << bytes << "\n";
    return;
  }
  if (!deep) return;
  auto blob = blobs.open(sha256);
  if (!blob) return tell_unreadable(sha256, blob.error(), findings);
  const auto matches = content_matches(*std::move(blob), sha256);
  if (!matches) return tell_unreadable(sha256, matches.error(), findings);
  if (*matches) return;
  ++findings.damaged;
  std::cout << "damaged: the blob " << sha256 << " has another content than its name says\n";
}

Result<Referenced> check_rows(const Data& data, const Options& options, Findings& findings) {
  Referenced referenced;
  auto visited = data.store->images().each_blob(
      [&](std::string_view sha256, std::int64_t bytes) { referenced.emplace(sha256, bytes); });
  if (!visited && findings.corrupt == 0) return std::unexpected(visited.error());
  if (!visited) {
    ++findings.corrupt;
    findings.rows_unread = true;
    std::cout << "corrupt: not all images could be read, so not all blobs are checked: "
              << visited.error().message.text << "\n";
  }
  for (const auto& [sha256, bytes] : referenced)
    check_blob(*data.blobs, sha256, bytes, options.deep, findings);
  return referenced;
}

Result<void> find_leftovers(const Data& data, const Referenced& referenced, Findings& findings) {
  if (findings.rows_unread) return {};
  std::set<std::string, std::less<>> waiting;
  auto listed = data.store->expiry().each_waiting([&](std::string_view sha256) { waiting.emplace(sha256); });
  if (!listed) return listed;
  auto visited = data.blobs->each([&](std::string_view sha256, Time stored) {
    if (referenced.contains(sha256)) return;
    if (waiting.contains(sha256)) {
      ++findings.waiting;
    } else if (now() - stored > grace) {
      findings.leftover_blobs.emplace_back(sha256);
    }
  });
  if (!visited) return visited;
  auto uploads = data.spool->leftovers();
  if (!uploads) return std::unexpected(uploads.error());
  findings.leftover_uploads = std::move(*uploads);
  return {};
}

void print_leftovers(const Findings& findings, std::string_view what_happens) {
  const std::string_view of_blobs = findings.lacks_rows() ? "without a row" : what_happens;
  for (const std::string& sha256 : findings.leftover_blobs)
    std::cout << of_blobs << ": the blob " << sha256 << " that no image refers to\n";
  for (const std::filesystem::path& file : findings.leftover_uploads)
    std::cout << what_happens << ": the unfinished upload " << file.filename().string() << "\n";
}

std::string rows_are_missing(const Findings& findings) {
  return "Most blobs, " + std::to_string(findings.without_row()) + " of " +
         std::to_string(findings.without_row() + findings.with_row()) +
         ", have no row: the catalog is most likely not the one that belongs to them, or an older one. They "
         "are no leftovers of a crash; put the catalog back that knows them (docs/backup.md).";
}

Result<void> may_remove(const Findings& findings) {
  if (findings.corrupt > 0)
    return fail(ErrorCode::conflict, "The catalog is corrupt; by what it says, nothing is removed.");
  if (findings.lost > 0) {
    return fail(ErrorCode::conflict,
                "The catalog has lost changes, and may have lost rows with them; by what it says, nothing is "
                "removed.");
  }
  if (!findings.lacks_rows()) return {};
  return fail(ErrorCode::conflict, rows_are_missing(findings) + " Nothing was removed.");
}

/// The rows were read a while ago, hours with --deep, and a server took uploads meanwhile: it is asked once
/// more, while nobody can begin to store the blob. What has been wanted or stored since is no leftover.
Result<void> move_blobs_aside(const Data& data, Findings& findings) {
  std::vector<std::string> moved;
  moved.reserve(findings.leftover_blobs.size());
  for (std::string& sha256 : findings.leftover_blobs) {
    const auto removal =
        data.blobs->set_aside(sha256, [&] { return data.store->expiry().is_wanted(sha256); });
    if (!removal && removal.error().code == ErrorCode::not_found) continue;  // a server has removed it
    if (!removal) return std::unexpected(removal.error());
    if (removal->outcome == catalog::BlobRemoval::Outcome::removed) moved.push_back(std::move(sha256));
  }
  findings.leftover_blobs = std::move(moved);
  return {};
}

/// Out of the way, but not gone: removed/ is the operator's to delete.
Result<void> move_aside(const Data& data, const std::filesystem::path& directory, Findings& findings) {
  if (auto moved = move_blobs_aside(data, findings); !moved) return moved;
  const std::filesystem::path aside = directory / "removed" / "spool";
  std::error_code failed;
  if (!findings.leftover_uploads.empty()) std::filesystem::create_directories(aside, failed);
  for (const std::filesystem::path& file : findings.leftover_uploads) {
    if (!failed) std::filesystem::rename(file, aside / file.filename(), failed);
    if (failed)
      return fail(ErrorCode::internal, "An unfinished upload can't be moved aside: " + failed.message());
  }
  return {};
}

Result<void> remove_leftovers(const Data& data, const Options& options, Findings& findings) {
  if (auto may = may_remove(findings); !may) {
    print_leftovers(findings, "leftover");
    return may;
  }
  if (auto done = move_aside(data, options.data, findings); !done) return done;
  print_leftovers(findings, "removed");
  if (findings.leftovers() > 0) {
    std::cout << "What was removed lies in " << (std::filesystem::path(options.data) / "removed").string()
              << (data.blobs_at.empty() || findings.leftover_blobs.empty()
                      ? ""
                      : ", originals in " + data.blobs_at + "/removed/blobs")
              << "; delete it when nobody misses it.\n";
  }
  return {};
}

void print_sum(const Options& options, const Findings& findings) {
  std::cout << findings.blobs << " blobs checked, " << findings.missing << " missing, " << findings.damaged
            << " damaged, ";
  if (findings.unreadable > 0) std::cout << findings.unreadable << " unreadable, ";
  if (findings.waiting > 0) std::cout << findings.waiting << " to be removed by a server, ";
  if (findings.lacks_rows()) {
    std::cout << findings.without_row() << " without a row\n";
    return;
  }
  std::cout << findings.leftovers() << (options.remove ? " leftovers removed\n" : " leftovers found\n");
  if (!options.remove && findings.leftovers() > 0 && may_remove(findings))
    std::cout << "The same command with --remove moves leftovers aside.\n";
}

/// The worst first: what is wrong with the catalog makes what it says of blobs worth little.
Result<void> verdict(const Findings& findings) {
  if (findings.corrupt > 0)
    return fail(ErrorCode::internal, "The catalog is damaged; restore it from a backup (docs/backup.md).");
  if (findings.lacks_rows()) return fail(ErrorCode::internal, rows_are_missing(findings));
  if (findings.missing + findings.damaged > 0) {
    return fail(ErrorCode::internal,
                "Images have lost their originals; restore these blobs from a backup (docs/backup.md).");
  }
  if (findings.lost > 0) {
    return fail(
        ErrorCode::internal,
        "The catalog has lost changes. Nothing brings them back but a backup that has them; once that "
        "is seen to, start the server, and remove the file catalog.sqlite-lost of the data "
        "directory.");
  }
  if (findings.unreadable > 0) {
    return fail(
        ErrorCode::internal,
        "Blobs can't be read: run this as the owner of the data directory; where that is so, the disk "
        "fails.");
  }
  return {};
}

Result<void> examine(const Options& options) {
  const auto data = open_data_to_read(options.data);
  if (!data) return std::unexpected(data.error());
  if (auto reached = data->blobs->reach(); !reached) return reached;
  Findings findings;
  if (auto checked = check_catalog(*data->store, findings); !checked) return checked;
  const auto referenced = check_rows(*data, options, findings);
  if (!referenced) return std::unexpected(referenced.error());
  if (auto found = find_leftovers(*data, *referenced, findings); !found) return found;
  if (!options.remove) {
    print_leftovers(findings, "leftover");
  } else if (auto removed = remove_leftovers(*data, options, findings); !removed) {
    return removed;
  }
  print_sum(options, findings);
  return verdict(findings);
}

}  // namespace

void add_doctor(CLI::App& app, Chosen& run) {
  auto* command = app.add_subcommand("doctor",
                                     "Check the catalog, and that its rows and the blobs agree; changes "
                                     "nothing. Exit code 0: nothing is wrong");
  auto options = std::make_shared<Options>();
  command->add_option("--data", options->data, "The data directory")->capture_default_str();
  command->add_flag("--remove", options->remove,
                    "Move what a crash left over to the folder removed/ of the data directory");
  command->add_flag("--deep", options->deep, "Also read every blob and compare it with its SHA-256");
  command->callback([options, &run] { run = [options] { return examine(*options); }; });
}

}  // namespace rucola::cli

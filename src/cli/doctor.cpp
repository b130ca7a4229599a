// rucola doctor: do rows and blobs agree?
#include <filesystem>
#include <iostream>
#include <set>
#include <system_error>

#include "base/hashing.h"
#include "cli/commands.h"
#include "cli/data.h"

namespace rucola::cli {
namespace {

struct Options {
  std::string data = default_data_directory;
  bool dry_run = false;
  bool deep = false;
};

struct Findings {
  std::int64_t blobs = 0;
  std::int64_t missing = 0;
  std::int64_t damaged = 0;
  std::int64_t leftovers = 0;
};

/// An upload stores its blob before its row: what is younger may belong to one that is under way.
constexpr std::chrono::hours grace{1};

Result<bool> content_matches(catalog::BlobStore& blobs, std::string_view sha256) {
  auto blob = blobs.open(sha256);
  if (!blob) return std::unexpected(blob.error());
  Digest digest(Digest::Algorithm::sha256);
  auto read = catalog::read_pieces(*std::move(blob), [&](std::string_view piece) -> Result<void> {
    digest.update(piece);
    return {};
  });
  if (!read) return std::unexpected(read.error());
  return digest.finish_hex() == sha256;
}

Result<std::set<std::string, std::less<>>> check_rows(const Data& data, const Options& options,
                                                      Findings& findings) {
  std::set<std::string, std::less<>> referenced;
  auto visited = data.store->images().each_blob([&](std::string_view sha256) { referenced.emplace(sha256); });
  if (!visited) return std::unexpected(visited.error());
  for (const std::string& sha256 : referenced) {
    ++findings.blobs;
    const auto blob = data.blobs->open(sha256);
    if (!blob) {
      ++findings.missing;
      std::cout << "missing: the blob " << sha256 << " that an image refers to\n";
      continue;
    }
    if (!options.deep) continue;
    const auto matches = content_matches(*data.blobs, sha256);
    if (matches && *matches) continue;
    ++findings.damaged;
    std::cout << "damaged: the blob " << sha256 << " has another content than its name says\n";
  }
  return referenced;
}

Result<void> remove_leftover_blobs(const Data& data, const std::set<std::string, std::less<>>& referenced,
                                   const Options& options, Findings& findings) {
  std::vector<std::string> leftovers;
  auto visited = data.blobs->each([&](std::string_view sha256, Time stored) {
    if (!referenced.contains(sha256) && now() - stored > grace) leftovers.emplace_back(sha256);
  });
  if (!visited) return visited;
  for (const std::string& sha256 : leftovers) {
    ++findings.leftovers;
    std::cout << (options.dry_run ? "leftover: " : "removed: ") << "the blob " << sha256
              << " that no image refers to\n";
    if (options.dry_run) continue;
    if (auto removed = data.blobs->remove(sha256); !removed) return removed;
  }
  return {};
}

Result<void> remove_leftover_uploads(const Data& data, const Options& options, Findings& findings) {
  const auto leftovers = data.spool->leftovers(grace);
  if (!leftovers) return std::unexpected(leftovers.error());
  for (const std::filesystem::path& file : *leftovers) {
    ++findings.leftovers;
    std::cout << (options.dry_run ? "leftover: " : "removed: ") << "the unfinished upload "
              << file.filename().string() << "\n";
    std::error_code failed;
    if (!options.dry_run && !std::filesystem::remove(file, failed) && failed)
      return fail(ErrorCode::internal, "An unfinished upload can't be removed: " + failed.message());
  }
  return {};
}

Result<void> examine(const Options& options) {
  const auto data = open_data(options.data);
  if (!data) return std::unexpected(data.error());
  if (auto healthy = data->store->check(); !healthy) return healthy;
  Findings findings;
  const auto referenced = check_rows(*data, options, findings);
  if (!referenced) return std::unexpected(referenced.error());
  if (auto done = remove_leftover_blobs(*data, *referenced, options, findings); !done) return done;
  if (auto done = remove_leftover_uploads(*data, options, findings); !done) return done;
  std::cout << findings.blobs << " blobs checked, " << findings.missing << " missing, " << findings.damaged
            << " damaged, " << findings.leftovers
            << (options.dry_run ? " leftovers found\n" : " leftovers removed\n");
  if (findings.missing + findings.damaged == 0) return {};
  return fail(ErrorCode::internal, "Images have lost their originals; restore these blobs from a backup.");
}

}  // namespace

void add_doctor(CLI::App& app, Chosen& run) {
  auto* command =
      app.add_subcommand("doctor", "Check that rows and blobs agree, and remove what a crash left over");
  auto options = std::make_shared<Options>();
  command->add_option("--data", options->data, "The data directory")->capture_default_str();
  command->add_flag("--dry-run", options->dry_run, "Only say what would be removed");
  command->add_flag("--deep", options->deep, "Also read every blob and compare it with its SHA-256");
  command->callback([options, &run] { run = [options] { return examine(*options); }; });
}

}  // namespace rucola::cli

// One file on its way to what is known of it: inspected, where that is asked for searched for a face, and
// made into another file, which is inspected in its place. Whatever speaks against the other file, the one
// that was sent is kept: nobody's upload fails for want of a smaller one. But where a picture of a video is
// wanted, that comes in and begins anew, or nothing does.
//
// Threads: begin() from any, once; it returns at once. Each step waits where its own kind of thing is waited
// for; `done` is called exactly once, on a thread of the last step or of whoever refused one. Ownership:
// shared by what it has under way; what is passed in outlives it. Errors: as Ingest::inspect().
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "delivery/ingest/ingest.h"

namespace rucola::delivery {

class TakingIn : public std::enable_shared_from_this<TakingIn> {
 public:
  using Done = std::function<void(Result<Inspected>)>;

  TakingIn(IngestParts parts, Incoming incoming, std::string organization, Done done)
      : parts_(std::move(parts)),
        incoming_(std::move(incoming)),
        organization_(std::move(organization)),
        done_(std::move(done)) {}

  void begin();

 private:
  using Step = void (TakingIn::*)();

  void on_disk(Step step);
  void inspect();
  void take(Result<render::Inspection> seen);
  void draw_still();
  void take_still(Result<render::RenderedImage> still);
  void write_still();
  void find_face();
  void take_face(const FoundFace& face);
  void go_on_with_what_was_sent();
  void repack();
  void take_repacked(Result<render::RenderedImage> repacked);
  void write_repacked();
  void take_inspected_again(const Result<render::Inspection>& seen);
  void keep_what_was_sent(const Error& why);
  void fail_with(Error error);
  [[nodiscard]] Result<SpooledFile> written() const;

  const IngestParts parts_;
  Incoming incoming_;
  const std::string organization_;
  const Done done_;
  std::optional<render::Inspection> video_;  ///< that a picture of is wanted, once it was inspected
  std::optional<Inspected> sent_;            ///< as it came, once it was inspected
  Bytes made_;                               ///< of it: the file that is to take its place
};

}  // namespace rucola::delivery

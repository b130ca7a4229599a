#include "delivery/ingest/taking_in.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/wording.h"
#include "catalog/dynamic_metadata.h"
#include "delivery/ingest/film_still.h"
#include "delivery/ingest/opened_file.h"
#include "delivery/url/remote_address.h"

namespace rucola::delivery {
namespace {

/// These and nothing else are made into another file: of what clients send, they alone can be much smaller,
/// and of a Photoshop file the layers would be lost.
bool may_be_repacked(const Inspected& inspected) {
  const render::Format format = inspected.inspection.format;
  return inspected.incoming.repacking && (format == render::Format::tiff || format == render::Format::bmp);
}

Result<void> check_kind(const render::Inspection& seen, const std::vector<render::Format>& taken) {
  if (!render::is_mere_file(seen.format) || std::ranges::find(taken, seen.format) != taken.end()) return {};
  std::string message = "The file is not an image but of the kind " + in_quotes(render::name_of(seen.format));
  message += taken.empty() ? ", and files that are no images are not taken here"
                           : ". Besides images, those of the kinds " + render::names_of(taken) + " are taken";
  return fail(ErrorCode::unprocessable, message + ".");
}

/// It will be so another time, too.
bool speaks_against_the_file(const Error& error) {
  return error.code == ErrorCode::unsupported_media_type || error.code == ErrorCode::payload_too_large ||
         error.code == ErrorCode::unprocessable || error.code == ErrorCode::timed_out;
}

}  // namespace

void TakingIn::begin() {
  on_disk(&TakingIn::inspect);
}

void TakingIn::on_disk(Step step) {
  parts_.disk.submit({.run = [self = shared_from_this(), step] { ((*self).*step)(); },
                      .refuse = [self = shared_from_this()](const Error& error) { self->fail_with(error); },
                      .owner = organization_});
}

void TakingIn::inspect() {
  auto source = open_to_render(incoming_);
  if (!source) return fail_with(std::move(source.error()));
  parts_.renderer.inspect(
      std::move(*source), organization_,
      [self = shared_from_this()](Result<render::Inspection> seen) { self->take(std::move(seen)); });
}

void TakingIn::take(Result<render::Inspection> seen) {
  if (sent_) return take_inspected_again(seen);
  if (!seen) return fail_with(about_time_too(std::move(seen.error()), incoming_.still_at));
  if (incoming_.still_at) {
    video_ = std::move(*seen);
    if (incoming_.video_seen) incoming_.video_seen(*video_);
    return on_disk(&TakingIn::draw_still);
  }
  if (auto good = check_kind(*seen, parts_.mere_files); !good) return fail_with(std::move(good.error()));
  sent_ = Inspected{std::move(incoming_), std::move(*seen)};
  if (catalog::asks_for_faces(sent_->incoming.dynamic_metadata)) return on_disk(&TakingIn::find_face);
  go_on_with_what_was_sent();
}

void TakingIn::draw_still() {
  auto video = open_to_render(incoming_);
  if (!video) return fail_with(std::move(video.error()));
  delivery::draw_still(parts_.renderer, std::move(*video), *video_, *incoming_.still_at,
                       {.organization = organization_},
                       [self = shared_from_this()](Result<render::RenderedImage> still) {
                         self->take_still(std::move(still));
                       });
}

void TakingIn::take_still(Result<render::RenderedImage> still) {
  if (!still) return fail_with(std::move(still.error()));
  made_ = std::move(still->bytes);
  on_disk(&TakingIn::write_still);
}

/// The video goes here.
void TakingIn::write_still() {
  auto file = written();
  if (!file) return fail_with(std::move(file.error()));
  made_ = {};
  incoming_.cut_from = Digests{.sha1 = incoming_.file.sha1(), .sha256 = incoming_.file.sha256()};
  incoming_.file = *std::move(file);
  incoming_.filename = still_name(incoming_.filename);
  incoming_.still_at.reset();
  inspect();
}

void TakingIn::find_face() {
  auto source = open_to_render(sent_->incoming);
  if (!source) return fail_with(std::move(source.error()));
  delivery::find_face(parts_.renderer, std::move(*source),
                      {.format = sent_->inspection.format, .size = sent_->inspection.size},
                      {.organization = organization_},
                      [self = shared_from_this()](const FoundFace& face) { self->take_face(face); });
}

void TakingIn::take_face(const FoundFace& face) {
  if (!face) return fail_with(face.error());
  auto& metadata = sent_->incoming.dynamic_metadata;
  metadata = catalog::with_found_face(std::move(metadata), metadata_of(*face, sent_->inspection.size));
  go_on_with_what_was_sent();
}

void TakingIn::go_on_with_what_was_sent() {
  if (!may_be_repacked(*sent_)) return done_(*std::move(sent_));
  on_disk(&TakingIn::repack);
}

void TakingIn::repack() {
  auto source = open_to_render(sent_->incoming);
  if (!source) return fail_with(std::move(source.error()));
  parts_.renderer.repack(std::move(*source), *sent_->incoming.repacking, organization_,
                         [self = shared_from_this()](Result<render::RenderedImage> repacked) {
                           self->take_repacked(std::move(repacked));
                         });
}

void TakingIn::take_repacked(Result<render::RenderedImage> repacked) {
  if (!repacked) return keep_what_was_sent(repacked.error());
  made_ = std::move(repacked->bytes);
  on_disk(&TakingIn::write_repacked);
}

void TakingIn::write_repacked() {
  auto file = written();
  if (!file) return fail_with(std::move(file.error()));
  made_ = {};
  const Incoming& sent = sent_->incoming;
  incoming_ = {.file = *std::move(file),
               .filename = sent.filename,
               .still_at = {},
               .video_seen = {},
               .cut_from = sent.cut_from,
               .repacking = {},
               .sent = Digests{.sha1 = sent.file.sha1(), .sha256 = sent.file.sha256()},
               .user_metadata_json = sent.user_metadata_json,
               .dynamic_metadata = sent.dynamic_metadata,
               .is_protected = sent.is_protected};
  inspect();
}

void TakingIn::take_inspected_again(const Result<render::Inspection>& seen) {
  if (!seen) return keep_what_was_sent(seen.error());
  if (seen->size != sent_->inspection.size)
    return keep_what_was_sent({ErrorCode::unprocessable, {"It has another size."}});
  render::Inspection stored = *seen;
  stored.static_metadata_json = sent_->inspection.static_metadata_json;  // not all formats can hold it
  done_(Inspected{std::move(incoming_), std::move(stored)});
  // What was sent is removed where the disk is waited for.
  parts_.disk.submit({.run = [self = shared_from_this()] {}, .owner = organization_});
}

void TakingIn::keep_what_was_sent(const Error& why) {
  if (!speaks_against_the_file(why)) return fail_with(why);
  log::info("upload_stored_as_sent", {{"organization", organization_}, {"why", why.message.text}});
  done_(*std::move(sent_));
}

Result<SpooledFile> TakingIn::written() const {
  auto writer = parts_.spool.new_file(static_cast<std::int64_t>(made_.size()));
  if (!writer) return std::unexpected(std::move(writer.error()));
  if (auto done = writer->write(made_.view()); !done) return std::unexpected(std::move(done.error()));
  return writer->finish();
}

void TakingIn::fail_with(Error error) {
  done_(naming_the_file(std::move(error), sent_ ? sent_->incoming : incoming_));
}

}  // namespace rucola::delivery

#include "delivery/describe/describer.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "base/request_id.h"
#include "catalog/descriptions.h"
#include "catalog/stored_json.h"
#include "catalog/user_metadata.h"
#include "delivery/describe/picture.h"

namespace rucola::delivery {
namespace {

namespace json = boost::json;

json::object user_metadata_of(const catalog::SourceImage& image) {
  return catalog::stored_metadata(image, image.user_metadata_json);
}

}  // namespace

/// One image on its way through the steps, shared by those that are under way: one at a time.
class Describer::Asking : public std::enable_shared_from_this<Asking> {
 public:
  Asking(const DescriberParts& parts, vision::Task task, DescriptionsWanted wanted, render::JobFor whom,
         Done done)
      : parts_(parts),
        wanted_(std::move(wanted)),
        whom_(std::move(whom)),
        done_(std::move(done)),
        question_{.task = task, .organization = wanted_.organization, .hash = {}, .jpeg = {}} {}

  void begin() {
    step(parts_.catalog, [](Asking& self) { self.find(); });
  }

 private:
  void step(BlockingExecutor& executor, void (*run)(Asking&)) {
    executor.submit({.run = [self = shared_from_this(), run] { self->guard([&] { run(*self); }); },
                     .refuse = [self = shared_from_this()](const Error& error) { self->refuse(error); },
                     .owner = wanted_.organization});
  }

  /// Whoever waits is told, whatever is thrown.
  template <class Step>
  void guard(Step run) {
    try {
      run();
    } catch (const std::exception& error) {
      refuse({ErrorCode::internal, {"The image could not be described."}, {error.what()}});
    }
  }

  void refuse(const Error& error) { done_(std::unexpected(error)); }

  void find() {
    auto image = parts_.images.find(wanted_.organization, wanted_.hash);
    if (!image) return refuse(image.error());
    if (wanted_.may_be_shown) {
      if (const auto allowed = wanted_.may_be_shown(*image); !allowed) return refuse(allowed.error());
    }
    if (image->locked) {
      return refuse({ErrorCode::forbidden, {"The image is locked: its user metadata can't be changed."}});
    }
    question_.hash = image->hash;
    if (question_.task == vision::Task::describe) {
      question_.languages = missing_in(*image);
      if (question_.languages.empty()) return answer(*std::move(image));
    }
    show(*image);
  }

  [[nodiscard]] std::vector<std::string> missing_in(const catalog::SourceImage& image) const {
    if (wanted_.force) return wanted_.languages;
    const auto there = catalog::descriptions_in(user_metadata_of(image), wanted_.languages);
    std::vector<std::string> missing;
    std::ranges::copy_if(wanted_.languages, std::back_inserter(missing),
                         [&](const std::string& language) { return !there.contains(language); });
    return missing;
  }

  void show(const catalog::SourceImage& image) {
    auto picture = plan_small_picture(image, parts_.planner);
    if (!picture) return refuse(picture.error());
    question_.width = picture->size.width;
    question_.height = picture->size.height;
    parts_.maker->make(picture->planned, whom_,
                       for_this_request([self = shared_from_this()](const Result<MadeRender>& made) {
                         if (!made) return self->refuse(made.error());
                         self->render_ = made->render;
                         self->step(self->parts_.vision, [](Asking& asking) { asking.ask(); });
                       }));
  }

  void ask() {
    question_.jpeg = render_->bytes.view();
    auto opinion = parts_.provider.ask_blocking(question_, whom_.departure);
    if (!opinion) return refuse(opinion.error());
    opinion_ = *std::move(opinion);
    question_.jpeg.clear();
    step(parts_.catalog, [](Asking& self) { self.store(); });
  }

  /// What somebody else has described meanwhile stays, unless it is to be made anew.
  void store() {
    const auto change = [this](const json::object& stored) -> Result<json::object> {
      auto descriptions = opinion_.descriptions;
      if (!wanted_.force) {
        for (const auto& [language, text] : catalog::descriptions_in(stored, question_.languages))
          descriptions.erase(language);
      }
      const auto changes = catalog::checked_user_changes(question_.task == vision::Task::describe
                                                             ? catalog::description_changes(descriptions)
                                                             : catalog::label_changes(opinion_.labels));
      if (!changes) return std::unexpected(changes.error());
      return catalog::changed_user_metadata(stored, *changes);
    };
    auto image = parts_.images.set_user_metadata(wanted_.organization, question_.hash, change);
    if (!image) return refuse(image.error());
    answer(*std::move(image));
  }

  void answer(catalog::SourceImage image) {
    const json::object stored = user_metadata_of(image);
    Described described{.image = std::move(image)};
    if (question_.task == vision::Task::describe) {
      described.descriptions = catalog::descriptions_in(stored, wanted_.languages);
    } else {
      described.labels = catalog::labels_in(stored);
    }
    done_(std::move(described));
  }

  const DescriberParts& parts_;
  const DescriptionsWanted wanted_;
  const render::JobFor whom_;
  const Done done_;
  vision::Question question_;
  std::shared_ptr<const StoredRender> render_;
  vision::Opinion opinion_;
};

void Describer::describe(DescriptionsWanted wanted, const render::JobFor& whom, Done done) const {
  if (auto there = is_there(); !there) return done(std::unexpected(std::move(there.error())));
  std::make_shared<Asking>(parts_, vision::Task::describe, std::move(wanted), whom, std::move(done))->begin();
}

void Describer::label(LabelsWanted wanted, const render::JobFor& whom, Done done) const {
  if (auto there = is_there(); !there) return done(std::unexpected(std::move(there.error())));
  DescriptionsWanted both{.organization = std::move(wanted.organization),
                          .hash = std::move(wanted.hash),
                          .languages = {},
                          .may_be_shown = std::move(wanted.may_be_shown)};
  std::make_shared<Asking>(parts_, vision::Task::label, std::move(both), whom, std::move(done))->begin();
}

}  // namespace rucola::delivery

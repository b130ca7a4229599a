#include "delivery/cache/hot_answers.h"

#include <utility>
#include <variant>

#include "message/conditional.h"

namespace rucola::delivery {
namespace {

/// A head with its fields, the list's and the table's nodes, dependencies: roughly.
constexpr std::int64_t head_bytes = 1536;

std::int64_t bookkeeping_of(std::string_view key, const message::Response& response) {
  const std::size_t lines = response.field_lines ? response.field_lines->text.size() : 0;
  return head_bytes + static_cast<std::int64_t>(key.size() + lines);
}

bool has_body(const message::Response& response) {
  return !std::holds_alternative<std::monostate>(response.body);
}

}  // namespace

bool suits(const message::Response& hot, const message::Request& request) {
  return has_body(hot) || message::select(request, hot).kind == message::Selection::Kind::not_modified;
}

/// An answer that has been counted, for as long as it is kept.
class HotAnswers::Entry {
 public:
  Entry(HotAnswer answer, std::int64_t bookkeeping, HotAnswers& owner)
      : answer_(std::move(answer)), bookkeeping_(bookkeeping), owner_(owner) {
    owner_.bookkeeping_ += bookkeeping_;
    if (answer_.render) answer_.render->residency.enter_hot(answer_.response->body_bytes(), owner_.bodies_);
  }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;
  ~Entry() {
    if (answer_.render) answer_.render->residency.leave_hot(answer_.response->body_bytes());
    owner_.bookkeeping_ -= bookkeeping_;
  }

  [[nodiscard]] const std::shared_ptr<const message::Response>& response() const { return answer_.response; }

  [[nodiscard]] bool still_holds() {
    if (answer_.superseded && answer_.superseded->load()) return false;
    if (answer_.until && now() >= *answer_.until) return false;
    return owner_.changes_.still_holds(answer_.as_of, answer_.dependencies.all(), unchanged_until_);
  }

 private:
  const HotAnswer answer_;
  std::int64_t unchanged_until_ = catalog::ChangeFollower::not_looked_yet;
  const std::int64_t bookkeeping_;
  HotAnswers& owner_;
};

HotAnswers::HotAnswers(const catalog::ChangeFollower& changes, const LiveSettings& settings)
    : changes_(changes), settings_(settings) {}

HotAnswers::~HotAnswers() = default;

std::shared_ptr<const message::Response> HotAnswers::find(std::string_view key) {
  std::shared_ptr<const message::Response> found;
  entries_.visit(key, [&found](const std::unique_ptr<Entry>& entry) {
    if (!entry->still_holds()) return Verdict::drop;
    found = entry->response();
    return Verdict::keep;
  });
  return found;
}

bool HotAnswers::insert(std::string key, HotAnswer answer) {
  const std::int64_t bookkeeping = bookkeeping_of(key, *answer.response);
  const std::int64_t limit = settings_.get()->hot_bytes;
  const bool fits = bookkeeping + answer.response->body_bytes() <= limit / 8;
  if (fits) entries_.replace(std::move(key), std::make_unique<Entry>(std::move(answer), bookkeeping, *this));
  while (bookkeeping_ + bodies_ > limit) {
    if (!entries_.take_coldest()) break;
  }
  return fits;
}

void HotAnswers::insert_bodiless(std::string key, HotAnswer answer) {
  const auto there = find(key);
  if (!there || !has_body(*there)) insert(std::move(key), std::move(answer));
}

}  // namespace rucola::delivery

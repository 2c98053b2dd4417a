#include <optional>

#include "sim/engine/superposition.hpp"
#include "sim/pool/share_source.hpp"

namespace aicmp {
namespace {

class EventShareSource final : public ShareSource {
 public:
  EventShareSource(std::size_t miners, const WorldKey& key) : ShareSource(miners), key_(key) {}

  void set_rates(Time now, ShareRates rates) override {
    rates_ = std::move(rates);
    ++era_;
    if (process_) {
      process_->set_rates(now, rates_.shares_per_s);
    } else {
      process_.emplace(key_, StreamId::kShares, rates_.shares_per_s, now);
    }
  }

  void new_tip(Time now) override {
    tip_ = now;
    has_tip_ = true;
  }

  WorkBatch take(Time until) override {
    accepted_.clear();
    const Time begin = begin_;
    const std::span<const Arrival> arrivals = process_->next_batch(until);
    for (const Arrival& arrival : arrivals) {
      const double since_tip_s = (arrival.time - tip_).in_seconds();
      if (has_tip_ && since_tip_s < rates_.latency_s[arrival.source]) {
        ++counts_.stale[arrival.source];
        continue;
      }
      ++counts_.accepted[arrival.source];
      accepted_.push_back({arrival.time, arrival.source, (*rates_.difficulty)[arrival.source]});
    }
    begin_ = arrivals.empty() ? until : arrivals.back().time;
    return {begin, begin_, era_, accepted_, {}, rates_.difficulty};
  }

 private:
  WorldKey key_;
  std::optional<FixedSuperposition> process_;
  Time begin_;
  Time tip_;
  bool has_tip_ = false;
  std::vector<CreditedShare> accepted_;
};

}  // namespace

std::unique_ptr<ShareSource> make_event_share_source(std::size_t miners, const WorldKey& key) {
  return std::make_unique<EventShareSource>(miners, key);
}

}  // namespace aicmp

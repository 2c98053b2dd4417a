#include <algorithm>
#include <optional>

#include "sim/engine/superposition.hpp"
#include "sim/pool/share_groups.hpp"
#include "sim/pool/share_source.hpp"

namespace aicmp {
namespace {

class EventShareSource final : public ShareSource {
 public:
  EventShareSource(std::size_t miners, const WorldKey& key)
      : ShareSource(miners),
        key_(key),
        groups_(miners),
        accepted_(kSharesToGroup + ArrivalStream::kChunk) {}

  void set_rates(Time now, ShareRates rates) override {
    rates_ = std::move(rates);
    ++era_;
    longest_latency_ =
        Time::seconds(*std::max_element(rates_.latency_s.begin(), rates_.latency_s.end()));
    if (process_) {
      process_->set_rates(now, rates_.shares_per_s);
    } else {
      process_.emplace(key_, StreamId::kShares, rates_.shares_per_s, now);
    }
  }

  void new_tip(Time now) override { tip_ = now; }

  WorkBatch take(Time until) override {
    WorkBatch batch{begin_, until, era_, {}, {}, rates_.difficulty};
    std::size_t accepted = 0;
    while (begin_ < until && accepted < kSharesToGroup) {
      const std::span<const Arrival> arrivals = process_->next_batch(until);
      accepted = accept(arrivals, accepted);
      begin_ = arrivals.empty() ? until : arrivals.back().time;
    }
    batch.end = begin_;
    batch.shares = {accepted_.data(), accepted};
    groups_.add_to(batch);
    for (const ShareGroup& group : batch.groups) counts_.accepted[group.miner] += group.count;
    return batch;
  }

 private:
  /// Puts the shares that are not stale behind those accepted before; returns how many there are.
  std::size_t accept(std::span<const Arrival> arrivals, std::size_t accepted) {
    const Time all_heard = tip_ + longest_latency_;
    const double* const difficulty = rates_.difficulty->data();
    CreditedShare* const shares = accepted_.data();
    for (const Arrival& arrival : arrivals) {
      if (arrival.time <= all_heard) {
        const double age_s = (arrival.time - tip_).in_seconds();
        if (age_s < rates_.latency_s[arrival.source] && age_s >= rates_.grace_s) {
          ++counts_.stale[arrival.source];
          continue;
        }
      }
      shares[accepted++] = {arrival.time, arrival.source, difficulty[arrival.source]};
    }
    return accepted;
  }

  WorldKey key_;
  std::optional<FixedSuperposition> process_;
  Time begin_;
  Time tip_ = Time::nanoseconds(INT64_MIN / 2);  // long heard of by everybody
  Time longest_latency_;
  ShareGroups groups_;
  std::vector<CreditedShare> accepted_;
};

}  // namespace

std::unique_ptr<ShareSource> make_event_share_source(std::size_t miners, const WorldKey& key) {
  return std::make_unique<EventShareSource>(miners, key);
}

}  // namespace aicmp

#include <algorithm>

#include "sim/base/distributions.hpp"
#include "sim/pool/share_source.hpp"

namespace aicmp {
namespace {

/// How long miners worked on an old block: for a latency L, the sum over the waits between new
/// blocks of min(L, wait), less what an earlier batch has booked of the first wait.
class StaleTime {
 public:
  void reset(double booked_s) {
    waits_.clear();
    booked_s_ = booked_s;
  }
  void add_wait(double seconds) { waits_.push_back(seconds); }

  void prepare() {
    std::sort(waits_.begin(), waits_.end());
    sums_.resize(waits_.size() + 1);
    sums_[0] = 0.0;
    for (std::size_t i = 0; i < waits_.size(); ++i) sums_[i + 1] = sums_[i] + waits_[i];
  }

  double seconds(double latency_s) const {
    const auto shorter = static_cast<std::size_t>(
        std::lower_bound(waits_.begin(), waits_.end(), latency_s) - waits_.begin());
    return sums_[shorter] + latency_s * static_cast<double>(waits_.size() - shorter) -
           std::min(latency_s, booked_s_);
  }

 private:
  std::vector<double> waits_;
  std::vector<double> sums_;
  double booked_s_ = 0.0;
};

class FlowShareSource final : public ShareSource {
 public:
  FlowShareSource(std::size_t miners, const WorldKey& key)
      : ShareSource(miners), key_(Rng::split(key)), batch_(miners, 0) {}

  void set_rates(Time, ShareRates rates) override {
    rates_ = std::move(rates);
    ++era_;
  }

  void new_tip(Time now) override {
    end_wait(now);
    tip_ = now;
    has_tip_ = true;
  }

  WorkBatch take(Time until) override {
    end_wait(until);
    stale_time_.prepare();
    const double elapsed_s = (until - begin_).in_seconds();
    for (std::uint32_t i = 0; i < batch_.size(); ++i) {
      batch_[i] = 0;
      const double rate = rates_.shares_per_s[i];
      if (rate <= 0.0) continue;
      Rng rng(key_, StreamId::kShares, i, batches_);
      const double latency_s = rates_.latency_s[i];
      const double stale_s =
          stale_time_.seconds(latency_s) - stale_time_.seconds(std::min(latency_s, rates_.grace_s));
      batch_[i] = static_cast<std::int32_t>(poisson(rng, rate * (elapsed_s - stale_s)));
      counts_.accepted[i] += batch_[i];
      counts_.stale[i] += poisson(rng, rate * stale_s);
    }
    WorkBatch batch{begin_, until, era_, {}, batch_, rates_.difficulty};
    begin_ = until;
    ++batches_;
    stale_time_.reset(has_tip_ ? (until - tip_).in_seconds() : 0.0);
    return batch;
  }

 private:
  void end_wait(Time now) {
    if (has_tip_) stale_time_.add_wait((now - tip_).in_seconds());
  }

  r123::Philox4x32::key_type key_;
  std::uint32_t batches_ = 0;
  Time begin_;
  Time tip_;
  bool has_tip_ = false;
  StaleTime stale_time_;
  std::vector<std::int32_t> batch_;
};

}  // namespace

std::unique_ptr<ShareSource> make_flow_share_source(std::size_t miners, const WorldKey& key) {
  return std::make_unique<FlowShareSource>(miners, key);
}

}  // namespace aicmp

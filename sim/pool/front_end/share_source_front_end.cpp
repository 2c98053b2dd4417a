#include <algorithm>
#include <optional>

#include "sim/attack/flood.hpp"
#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/engine/calendar.hpp"
#include "sim/engine/superposition.hpp"
#include "sim/pool/front_end/ban_score.hpp"
#include "sim/pool/front_end/link.hpp"
#include "sim/pool/front_end/messages.hpp"
#include "sim/pool/front_end/token_bucket.hpp"
#include "sim/pool/front_end/validators.hpp"
#include "sim/pool/share_groups.hpp"
#include "sim/pool/share_source.hpp"

namespace aicmp {
namespace {

enum EventKind : std::uint32_t {
  kJobArrives,  // at a miner, with a new difficulty
  kRestarted,   // a miner works again after a clean job
  kUnbanned,    // a miner is let in again
  kArrive,      // a share, at the pool's line
  kReceived,    // a share, over that
  kValidated,
  kRefresh,  // a job on the same block, to all
  kPoll,     // of the difficulty rule
};

/// A share on its way, or the difficulty of a job.
struct Parcel {
  double difficulty = 0.0;
  std::uint32_t tip = 0;    // newest block that the miner knew
  std::uint32_t epoch = 0;  // clean jobs of its connection that it knew
  std::uint32_t mark = 0;   // uniform; the difficulty that was achieved
  bool again = false;       // sent before
};

struct Connection {
  VardiffState control;
  double difficulty = 1.0;  // of the job that the miner works on
  bool pending = false;     // a new difficulty waits for the next job
  bool restarting = false;
  bool banned = false;
  std::uint32_t jobs = 0;         // sent with a new difficulty
  std::uint32_t epoch = 0;        // clean jobs sent
  std::uint32_t miner_epoch = 0;  // and received
  std::uint32_t tip = 0;          // that `heard` is of
  Time heard;
};

/// What the pool holds against whoever is at the other end; miners first, then the addresses of a
/// flood.
struct Peer {
  TokenBucket bucket;
  BanScore score;
};

class FrontEndSource final : public ShareSource {
 public:
  FrontEndSource(std::size_t miners, const FrontEndConfig& config, const DifficultyControl& control,
                 const WorldKey& key)
      : ShareSource(miners),
        config_(config),
        control_(control),
        key_(key),
        connections_(miners),
        peers_(miners + addresses(config.flood),
               {TokenBucket(config.bucket_per_s, config.bucket_burst), {}}),
        messages_(config, key),
        uplink_(config.uplink_mbit_s, kSubmitBytes, config.uplink_room),
        validators_(config, key),
        luck_(key, StreamId::kLatency, kDuplicatesEntity),
        flood_(config.flood, key),
        groups_(miners),
        sent_(miners, 0) {
    if (!control.rule) return;
    for (Connection& connection : connections_) {
      connection.control = control.rule->start(control.start_difficulty, 0.0);
      connection.difficulty = connection.control.difficulty;
    }
  }

  void set_rates(Time now, ShareRates rates) override {
    rates_ = std::move(rates);
    ++era_;
    std::vector<double> share_rates(connections_.size());
    for (std::uint32_t i = 0; i < connections_.size(); ++i) {
      Connection& connection = connections_[i];
      if (control_.rule) {
        connection.control.bound(rates_.work_per_s[i], rates_.network_difficulty);
        connection.control.rtt_s = rates_.latency_s[i];
        connection.difficulty = bounded(connection, connection.difficulty);
      } else {
        connection.difficulty = (*rates_.difficulty)[i];
      }
      share_rates[i] = rate_of(i);
    }
    if (process_) {
      process_->set_rates(now, share_rates);
      return;
    }
    process_.emplace(key_, StreamId::kShares, share_rates, now);
    begin_ = now;
    calendar_.clear(now);
    repeat(kRefresh, config_.job_refresh_s);
    if (control_.rule) repeat(kPoll, control_.rule->poll_s());
  }

  void new_tip(Time now) override {
    ++tip_;
    tip_time_ = now;
    send_pending(now);
  }

  WorkBatch take(Time until) override {
    accepted_.clear();
    while (accepted_.size() < kSharesToGroup) {
      if (next_ == found_.size()) fetch(until);
      const Time share = next_ < found_.size() ? found_[next_].time : Time::forever();
      const Time event = calendar_.next_time();
      const Time next = std::min({share, event, flood_.next()});
      if (next > until) {
        begin_ = until;
        break;
      }
      begin_ = next;
      if (flood_.next() == next) {
        trouble(next);
      } else if (event <= share) {
        handle();
      } else {
        send(found_[next_++]);
      }
    }
    // Others may change rates at the batch's end: what is left of the future comes again.
    forget_future();
    WorkBatch batch{batch_begin_, begin_, era_, accepted_, {}, rates_.difficulty};
    batch_begin_ = begin_;
    groups_.add_to(batch);
    for (const ShareGroup& group : batch.groups) counts_.accepted[group.miner] += group.count;
    return batch;
  }

  double difficulty(std::uint32_t miner) const override { return connections_[miner].difficulty; }
  std::int64_t on_the_way() const override {
    return in_flight_ + validators_.present() - tally_.present();
  }
  std::span<const std::int64_t> sent() const override { return sent_; }
  LinkMeasures uplink() const override { return uplink_.measures(); }
  QueueMeasures queue() const override { return validators_.measures(); }
  std::int64_t received() const override { return received_; }
  FloodTally flood() const override { return tally_; }
  std::int64_t miners_banned() const override { return bans_; }

 private:
  static std::size_t addresses(const FloodConfig& flood) {
    return flood.exists() ? static_cast<std::size_t>(flood.addresses) : 0;
  }
  bool is_miner(std::uint32_t peer) const { return peer < connections_.size(); }
  bool refused(std::uint32_t miner) const {
    return config_.max_connections > 0 && miner >= config_.max_connections;
  }

  static double bounded(const Connection& connection, double difficulty) {
    return std::clamp(difficulty, connection.control.floor, connection.control.ceiling);
  }

  double rate_of(std::uint32_t miner) const {
    const Connection& connection = connections_[miner];
    if (connection.restarting || connection.banned || refused(miner)) return 0.0;
    const double work_per_s = rates_.work_per_s[miner];
    return usable_part(config_, work_per_s * kHashesPerWork) *
           share_rate(work_per_s, connection.difficulty, rates_.network_difficulty);
  }

  void fetch(Time until) {
    found_ = process_->next_batch(std::min(until, calendar_.next_time()));
    next_ = 0;
  }
  void forget_future() {
    process_->unread(found_.size() - next_);
    found_ = {};
    next_ = 0;
  }
  void update_rate(std::uint32_t miner) {
    forget_future();
    process_->set_rate(calendar_.now(), miner, rate_of(miner));
    ++era_;
  }

  void repeat(EventKind kind, double seconds) {
    if (seconds < 1e9) calendar_.push(calendar_.now() + Time::seconds(seconds), kind, 0);
  }

  /// A miner found a share.
  void send(const Arrival& found) {
    const std::uint32_t miner = found.source;
    Connection& connection = connections_[miner];
    const double latency_s = rates_.latency_s[miner];
    if (connection.tip != tip_) {
      connection.tip = tip_;
      connection.heard = messages_.broadcast(tip_time_, latency_s, miner, tip_);
    }
    Parcel share{connection.difficulty, found.time < connection.heard ? tip_ - 1 : tip_,
                 connection.miner_epoch, found.mark, false};
    submit(found.time, miner, share);
    if (config_.duplicate_part > 0.0 && uniform(luck_) < config_.duplicate_part) {
      share.again = true;
      submit(found.time, miner, share);
    }
  }
  void submit(Time now, std::uint32_t miner, const Parcel& share) {
    ++sent_[miner];
    ++in_flight_;
    calendar_.push(messages_.up(now, rates_.latency_s[miner]), kArrive, miner, share);
  }

  void handle() {
    const Event<Parcel> event = calendar_.pop();
    switch (static_cast<EventKind>(event.kind)) {
      case kJobArrives:
        return begin_job(event.time, event.source, event.payload);
      case kRestarted:
        connections_[event.source].restarting = false;
        return update_rate(event.source);
      case kUnbanned:
        connections_[event.source].banned = peers_[event.source].score.banned(event.time);
        return update_rate(event.source);
      case kArrive:
        return arrive(event.time, event.source, event.payload);
      case kReceived:
        return receive(event.time, event.source, event.payload);
      case kValidated:
        if (const auto next = validators_.finish(event.time)) validate(*next);
        return judge(event.time, event.source, event.payload);
      case kRefresh:
        send_pending(event.time);
        return repeat(kRefresh, config_.job_refresh_s);
      case kPoll:
        for (std::uint32_t i = 0; i < connections_.size(); ++i) {
          if (refused(i)) continue;
          change(event.time, i,
                 control_.rule->on_poll(connections_[i].control, event.time.in_seconds()));
        }
        return repeat(kPoll, control_.rule->poll_s());
    }
  }

  /// A message of the flood.
  void trouble(Time now) {
    ++tally_.sent;
    ++in_flight_;
    arrive(now, static_cast<std::uint32_t>(connections_.size()) + flood_.take(), {});
  }

  void arrive(Time now, std::uint32_t peer, const Parcel& share) {
    if (peers_[peer].score.banned(now)) return lose(peer, tally_.banned);
    const std::optional<Time> received = uplink_.pass(now);
    if (!received) return lose(peer, tally_.lost);
    if (*received == now) return receive(now, peer, share);
    calendar_.push(*received, kReceived, peer, share);
  }

  void receive(Time now, std::uint32_t peer, const Parcel& share) {
    ++received_;
    const FloodKind kind = flood_.config().kind;
    const bool refusal = is_miner(peer)
                             ? share.again || is_stale(now, share)
                             : kind == FloodKind::kDuplicate || kind == FloodKind::kStale;
    if (!passes(now, peer)) return lose(peer, tally_.limited);
    if (!take_in(now, peer, share, refusal)) return lose(peer, tally_.lost);
    --in_flight_;
  }

  /// A message on the way is lost; `of_flood` counts it if it is the flood's.
  void lose(std::uint32_t peer, std::int64_t& of_flood) {
    --in_flight_;
    ++(is_miner(peer) ? counts_.lost[peer] : of_flood);
  }

  bool passes(Time now, std::uint32_t peer) {
    return config_.bucket_per_s == 0.0 || peers_[peer].bucket.take(now);
  }

  struct Submission {
    std::uint32_t peer;
    Parcel share;
  };
  /// Whether there was room for it.
  bool take_in(Time now, std::uint32_t peer, const Parcel& share, bool refusal) {
    if (config_.servers == 0) {
      judge(now, peer, share);
      return true;
    }
    if (validators_.full()) return false;
    const double effort = refusal ? config_.refusal_part : 1.0;
    if (const auto begun = validators_.arrive(now, {peer, share}, effort)) validate(*begun);
    return true;
  }
  void validate(const Validators<Submission>::Service& service) {
    calendar_.push(service.done, kValidated, service.item.peer, service.item.share);
  }

  /// The validators' verdict.
  void judge(Time now, std::uint32_t peer, const Parcel& share) {
    bool good = flood_.config().kind == FloodKind::kValid;
    if (is_miner(peer)) {
      good = judge_share(now, peer, share);
    } else {
      ++tally_.judged;
    }
    if (peers_[peer].score.add(config_.ban, now, good)) ban(peer);
  }

  void ban(std::uint32_t peer) {
    if (!is_miner(peer)) {
      ++tally_.bans;
      return;
    }
    ++bans_;
    connections_[peer].banned = true;
    calendar_.push(peers_[peer].score.until(), kUnbanned, peer);
    update_rate(peer);
  }

  bool is_stale(Time now, const Parcel& share) const {
    const bool in_grace = share.tip + 1 == tip_ && now - tip_time_ < Time::seconds(rates_.grace_s);
    return share.tip != tip_ && !in_grace;
  }

  /// The fate of a miner's share; whether it is accepted.
  bool judge_share(Time now, std::uint32_t miner, const Parcel& share) {
    Connection& connection = connections_[miner];
    const bool stale = is_stale(now, share);
    if (stale) {
      ++counts_.stale[miner];
    } else if (share.epoch != connection.epoch) {
      ++counts_.superseded[miner];
    } else if (too_easy(connection, share)) {
      ++counts_.low_difficulty[miner];
    } else if (share.again) {
      ++counts_.duplicate[miner];
    } else {
      accepted_.push_back({now, miner, share.difficulty});
      if (control_.rule) {
        change(now, miner,
               control_.rule->on_share(connection.control, now.in_seconds(), share.difficulty));
      }
      return true;
    }
    if (control_.rule) control_.rule->on_refused(connection.control, stale, !stale);
    return false;
  }

  /// Achieved difficulties are k times that of the job with probability 1/k.
  bool too_easy(const Connection& connection, const Parcel& share) const {
    if (config_.judge_by == JudgeBy::kJob || !control_.rule) return false;
    return (share.mark + 0.5) * 0x1p-32 * connection.control.difficulty > share.difficulty;
  }

  void change(Time now, std::uint32_t miner, const std::optional<DifficultyChange>& change) {
    if (!change) return;
    Connection& connection = connections_[miner];
    ++counts_.difficulty_changes[miner];
    connection.pending = !change->clean_job;
    if (connection.pending) {
      pending_.push_back(miner);
      return;
    }
    ++connection.epoch;
    send_job(now, miner);
  }

  void send_pending(Time now) {
    for (const std::uint32_t miner : pending_) {
      if (connections_[miner].pending) send_job(now, miner);
      connections_[miner].pending = false;
    }
    pending_.clear();
  }

  void send_job(Time now, std::uint32_t miner) {
    Connection& connection = connections_[miner];
    const Parcel job{connection.control.difficulty, 0, connection.epoch, 0, false};
    const Time time = messages_.down(now, rates_.latency_s[miner], miner, ~connection.jobs++);
    calendar_.push(std::max(time, calendar_.now()), kJobArrives, miner, job);
  }

  void begin_job(Time now, std::uint32_t miner, const Parcel& job) {
    Connection& connection = connections_[miner];
    connection.difficulty = bounded(connection, job.difficulty);
    if (job.epoch != connection.miner_epoch && config_.restart_s > 0.0) {
      connection.restarting = true;
      calendar_.push(now + Time::seconds(config_.restart_s), kRestarted, miner);
    }
    connection.miner_epoch = job.epoch;
    update_rate(miner);
  }

  FrontEndConfig config_;
  DifficultyControl control_;
  WorldKey key_;
  std::vector<Connection> connections_;
  std::vector<Peer> peers_;
  std::vector<std::uint32_t> pending_;
  Messages messages_;
  Link uplink_;
  Validators<Submission> validators_;
  Rng luck_;
  Flood flood_;
  FloodTally tally_;
  Calendar<Parcel> calendar_;
  std::optional<AdjustableSuperposition> process_;
  std::span<const Arrival> found_;
  std::size_t next_ = 0;
  Time begin_;
  Time batch_begin_;
  Time tip_time_;
  std::uint32_t tip_ = 0;
  std::int64_t in_flight_ = 0;
  std::int64_t received_ = 0;
  std::int64_t bans_ = 0;  // of miners
  ShareGroups groups_;
  std::vector<std::int64_t> sent_;
  std::vector<CreditedShare> accepted_;
};

}  // namespace

std::unique_ptr<ShareSource> make_front_end_source(std::size_t miners, const FrontEndConfig& config,
                                                   const DifficultyControl& control,
                                                   const WorldKey& key) {
  return std::make_unique<FrontEndSource>(miners, config, control, key);
}

}  // namespace aicmp

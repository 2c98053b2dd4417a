#include "sim/pool/vardiff/share_view.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/base/units.hpp"

namespace aicmp {
namespace {

constexpr double kWindowS = 600.0;  // of the estimate, as an exponential average
constexpr double kReferenceRate = 0.3;

}  // namespace

std::string ShareView::choice_name(std::size_t choice) {
  return choice == kKeep ? "keep" : fmt::format("{:+g}_octaves", kOctaves[choice]);
}

double ShareView::kept(double step_s) {
  return std::exp(-step_s / kWindowS);
}

void ShareView::add_step(double step_s, double kept, const Step& step) {
  work = kept * work + step.work;
  weight_s = kept * weight_s + step_s;
  shares_seen = kept * shares_seen + step.shares;
  stale_seen = kept * stale_seen + step.stale;
  rejected_seen = kept * rejected_seen + step.rejected;
  last_shares = step.shares;
  since_share_s = step.shares > 0.0 ? step.last_before_end_s : since_share_s + step_s;
  since_change_s = step_s + (step.changed ? 0.0 : since_change_s);
}

double ShareView::hashes_per_s(double step_s, double difficulty) const {
  // (n - 1) / T has no bias where n / T has n / (n - 1); without shares the time bounds the rate.
  const double counted =
      shares_seen > 1.0 ? work * (shares_seen - 1.0) / shares_seen : 0.5 * difficulty;
  return counted * kHashesPerWork / std::max(weight_s, step_s);
}

void ShareView::observe(double step_s, double difficulty, std::span<float> out) const {
  const double hash = hashes_per_s(step_s, difficulty);
  const double rate = hash / (difficulty * kHashesPerWork);
  out[0] = static_cast<float>(std::log(hash / kReferenceHash));
  out[1] = static_cast<float>(1.0 / std::sqrt(std::max(shares_seen, 1.0)));
  out[2] = static_cast<float>(std::log(rate / kReferenceRate));
  out[3] = static_cast<float>(std::log1p(last_shares));
  out[4] = static_cast<float>(since_share_s * rate);
  out[5] = static_cast<float>(std::log1p(since_change_s / step_s));
  out[6] = static_cast<float>(rtt_s / 0.1);
  const double refused = stale_seen + rejected_seen;
  const double percent = refused > 0.0 ? 100.0 / (shares_seen + refused) : 0.0;
  out[7] = static_cast<float>(percent * stale_seen);
  out[8] = static_cast<float>(percent * rejected_seen);
}

double ShareView::aim(double step_s, double difficulty, double log_rate, double band, double least,
                      double most) const {
  if (band >= kWidestBand) return difficulty;
  const double wanted = std::clamp(
      hashes_per_s(step_s, difficulty) / kHashesPerWork / std::exp(log_rate), least, most);
  return std::abs(std::log2(wanted / difficulty)) <= band ? difficulty : wanted;
}

}  // namespace aicmp

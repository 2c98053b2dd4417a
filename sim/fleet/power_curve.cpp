#include "sim/fleet/power_curve.hpp"

#include <algorithm>
#include <cmath>

namespace aicmp {
namespace {

constexpr double kStockExponent = 1.64;
constexpr double kStockLeast = 0.56;
constexpr double kTolerance = 0.99;  // presets of one table wobble by less than a percent

bool by_hash_rate(const OperatingPoint& a, const OperatingPoint& b) {
  return a.hashrate_ths < b.hashrate_ths;
}

bool costs_more_per_hash(std::span<const OperatingPoint> points) {
  for (std::size_t i = 1; i < points.size(); ++i) {
    const bool more_power = points[i].power_w > points[i - 1].power_w;
    if (!more_power || points[i].joules_per_hash() < kTolerance * points[i - 1].joules_per_hash()) {
      return false;
    }
  }
  return true;
}

}  // namespace

PowerCurve::PowerCurve(const AsicModel& model, std::string_view mode) {
  const OperatingPoint nameplate{model.hashrate_ths, model.power_w};
  const auto chosen =
      std::find_if(model.modes.begin(), model.modes.end(),
                   [&](const PowerMode& candidate) { return candidate.name == mode; });
  if (chosen != model.modes.end()) {
    for (const PowerMode& other : model.modes) {
      if (other.source == chosen->source) points_.push_back({other.hashrate_ths, other.power_w});
    }
    std::vector<OperatingPoint> all = points_;
    all.push_back(nameplate);
    std::sort(all.begin(), all.end(), by_hash_rate);
    if (costs_more_per_hash(all)) points_ = std::move(all);
  } else {
    points_ = {nameplate};
  }
  if (points_.size() == 1) {
    points_.insert(points_.begin(),
                   {kStockLeast * points_.front().hashrate_ths,
                    std::pow(kStockLeast, kStockExponent) * points_.front().power_w});
  }
  std::sort(points_.begin(), points_.end(), by_hash_rate);
  for (std::size_t i = 1; i < points_.size(); ++i) {
    exponents_.push_back(std::log(points_[i].power_w / points_[i - 1].power_w) /
                         std::log(points_[i].hashrate_ths / points_[i - 1].hashrate_ths));
  }
}

double PowerCurve::power_w(double ths) const {
  ths = std::clamp(ths, min_ths(), max_ths());
  std::size_t i = 0;
  while (i + 1 < exponents_.size() && ths > points_[i + 1].hashrate_ths) ++i;
  return points_[i].power_w * std::pow(ths / points_[i].hashrate_ths, exponents_[i]);
}

double PowerCurve::ths_at(double power_w) const {
  power_w = std::clamp(power_w, min_power_w(), max_power_w());
  std::size_t i = 0;
  while (i + 1 < exponents_.size() && power_w > points_[i + 1].power_w) ++i;
  return points_[i].hashrate_ths * std::pow(power_w / points_[i].power_w, 1.0 / exponents_[i]);
}

OperatingPoint PowerCurve::best(double usd_per_ths_hour, double usd_per_kwh, double limit_w) const {
  OperatingPoint best = points_.front();
  double most = -INFINITY;
  const auto consider = [&](double ths) {
    ths = std::min(std::clamp(ths, min_ths(), max_ths()), ths_at(limit_w));
    const OperatingPoint point{ths, power_w(ths)};
    const double profit =
        usd_per_ths_hour * point.hashrate_ths - usd_per_kwh * point.power_w * 1e-3;
    if (profit <= most) return;
    most = profit;
    best = point;
  };
  for (std::size_t i = 0; i < points_.size(); ++i) {
    consider(points_[i].hashrate_ths);
    if (i == exponents_.size() || usd_per_kwh <= 0.0 || exponents_[i] <= 1.0) continue;
    // d/dh (a h - b P0 (h / h0)^k) = 0, where it lies within the segment.
    const double k = exponents_[i];
    const double slope = usd_per_kwh * 1e-3 * points_[i].power_w * k / points_[i].hashrate_ths;
    const double ths =
        points_[i].hashrate_ths * std::pow(usd_per_ths_hour / slope, 1.0 / (k - 1.0));
    if (ths > points_[i].hashrate_ths && ths < points_[i + 1].hashrate_ths) consider(ths);
  }
  return best;
}

}  // namespace aicmp

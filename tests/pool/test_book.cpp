#include "sim/pool/book.hpp"

#include <cmath>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include "drive.hpp"

using namespace aicmp;
using namespace aicmp::test;

namespace {

Satoshi sum(std::span<const Satoshi> values) {
  Satoshi total;
  for (const Satoshi value : values) total += value;
  return total;
}

void check_conserved(const Book& book, Satoshi initial_reserve) {
  REQUIRE(book.income() == book.paid() + book.unpaid() + (book.reserve() - initial_reserve) +
                               book.transaction_costs() + book.dividends());
  REQUIRE(sum(book.earned()) == book.credited());
  REQUIRE(sum(book.earned()) == book.paid() + book.unpaid());
  REQUIRE(sum(book.paid_by_miner()) == book.paid());
  REQUIRE(book.lowest_reserve() <= book.reserve());
  REQUIRE(book.lowest_cash() <= initial_reserve);
  REQUIRE(book.cash() <= book.reserve() + book.unpaid());
}

}  // namespace

TEST_CASE("a book conserves every satoshi under random operations") {
  Rng rng = test_rng(6);
  for (int run = 0; run < 50; ++run) {
    const std::size_t miners = 1 + rng() % 20;
    PayoutConfig config;
    config.reserve_btc = 3.0;
    config.threshold_btc = 1e-6;
    config.maturity_blocks = 5;
    config.dividend = 0.5;
    config.dividend_keeps_btc = 2.0;
    const Satoshi initial(300'000'000);
    Book book(config, miners);
    struct Open {
      std::uint64_t id;
      std::int64_t height;
      Satoshi reward;
    };
    std::vector<Open> open;
    std::int64_t height = 100;
    for (int step = 0; step < 400; ++step) {
      switch (rng() % 8) {
        case 0:
          for (std::uint32_t i = 0; i < miners; ++i) book.credit(i, 1000.0 * uniform(rng));
          break;
        case 1:
        case 2: {
          const auto reward = static_cast<std::int64_t>(rng() % 400'000);
          std::vector<Satoshi> parts(miners);
          std::int64_t rest = reward;
          for (Satoshi& part : parts) {
            part = Satoshi(static_cast<std::int64_t>(uniform(rng) * static_cast<double>(rest)));
            rest -= part.value();
          }
          const std::uint64_t id =
              1000 * static_cast<std::uint64_t>(run) + static_cast<std::uint64_t>(step);
          book.receive(++height, Satoshi(reward));
          book.distribute(id, height, parts);
          open.push_back({id, height, Satoshi(reward)});
          break;
        }
        case 3:
          if (open.empty()) break;
          book.lose(open.back().height, open.back().reward);
          book.reverse(open.back().id);
          open.clear();  // only the newest block can be lost
          break;
        case 4:
          book.mature(height);
          break;
        case 5: {
          const auto miner = static_cast<std::uint32_t>(rng() % miners);
          const Satoshi owed = book.earned()[miner] - book.paid_by_miner()[miner];
          const Satoshi reserve = book.reserve();
          CHECK(book.forfeit(miner) == owed);
          CHECK(book.reserve() == reserve + owed);
          CHECK(book.earned()[miner] == book.paid_by_miner()[miner]);
          break;
        }
        case 6: {
          const Satoshi surplus = std::min(book.reserve(), book.cash()) - Satoshi(200'000'000);
          const Satoshi half = std::max(Satoshi(0), Satoshi(surplus.value() / 2));
          CHECK(book.pay_dividend() == half);
          break;
        }
        default: {
          const Satoshi paid_before = book.paid();
          const Satoshi balances = sum(book.balance());
          const PayoutBatch batch = book.settle();
          CHECK(book.paid() - paid_before == batch.amount);
          CHECK(balances - sum(book.balance()) == batch.amount);
          for (const Satoshi left : book.balance()) CHECK(left < Satoshi(100));
        }
      }
      check_conserved(book, initial);
    }
  }
}

TEST_CASE("fractions of a satoshi are carried, none is created") {
  Book book({}, 2);
  for (int k = 0; k < 1000; ++k) book.credit(0, 0.3);
  book.credit(1, 0.999);
  CHECK(std::abs(book.earned()[0].value() - 300) <= 1);
  CHECK(book.earned()[1] == Satoshi(0));
}

TEST_CASE("parts of a block can be paid when it is mature, and are reversed until then") {
  PayoutConfig config;
  config.threshold_btc = 0.0;
  config.maturity_blocks = 100;
  config.transaction_fee_sat_per_vb = 0.0;
  Book book(config, 2);
  book.receive(500, Satoshi(100));
  book.distribute(1, 500, {Satoshi(60), Satoshi(30)});
  book.mature(599);
  CHECK(book.settle().miners_paid == 0);
  book.mature(600);
  const PayoutBatch batch = book.settle();
  CHECK(batch.miners_paid == 2);
  CHECK(batch.amount == Satoshi(90));
  CHECK(book.reserve() == Satoshi(10));

  book.receive(601, Satoshi(100));
  book.distribute(2, 601, {Satoshi(60), Satoshi(30)});
  book.lose(601, Satoshi(100));
  book.reverse(2);
  CHECK(book.earned()[0] == Satoshi(60));
  CHECK(book.unpaid() == Satoshi(0));
  CHECK(book.reserve() == Satoshi(10));
  book.mature(1000);
  CHECK(book.settle().miners_paid == 0);
}

TEST_CASE("who forfeits loses what is owed, mature or not, and what is taken back later is less") {
  PayoutConfig config;
  config.maturity_blocks = 100;
  Book book(config, 2);
  book.credit(0, 7.0);
  book.receive(500, Satoshi(100));
  book.distribute(1, 500, {Satoshi(60), Satoshi(30)});
  CHECK(book.forfeit(0) == Satoshi(67));
  CHECK(book.forfeit(0) == Satoshi(0));
  CHECK(book.forfeited() == Satoshi(67));
  CHECK(book.unpaid() == Satoshi(30));
  CHECK(book.reserve() == Satoshi(70));
  book.lose(500, Satoshi(100));
  book.reverse(1);
  CHECK(book.unpaid() == Satoshi(0));
  CHECK(book.earned()[0] == Satoshi(0));
  CHECK(book.reserve() == Satoshi(0));
}

TEST_CASE("balances below the threshold are carried, and the pool pays for transactions by size") {
  PayoutConfig config;
  config.threshold_btc = 1e-6;  // 100 sat
  config.transaction_fee_sat_per_vb = 10.0;
  config.outputs_per_transaction = 2;
  Book book(config, 5);
  const std::vector<double> due = {100.0, 99.0, 200.0, 0.0, 100.0};
  for (std::uint32_t i = 0; i < 5; ++i) book.credit(i, due[i]);
  const PayoutBatch batch = book.settle();
  CHECK(batch.miners_paid == 3);
  CHECK(batch.amount == Satoshi(400));
  CHECK(batch.transaction_cost == Satoshi((2 * 79 + 3 * 31) * 10));
  CHECK(book.balance()[1] == Satoshi(99));
  book.credit(1, 1.0);
  CHECK(book.settle().amount == Satoshi(100));
}

TEST_CASE("ruin is noted at the moment the falling reserve crosses zero") {
  PayoutConfig config;
  config.reserve_btc = 1e-6;
  Book book(config, 1);
  const Satoshi before = book.reserve();
  book.credit(0, 400.0);
  book.watch_ruin(Time::seconds(1000.0), Time::seconds(2000.0), before);
  CHECK(book.ruined());
  CHECK(book.ruin_time() == Time::seconds(1250.0));
  book.receive(1, Satoshi(10'000));
  CHECK(book.ruined());
  CHECK(book.lowest_reserve() == Satoshi(-300));
}

TEST_CASE("money of immature coinbases cannot be spent, so PPS needs working capital") {
  PayoutConfig config;
  config.reserve_btc = 1e-6;  // 100 sat
  config.threshold_btc = 0.0;
  config.transaction_fee_sat_per_vb = 0.0;
  config.dividend = 1.0;
  Book book(config, 1);
  book.receive(1, Satoshi(1000));
  CHECK(book.reserve() == Satoshi(1100));
  CHECK(book.cash() == Satoshi(100));
  book.credit(0, 400.0);
  CHECK(book.settle().amount == Satoshi(400));
  CHECK(book.cash() == Satoshi(-300));
  CHECK(book.pay_dividend() == Satoshi(0));
  CHECK(book.lowest_cash() == Satoshi(-300));
  book.mature(101);
  CHECK(book.cash() == Satoshi(700));
  CHECK(book.pay_dividend() == Satoshi(700));
  CHECK(book.reserve() == Satoshi(0));
  CHECK(book.lowest_cash() == Satoshi(-300));
}

TEST_CASE("a ruined operator pays no dividend") {
  PayoutConfig config;
  config.dividend = 1.0;
  Book book(config, 1);
  book.credit(0, 400.0);
  book.watch_ruin(Time(), Time::seconds(1.0), Satoshi(0));
  book.receive(1, Satoshi(10'000));
  book.mature(200);
  CHECK(book.pay_dividend() == Satoshi(0));
}

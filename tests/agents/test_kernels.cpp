#include <cmath>
#include <numeric>

#include <doctest/doctest.h>

#include "agents/floats.hpp"
#include "agents/kernels/kernels.hpp"
#include "sim/base/distributions.hpp"

namespace aicmp {
namespace {

Floats noise(std::size_t size, std::uint32_t entity) {
  Rng rng({}, StreamId::kTest, entity);
  Floats x(size);
  for (float& value : x) value = static_cast<float>(normal(rng));
  return x;
}

double number(float x) {
  return static_cast<double>(x);
}

template <typename Check>
void on_all_kernels(const Check& check) {
  const KernelList list = runnable_kernels();
  for (std::size_t i = 0; i < list.size; ++i) {
    CAPTURE(list.first[i]->name);
    check(*list.first[i]);
  }
}

constexpr std::size_t kIn = 21, kOut = 48;

TEST_CASE("Dense layers are the products they say, for any number of rows") {
  const Floats x = noise(70 * kIn, 1), w = noise(kIn * kOut, 2), b = noise(kOut, 3);
  on_all_kernels([&](const Kernels& kernels) {
    for (const std::size_t rows : {1u, 3u, 8u, 13u, 64u, 70u}) {
      for (const Activation f : {Activation::kTanh, Activation::kRelu, Activation::kNone}) {
        Floats y(rows * kOut);
        kernels.dense(f, rows, kIn, kOut, x.data(), kIn, w.data(), b.data(), y.data());
        for (std::size_t r = 0; r < rows; ++r) {
          for (std::size_t j = 0; j < kOut; ++j) {
            double z = number(b[j]);
            for (std::size_t k = 0; k < kIn; ++k)
              z += number(x[r * kIn + k]) * number(w[k * kOut + j]);
            const double expected = f == Activation::kTanh   ? std::tanh(z)
                                    : f == Activation::kRelu ? std::max(z, 0.0)
                                                             : z;
            CHECK(number(y[r * kOut + j]) == doctest::Approx(expected).epsilon(1e-5).scale(1.0));
          }
        }
      }
    }
  });
}

TEST_CASE("Layers of few outputs are the same products") {
  constexpr std::size_t kWide = 48;
  const Floats x = noise(70 * kWide, 1), w = noise(15 * kWide, 2), b = noise(15, 3);
  on_all_kernels([&](const Kernels& kernels) {
    for (std::size_t out = 1; out <= 15; ++out) {
      Floats y(70 * kPadding, 7.0f);
      kernels.dense_by_output(70, kWide, out, x.data(), kWide, w.data(), b.data(), y.data(),
                              kPadding);
      for (std::size_t r = 0; r < 70; ++r) {
        for (std::size_t j = 0; j < out; ++j) {
          double z = number(b[j]);
          for (std::size_t k = 0; k < kWide; ++k) {
            z += number(x[r * kWide + k]) * number(w[j * kWide + k]);
          }
          CHECK(number(y[r * kPadding + j]) == doctest::Approx(z).epsilon(1e-5).scale(1.0));
        }
        CHECK(y[r * kPadding + out] == 7.0f);
      }
    }
  });
}

TEST_CASE("A row does not depend on the rows around it") {
  const Floats x = noise(70 * kIn, 1), w = noise(kIn * kOut, 2), b = noise(kOut, 3);
  on_all_kernels([&](const Kernels& kernels) {
    Floats all(70 * kOut), one(kOut);
    kernels.dense(Activation::kTanh, 70, kIn, kOut, x.data(), kIn, w.data(), b.data(), all.data());
    for (std::size_t r = 0; r < 70; ++r) {
      kernels.dense(Activation::kTanh, 1, kIn, kOut, x.data() + r * kIn, kIn, w.data(), b.data(),
                    one.data());
      CHECK(std::equal(one.begin(), one.end(), all.begin() + static_cast<long>(r * kOut)));
    }
    for (const std::size_t out : {1u, 5u, 8u, 13u}) {
      kernels.dense_by_output(64, kPadding, out, x.data(), kIn, w.data(), b.data(), all.data(),
                              kOut);
      for (std::size_t r = 0; r < 64; ++r) {
        kernels.dense_by_output(1, kPadding, out, x.data() + r * kIn, kIn, w.data(), b.data(),
                                one.data(), kOut);
        CHECK(std::equal(one.begin(), one.begin() + static_cast<long>(out),
                         all.begin() + static_cast<long>(r * kOut)));
      }
    }
  });
}

TEST_CASE("Gradients of dense layers") {
  constexpr std::size_t kRows = 37, kWide = 32;
  const Floats dy = noise(kRows * kOut, 4), x = noise(kRows * kWide, 5), w = noise(kOut * kWide, 6);
  on_all_kernels([&](const Kernels& kernels) {
    Floats dx(kRows * kWide);
    kernels.dense_inputs(Activation::kTanh, kRows, kWide, 45, dy.data(), kOut, w.data(), x.data(),
                         dx.data());
    for (std::size_t r = 0; r < kRows; ++r) {
      for (std::size_t k = 0; k < kWide; ++k) {
        double sum = 0.0;
        for (std::size_t j = 0; j < 45; ++j)
          sum += number(dy[r * kOut + j]) * number(w[j * kWide + k]);
        const double h = number(x[r * kWide + k]);
        CHECK(number(dx[r * kWide + k]) ==
              doctest::Approx(sum * (1.0 - h * h)).epsilon(1e-5).scale(10.0));
      }
    }
    Floats dw(kWide * kOut, 1.0f), db(kOut, 2.0f);  // they are added to
    kernels.dense_weights(kRows, kWide, kOut, x.data(), kWide, dy.data(), dw.data());
    kernels.add_rows(kRows, kOut, dy.data(), db.data());
    for (std::size_t j = 0; j < kOut; ++j) {
      double bias = 2.0;
      for (std::size_t r = 0; r < kRows; ++r) bias += number(dy[r * kOut + j]);
      CHECK(number(db[j]) == doctest::Approx(bias).epsilon(1e-5).scale(1.0));
      for (std::size_t k = 0; k < kWide; ++k) {
        double sum = 1.0;
        for (std::size_t r = 0; r < kRows; ++r)
          sum += number(x[r * kWide + k]) * number(dy[r * kOut + j]);
        CHECK(number(dw[k * kOut + j]) == doctest::Approx(sum).epsilon(1e-5).scale(1.0));
      }
    }
  });
}

TEST_CASE("Transposing leaves what is beside the matrix alone") {
  constexpr std::size_t kRows = 45, kPitch = 48;
  const Floats x = noise(kRows * kOut, 4);
  on_all_kernels([&](const Kernels& kernels) {
    Floats y(32 * kPitch, 7.0f);
    kernels.transpose(kRows, 32, x.data(), kOut, y.data(), kPitch);
    for (std::size_t j = 0; j < 32; ++j) {
      for (std::size_t i = 0; i < kPitch; ++i) {
        CHECK(y[j * kPitch + i] == (i < kRows ? x[i * kOut + j] : 7.0f));
      }
    }
  });
}

TEST_CASE("The hyperbolic tangent is right to a few units in the last place") {
  const float one = 1.0f, zero = 0.0f;
  on_all_kernels([&](const Kernels& kernels) {
    double worst = 0.0;
    for (int i = -20000; i <= 20000; ++i) {
      Floats w(kPadding, static_cast<float>(i) * 5e-4f), b(kPadding, zero), y(kPadding);
      kernels.dense(Activation::kTanh, 1, 1, kPadding, &one, 1, w.data(), b.data(), y.data());
      worst = std::max(worst, std::abs(number(y[0]) - std::tanh(number(w[0]))));
    }
    CHECK(worst < 4e-7);
  });
}

TEST_CASE("Log-probabilities and probabilities, with and without a mask") {
  constexpr std::size_t kRows = 9, kChoices = 19, kPitch = 32;
  const Floats logits = noise(kRows * kPitch, 7);
  std::vector<signed char> mask(kRows * kChoices);
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = i % 3 != 1;
  on_all_kernels([&](const Kernels& kernels) {
    for (const bool masked : {false, true}) {
      Floats log_p = logits, p(kRows * kPitch);
      for (float& x : log_p) x *= 20.0f;
      const Floats scaled = log_p;
      kernels.log_softmax(kRows, kChoices, kPitch, log_p.data(), masked ? mask.data() : nullptr,
                          kChoices, p.data());
      for (std::size_t r = 0; r < kRows; ++r) {
        double sum = 0.0, total = 0.0;
        for (std::size_t j = 0; j < kChoices; ++j) {
          if (!masked || mask[r * kChoices + j] != 0)
            sum += std::exp(number(scaled[r * kPitch + j]));
        }
        for (std::size_t j = 0; j < kChoices; ++j) {
          total += number(p[r * kPitch + j]);
          if (masked && mask[r * kChoices + j] == 0) {
            CHECK(p[r * kPitch + j] == 0.0f);
            continue;
          }
          const double expected = number(scaled[r * kPitch + j]) - std::log(sum);
          CHECK(number(log_p[r * kPitch + j]) ==
                doctest::Approx(expected).epsilon(1e-5).scale(1.0));
          CHECK(number(p[r * kPitch + j]) ==
                doctest::Approx(std::exp(expected)).epsilon(2e-5).scale(1e-3));
        }
        CHECK(total == doctest::Approx(1.0).epsilon(1e-6));
      }
    }
  });
}

TEST_CASE("Adam is the update of its paper, and all kernels agree") {
  constexpr std::size_t kSize = 48;
  const Floats gradient = noise(kSize, 8), start = noise(kSize, 9);
  const AdamStep step{.scale = 0.5f,
                      .rate = 0.01f,
                      .root_scale = 3.0f,
                      .beta1 = 0.9f,
                      .beta2 = 0.999f,
                      .epsilon = 1e-5f};
  on_all_kernels([&](const Kernels& kernels) {
    Floats parameters = start, mean(kSize, 0.1f), square(kSize, 0.2f);
    kernels.adam(step, kSize, gradient.data(), mean.data(), square.data(), parameters.data());
    for (std::size_t i = 0; i < kSize; ++i) {
      const double g = 0.5 * number(gradient[i]);
      const double m = 0.9 * 0.1 + 0.1 * g, v = 0.999 * 0.2 + 0.001 * g * g;
      CHECK(number(mean[i]) == doctest::Approx(m).epsilon(1e-5));
      CHECK(number(square[i]) == doctest::Approx(v).epsilon(1e-5));
      CHECK(
          number(parameters[i]) ==
          doctest::Approx(number(start[i]) - 0.01 * m / (3.0 * std::sqrt(v) + 1e-5)).epsilon(1e-5));
    }
    const double norm = std::inner_product(start.begin(), start.end(), start.begin(), 0.0);
    CHECK(kernels.squared_norm(kSize, start.data()) == doctest::Approx(norm).epsilon(1e-5));
  });
}

}  // namespace
}  // namespace aicmp

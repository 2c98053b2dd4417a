/* Loads a bundle and decides once for the observation on the command line.
 *
 *   cc decide.c -I../../sim/policy/c_api -L../../build/release -laicmp_policy -o decide
 *   LD_LIBRARY_PATH=../../build/release ./decide BUNDLE 0.1 0.2 ...
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "aicmp_policy.h"

int main(int argc, char** argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: decide BUNDLE FEATURE...\n");
    return 2;
  }
  if (aicmp_policy_abi() != AICMP_POLICY_ABI) {
    fprintf(stderr, "the library is of another version than the header\n");
    return 1;
  }
  aicmp_policy* policy = NULL;
  char why[512];
  if (aicmp_policy_load(argv[1], NULL, &policy, why, sizeof why) != AICMP_OK) {
    fprintf(stderr, "refused, the fallback takes over: %s\n", why);
    return 1;
  }
  const aicmp_policy_shape shape = aicmp_policy_get_shape(policy);
  if ((size_t)argc - 2 != shape.features) {
    fprintf(stderr, "%zu features are needed: %s\n", shape.features, aicmp_policy_describe(policy));
    aicmp_policy_free(policy);
    return 2;
  }
  float* observation = calloc(shape.features, sizeof *observation);
  float* state = calloc(shape.state + 1, sizeof *state);
  int64_t* choices = calloc(shape.sets + 1, sizeof *choices);
  float* numbers = calloc(shape.numbers + 1, sizeof *numbers);
  int64_t clamped = 0;
  for (size_t i = 0; i < shape.features; ++i) observation[i] = strtof(argv[i + 2], NULL);
  const aicmp_status status =
      aicmp_policy_infer(policy, 1, observation, NULL, state, choices, numbers, &clamped);
  if (status == AICMP_OK) {
    for (size_t i = 0; i < shape.sets; ++i) printf("choice %" PRId64 "\n", choices[i]);
    for (size_t i = 0; i < shape.numbers; ++i) printf("number %.9g\n", (double)numbers[i]);
    printf("clamped %" PRId64 "\n", clamped);
  } else {
    fprintf(stderr, "the fallback decides: %s\n", aicmp_status_text(status));
  }
  free(observation);
  free(state);
  free(choices);
  free(numbers);
  aicmp_policy_free(policy);
  return status == AICMP_OK ? 0 : 1;
}

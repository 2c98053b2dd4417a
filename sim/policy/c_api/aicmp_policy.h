/* Policies of AICMP in any program: load a bundle, ask what it sees and does, decide.
 *
 * Plain C, no torch. Every function may be called from several threads at once, for the same policy
 * too; only aicmp_policy_free() must come last. No function writes to standard output, ends the
 * process or throws. A bundle that is damaged, changed, of another version or at odds with itself
 * is refused with a reason: docs/policy_bundle.md. */
#ifndef AICMP_POLICY_H
#define AICMP_POLICY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes when a function or a struct of this header does. */
#define AICMP_POLICY_ABI 1

/* NOLINTBEGIN(readability-identifier-naming): the names of a C interface */
typedef struct aicmp_policy aicmp_policy;

typedef enum aicmp_status {
  AICMP_OK = 0,
  AICMP_REFUSED = 1,    /* the bundle does not hold: never use it, take the fallback */
  AICMP_UNREADABLE = 2, /* a file is missing or cannot be read */
  AICMP_ARGUMENT = 3,   /* a null pointer, or a pointer that this policy needs is missing */
  AICMP_NOT_FINITE = 4, /* a feature is NaN or infinite: take the fallback for this decision */
  AICMP_NO_CHOICE = 5,  /* a mask that allows nothing in some set */
  AICMP_MEMORY = 6
} aicmp_status;

/* Sizes of the rows that aicmp_policy_infer() reads and writes. */
typedef struct aicmp_policy_shape {
  size_t features; /* of an observation */
  size_t outputs;  /* choices of all sets, which is also the width of a mask; or numbers */
  size_t sets;     /* choices made at once; 0 if the action is numbers */
  size_t numbers;  /* 0 if the action is choices */
  size_t state;    /* floats that a recurrent policy keeps for each row; 0 otherwise */
} aicmp_policy_shape;
/* NOLINTEND(readability-identifier-naming) */

/* AICMP_POLICY_ABI of the library, to be compared with that of the header. */
int aicmp_policy_abi(void);

/* Loads and verifies the bundle in `folder`. `public_key` is the path of an Ed25519 public key in
 * PEM that must have signed it, or NULL to take unsigned ones. On success *policy must be freed.
 * Otherwise it is NULL and the reason goes to `message`, at most `message_size` bytes with the
 * final 0; NULL if not wanted. */
aicmp_status aicmp_policy_load(const char* folder, const char* public_key, aicmp_policy** policy,
                               char* message, size_t message_size);

/* NULL is allowed. */
void aicmp_policy_free(aicmp_policy* policy);

/* policy.json's "model" as JSON text: features with units and ranges, layers, action; with
 * "fallback", the heuristic that takes over. Belongs to the policy. */
const char* aicmp_policy_describe(const aicmp_policy* policy);

aicmp_policy_shape aicmp_policy_get_shape(const aicmp_policy* policy);

/* Decides for `rows` rows, each as if it were alone. All arrays are row-major and the caller's:
 *   observation [rows][features]  in the units of the description; what is outside a feature's
 *                                 range is clamped
 *   mask        [rows][outputs]   0: this choice is impossible; NULL: all are possible
 *   state       [rows][state]     read and written; zeros before the first decision of a row; may
 *                                 be NULL if the shape says 0
 *   choices     [rows][sets]      written; may be NULL if the action is numbers
 *   numbers     [rows][numbers]   written, always within their ranges; may be NULL likewise
 *   clamped                       written: features that were outside their range; NULL if not
 *                                 wanted
 * Unless AICMP_OK is returned nothing has been written. */
aicmp_status aicmp_policy_infer(const aicmp_policy* policy, size_t rows, const float* observation,
                                const int8_t* mask, float* state, int64_t* choices, float* numbers,
                                int64_t* clamped);

/* What a status means, in English. */
const char* aicmp_status_text(aicmp_status status);

#ifdef __cplusplus
}
#endif

#endif

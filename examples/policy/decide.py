"""Loads a bundle through ctypes and decides once for the observation on the command line.

    python decide.py build/release/libaicmp_policy.so BUNDLE 0.1 0.2 ...

Needs nothing but Python's standard library and the shared library.
"""

import ctypes
import json
import sys


class Shape(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_size_t) for name in ("features", "outputs", "sets", "numbers", "state")
    ]


class Policy:
    """A bundle that was loaded and verified."""

    def __init__(self, library: str, folder: str, public_key: str | None = None) -> None:
        c = ctypes.CDLL(library)
        c.aicmp_policy_describe.restype = ctypes.c_char_p
        c.aicmp_policy_get_shape.restype = Shape
        c.aicmp_status_text.restype = ctypes.c_char_p
        self._c = c
        self._handle = ctypes.c_void_p()
        why = ctypes.create_string_buffer(512)
        key = public_key.encode() if public_key else None
        status = c.aicmp_policy_load(
            folder.encode(), key, ctypes.byref(self._handle), why, ctypes.c_size_t(len(why))
        )
        if status != 0:
            raise ValueError(why.value.decode())
        self.shape: Shape = c.aicmp_policy_get_shape(self._handle)
        self.description = json.loads(c.aicmp_policy_describe(self._handle))
        self._state = (ctypes.c_float * (self.shape.state + 1))()

    def decide(self, observation: list[float]) -> tuple[list[int], list[float], int]:
        """Choices of the sets, numbers, and how many features were out of range."""
        features = (ctypes.c_float * self.shape.features)(*observation)
        choices = (ctypes.c_int64 * (self.shape.sets + 1))()
        numbers = (ctypes.c_float * (self.shape.numbers + 1))()
        clamped = ctypes.c_int64()
        status = self._c.aicmp_policy_infer(
            self._handle,
            ctypes.c_size_t(1),
            features,
            None,
            self._state,
            choices,
            numbers,
            ctypes.byref(clamped),
        )
        if status != 0:
            raise ValueError(self._c.aicmp_status_text(status).decode())
        return choices[: self.shape.sets], numbers[: self.shape.numbers], clamped.value

    def close(self) -> None:
        self._c.aicmp_policy_free(self._handle)
        self._handle = ctypes.c_void_p()


def main() -> None:
    library, folder, *features = sys.argv[1:]
    try:
        policy = Policy(library, folder)
        choices, numbers, clamped = policy.decide([float(x) for x in features])
    except ValueError as error:
        sys.exit(f"the fallback decides: {error}")
    for choice in choices:
        print(f"choice {choice}")
    for number in numbers:
        print(f"number {number:.9g}")
    print(f"clamped {clamped}")
    policy.close()


if __name__ == "__main__":
    main()

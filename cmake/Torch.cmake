# AICMP_WITH_TORCH: the learners need libtorch, of which the wheel of PyTorch brings headers and
# libraries. Default: ON if a Python that has it is there.
set(AICMP_PYTHON "${CMAKE_SOURCE_DIR}/.venv/bin/python")
if(NOT EXISTS "${AICMP_PYTHON}")
  set(AICMP_PYTHON python3)
endif()
# As torch.utils.cmake_prefix_path, without the seconds that importing it takes.
execute_process(
  COMMAND "${AICMP_PYTHON}" -c
          "import importlib.util as u, pathlib as p; print(p.Path(u.find_spec('torch').origin).parent / 'share/cmake')"
  OUTPUT_VARIABLE torch_cmake OUTPUT_STRIP_TRAILING_WHITESPACE
  RESULT_VARIABLE torch_missing ERROR_QUIET)
if(torch_missing)
  option(AICMP_WITH_TORCH "Build the learners on libtorch" OFF)
else()
  option(AICMP_WITH_TORCH "Build the learners on libtorch" ON)
endif()

if(AICMP_WITH_TORCH)
  if(torch_missing)
    message(FATAL_ERROR "AICMP_WITH_TORCH is ON, but ${AICMP_PYTHON} has no torch: "
                        "scripts/setup installs it")
  endif()
  find_package(Torch CONFIG REQUIRED QUIET PATHS "${torch_cmake}" NO_DEFAULT_PATH)
endif()

# The interpreter of the virtual environment that scripts/setup makes, unless another one is named.
set(AICMP_VENV_PYTHON ${CMAKE_SOURCE_DIR}/.venv/bin/python)
if(NOT Python_EXECUTABLE AND EXISTS ${AICMP_VENV_PYTHON})
  set(Python_EXECUTABLE ${AICMP_VENV_PYTHON})
endif()
find_package(Python 3.11 REQUIRED COMPONENTS Interpreter Development.Module)
execute_process(COMMAND ${Python_EXECUTABLE} -m pybind11 --cmakedir
                OUTPUT_VARIABLE pybind11_DIR OUTPUT_STRIP_TRAILING_WHITESPACE
                RESULT_VARIABLE failed ERROR_QUIET)
if(failed)
  message(FATAL_ERROR "${Python_EXECUTABLE} has no pybind11: run scripts/setup, or configure with "
                      "-DAICMP_BUILD_PYTHON=OFF")
endif()
find_package(pybind11 3 CONFIG REQUIRED)

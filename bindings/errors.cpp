#include "bindings/errors.hpp"

#include "sim/base/error.hpp"

namespace py = pybind11;

namespace aicmp {

void bind_errors(py::module_& module) {
  py::register_exception<ConfigError>(module, "ConfigError", PyExc_ValueError).attr("__doc__") =
      "A value, key, file or combination that cannot be accepted.";
  py::register_exception<IoError>(module, "IoError", PyExc_OSError).attr("__doc__") =
      "A file or folder that cannot be read or written.";
}

void throw_gymnasium_error(const char* name, const std::string& text) {
  const py::object type = py::module_::import("gymnasium.error").attr(name);
  PyErr_SetString(type.ptr(), text.c_str());
  throw py::error_already_set();
}

}  // namespace aicmp

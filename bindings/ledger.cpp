#include "bindings/ledger.hpp"

#include <pybind11/stl.h>

#include "sim/pool/ledger_statement.hpp"

namespace py = pybind11;

namespace aicmp {

void bind_ledger(py::module_& module) {
  py::class_<StatementEntry>(module, "StatementEntry", "A line of a ledger that concerns a miner.")
      .def_readonly("line", &StatementEntry::line, "In the file, from 1.")
      .def_readonly("day", &StatementEntry::day, "Since the start.")
      .def_readonly("satoshi", &StatementEntry::satoshi, "By which the balance changes.")
      .def_readonly("why", &StatementEntry::why, "In words.");
  py::class_<Statement>(module, "Statement", "A miner's pay under one scheme.")
      .def_readonly("name", &Statement::name, "Of the account.")
      .def_readonly("scheme", &Statement::scheme, "With its values.")
      .def_readonly("entries", &Statement::entries, "In order of time.")
      .def_readonly("earned_sat", &Statement::earned_sat, "Credited less reversed.")
      .def_readonly("paid_sat", &Statement::paid_sat, "Paid out.");
  module.def("ledger_statements", &statements_of, py::arg("path"), py::arg("miner"),
             py::call_guard<py::gil_scoped_release>(),
             "One miner's pay from a ledger file, under each scheme; ConfigError if its chain is "
             "broken or there is no such miner.");
}

}  // namespace aicmp

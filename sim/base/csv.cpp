#include "sim/base/csv.hpp"

#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace aicmp {
namespace {

void split(std::string_view line, std::vector<std::string_view>& out) {
  for (std::size_t begin = 0;;) {
    const std::size_t comma = line.find(',', begin);
    out.push_back(line.substr(begin, comma - begin));
    if (comma == std::string_view::npos) return;
    begin = comma + 1;
  }
}

}  // namespace

CsvFile::CsvFile(const std::string& path) : path_(path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw IoError(path, "cannot be opened for reading");
  content_.assign(std::istreambuf_iterator<char>(file), {});
  if (file.bad()) throw IoError(path, "cannot be read");

  int line_number = 0;
  for (std::size_t begin = 0; begin < content_.size();) {
    std::size_t end = content_.find('\n', begin);
    if (end == std::string::npos) end = content_.size();
    std::string_view line(content_.data() + begin, end - begin);
    begin = end + 1;
    ++line_number;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    if (columns_.empty()) {
      split(line, columns_);
      continue;
    }
    const std::size_t before = cells_.size();
    split(line, cells_);
    const std::size_t found = cells_.size() - before;
    if (found != columns_.size()) {
      throw ConfigError({path, line_number}, "",
                        fmt::format("row has {} cells, the header {}", found, columns_.size()));
    }
    lines_.push_back(line_number);
  }
  if (columns_.empty()) throw ConfigError({path, 0}, "", "file is empty, a header row is needed");
}

bool CsvFile::has_column(std::string_view name) const {
  for (std::string_view column : columns_) {
    if (column == name) return true;
  }
  return false;
}

std::size_t CsvFile::column(std::string_view name) const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i] == name) return i;
  }
  throw ConfigError({path_, 1}, std::string(name), "column is missing",
                    fmt::format("{}", fmt::join(columns_, ", ")));
}

SourceRef CsvFile::where(std::size_t row) const {
  return {path_, lines_[row]};
}

double CsvFile::number(std::size_t row, std::size_t column) const {
  const std::string_view cell = text(row, column);
  double value = 0.0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value)) {
    throw ConfigError(where(row), std::string(columns_[column]),
                      fmt::format("'{}' is not a finite number", cell));
  }
  return value;
}

std::int64_t CsvFile::integer(std::size_t row, std::size_t column) const {
  const std::string_view cell = text(row, column);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size()) {
    throw ConfigError(where(row), std::string(columns_[column]),
                      fmt::format("'{}' is not an integer", cell));
  }
  return value;
}

}  // namespace aicmp

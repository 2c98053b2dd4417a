#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/error.hpp"

namespace aicmp {

/// A comma-separated file with a header row, read whole. Cells are unquoted text.
/// Throws IoError when the file cannot be read, ConfigError (file:line) when a row is malformed.
class CsvFile {
 public:
  explicit CsvFile(const std::string& path);
  CsvFile(const CsvFile&) = delete;  // cells view the content
  CsvFile& operator=(const CsvFile&) = delete;

  std::size_t rows() const { return cells_.size() / columns_.size(); }
  bool has_column(std::string_view name) const;
  /// Index of a column; ConfigError naming the columns that exist if there is none.
  std::size_t column(std::string_view name) const;

  std::string_view text(std::size_t row, std::size_t column) const {
    return cells_[row * columns_.size() + column];
  }
  bool empty(std::size_t row, std::size_t column) const { return text(row, column).empty(); }
  /// Finite number in a cell; ConfigError with file, line and column name otherwise.
  double number(std::size_t row, std::size_t column) const;
  std::int64_t integer(std::size_t row, std::size_t column) const;
  /// File and line of a row, for errors about its content.
  SourceRef where(std::size_t row) const;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::string content_;
  std::vector<std::string_view> columns_;
  std::vector<std::string_view> cells_;
  std::vector<int> lines_;
};

}  // namespace aicmp

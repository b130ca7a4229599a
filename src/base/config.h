// Configuration: one table of parameters, from which the loader, the checks, `rucola config` and the
// documentation all work. Each room declares its own settings struct and describes it into the table:
//
//   void describe(config::Table& table, Settings& settings) {
//     auto section = table.section("render");
//     section.integer("workers", settings.workers, {0, 256}, "workers", "Render processes; 0 = one a core.");
//   }
//
// A TOML file, then the environment (RUCOLA_SECTION_KEY), then flags: the last wins. An unknown key or a bad
// value stops the start-up with the key, what is allowed and where it is documented.
//
// Threads: used before the first thread starts. Ownership: the table keeps references to the settings it
// describes; they must outlive it. Errors: bad_request, readable by the person who wrote the configuration.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace rucola::config {

struct Range {
  std::int64_t least;
  std::int64_t most;
};

/// How a value is written in TOML.
enum class Notation { bare, quoted, list };

struct Parameter {
  std::string section;
  std::string key;
  std::string allowed;        ///< what a value may be, for people: "integer, 0 to 256"
  std::string unit;           ///< empty where there is none
  std::string prose;          ///< one or two sentences
  std::string default_value;  ///< as it would stand in the file
  std::string origin;         ///< "default", the file's name, the environment variable or the flag
  Notation notation = Notation::bare;
  bool secret = false;                        ///< shown as "(set)" or "(not set)"
  bool reloads = false;                       ///< may change while the server runs
  std::optional<std::size_t> entry{};         ///< in a repeated section: which of its entries, from 0
  std::string entry_kind{};                   ///< where entries have kinds: the entry's
  std::function<bool(std::string_view)> set;  ///< false: the value is not allowed
  std::function<std::string()> get;
  std::function<std::string()> unmasked{};  ///< a secret's value; never shown

  [[nodiscard]] std::string name() const { return section + "." + key; }
  [[nodiscard]] std::string environment_variable() const;
  /// The current value as it would stand in the file.
  [[nodiscard]] std::string toml_value() const;
  [[nodiscard]] bool same_value(const Parameter& other) const;
};

class Table {
 public:
  class Section {
   public:
    Section(Table& table, std::string name) : table_(table), name_(std::move(name)) {}

    void integer(std::string key, std::int64_t& target, Range range, std::string unit, std::string prose);
    void seconds(std::string key, std::chrono::seconds& target, Range range, std::string prose);
    /// A number of bytes; `64MiB`, `1GiB` and plain numbers are understood.
    void bytes(std::string key, std::int64_t& target, Range range, std::string prose);
    void boolean(std::string key, bool& target, std::string prose);
    void text(std::string key, std::string& target, std::string prose);
    void secret(std::string key, std::string& target, std::string prose);
    void choice(std::string key, std::string& target, std::vector<std::string> choices, std::string prose);
    /// A TOML array of strings; comma-separated in the environment and in flags.
    void list(std::string key, std::vector<std::string>& target, std::string prose);

    /// The parameter described last may change while the server runs.
    void reloads();

   private:
    void add(std::string key, Notation notation, std::string allowed, std::string unit, std::string prose,
             std::function<bool(std::string_view)> set, std::function<std::string()> get,
             bool secret = false);

    Table& table_;
    std::string name_;
  };

  Section section(std::string name) { return {*this, std::move(name)}; }

  /// What an entry of an array of tables may be, as its key `kind` says.
  struct EntryKind {
    std::string name;
    /// Describes a new element into a section; that of the entry, which already has the key `kind`.
    std::function<void(Section&)> describe_next;
  };
  /// An array of tables, such as [[cdn]], each of which is of one of these kinds and has that one's keys.
  void repeated(std::string name, std::vector<EntryKind> kinds);
  /// One entry of each kind of each repeated section, as if the file had it without another key: for the
  /// documentation alone, since the settings that it describes come to be too.
  void add_sample_entries();

  /// `document` is TOML; `source_name` is how messages call it.
  Result<void> load_toml(std::string_view document, const std::string& source_name);
  /// Reads RUCOLA_SECTION_KEY for every parameter; an unknown RUCOLA_… variable is an error too, so that a
  /// typing mistake can't be ignored. `also_known` lists variables that are read elsewhere.
  Result<void> load_environment(const std::vector<std::string>& also_known);
  Result<void> set(std::string_view name, std::string_view value, const std::string& origin);

  /// All parameters, those of repeated sections included, entry by entry.
  [[nodiscard]] std::vector<const Parameter*> parameters() const;

 private:
  struct Repeated {
    std::string name;
    std::vector<EntryKind> kinds;
    std::deque<Table> entries;
    std::deque<std::string> kind_of_entry;  ///< what the key `kind` of each says
  };

  static Table& add_entry(Repeated& list, const EntryKind& kind);
  Parameter* find(std::string_view section, std::string_view key);

  std::deque<Parameter> parameters_;
  std::deque<Repeated> repeated_;
};

}  // namespace rucola::config

// A second process that works on the same data. Make it before this process opens a store: SQLite's
// connections don't survive a fork.
#pragma once

#include <functional>
#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace rucola::test {

class OtherProcess {
 public:
  /// What the other process may do: wait for a word from this one, and answer with one.
  class Line {
   public:
    Line(int in, int out) : in_(in), out_(out) {}
    /// False where the other side is gone.
    [[nodiscard]] bool wait() const {
      char byte = 0;
      return ::read(in_, &byte, 1) == 1;
    }
    void tell() const {
      if (::write(out_, "!", 1) != 1) throw std::runtime_error("the other process is gone");
    }

   private:
    int in_;
    int out_;
  };

  /// Runs `work(line)` there; it returns whether all went well.
  explicit OtherProcess(const std::function<bool(const Line&)>& work) {
    int to_child[2];
    int to_parent[2];
    if (::pipe(to_child) != 0 || ::pipe(to_parent) != 0) throw std::runtime_error("no pipe");
    process_ = ::fork();
    if (process_ == 0) {
      ::close(to_child[1]);
      ::close(to_parent[0]);
      bool went_well = false;
      try {
        went_well = work(Line(to_child[0], to_parent[1]));
      } catch (...) {
        went_well = false;
      }
      ::_exit(went_well ? 0 : 1);
    }
    ::close(to_child[0]);
    ::close(to_parent[1]);
    in_ = UniqueFd(to_parent[0]);
    out_ = UniqueFd(to_child[1]);
  }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;
  ~OtherProcess() {
    if (process_ > 0) (void)went_well();
  }

  [[nodiscard]] Line line() const { return {in_.get(), out_.get()}; }

  /// Hangs up, waits for its end and says what its work returned.
  [[nodiscard]] bool went_well() {
    out_.reset();
    int status = 0;
    const bool reaped = ::waitpid(process_, &status, 0) == process_;
    process_ = -1;
    return reaped && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

 private:
  pid_t process_ = -1;
  UniqueFd in_;
  UniqueFd out_;
};

}  // namespace rucola::test

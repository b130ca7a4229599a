// Locks whose discipline a compiler checks: what a mutex guards says so, and clang's thread-safety analysis
// (`make lint`) finds every access without the lock. g++ sees plain mutexes.
//
//   class Account {
//     void add(int amount) { const Lock lock(mutex_); balance_ += amount; }
//     int balance_locked() const REQUIRES(mutex_);      // the caller has the lock
//     mutable Mutex mutex_;
//     int balance_ GUARDED_BY(mutex_) = 0;
//   };
//
// A lambda that waits for a condition is a function of its own: `changed_.wait(lock, [this]()
// REQUIRES(mutex_) { return balance_ > 0; })`.
//
// Threads: as their namesakes in std. Ownership: a Lock borrows its Mutex.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#if defined(__clang__)
#define RUCOLA_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define RUCOLA_THREAD_ATTRIBUTE(x)
#endif

/// Of a member: only read and written with the lock held.
#define GUARDED_BY(mutex) RUCOLA_THREAD_ATTRIBUTE(guarded_by(mutex))
/// Of a function: only called with the lock held.
#define REQUIRES(mutex) RUCOLA_THREAD_ATTRIBUTE(requires_capability(mutex))

namespace rucola {

class RUCOLA_THREAD_ATTRIBUTE(capability("mutex")) Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;
  ~Mutex() = default;

 private:
  friend class Lock;
  std::mutex mutex_;
};

/// Has the lock from its making to its end, but between unlock() and lock().
class RUCOLA_THREAD_ATTRIBUTE(scoped_lockable) Lock {
 public:
  explicit Lock(Mutex& mutex) RUCOLA_THREAD_ATTRIBUTE(acquire_capability(mutex)) : lock_(mutex.mutex_) {}
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock() RUCOLA_THREAD_ATTRIBUTE(release_capability()) = default;

  void unlock() RUCOLA_THREAD_ATTRIBUTE(release_capability()) { lock_.unlock(); }
  void lock() RUCOLA_THREAD_ATTRIBUTE(acquire_capability()) { lock_.lock(); }

 private:
  friend class Condition;
  std::unique_lock<std::mutex> lock_;
};

/// Something that threads wait for under a lock. What is waited for is told by the predicate, never by the
/// wake.
class Condition {
 public:
  void notify_one() { condition_.notify_one(); }
  void notify_all() { condition_.notify_all(); }

  /// Until the next wake, which may be a false one.
  void wait(Lock& lock) { condition_.wait(lock.lock_); }
  template <class Predicate>
  void wait(Lock& lock, Predicate predicate) {
    condition_.wait(lock.lock_, std::move(predicate));
  }
  template <class Rep, class Period>
  std::cv_status wait_for(Lock& lock, std::chrono::duration<Rep, Period> patience) {
    return condition_.wait_for(lock.lock_, patience);
  }
  /// False: the predicate was still false after that time.
  template <class Rep, class Period, class Predicate>
  bool wait_for(Lock& lock, std::chrono::duration<Rep, Period> patience, Predicate predicate) {
    return condition_.wait_for(lock.lock_, patience, std::move(predicate));
  }
  template <class Clock, class Duration>
  std::cv_status wait_until(Lock& lock, std::chrono::time_point<Clock, Duration> end) {
    return condition_.wait_until(lock.lock_, end);
  }
  template <class Clock, class Duration, class Predicate>
  bool wait_until(Lock& lock, std::chrono::time_point<Clock, Duration> end, Predicate predicate) {
    return condition_.wait_until(lock.lock_, end, std::move(predicate));
  }

 private:
  std::condition_variable condition_;
};

}  // namespace rucola

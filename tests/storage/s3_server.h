// A real S3 server, versitygw, for the tests of one process: tests/servers/get-versitygw.sh has built it.
#pragma once

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/unique_fd.h"
#include "scratch_folder.h"
#include "storage/s3/settings.h"

namespace rucola::test {

class S3Server {
 public:
  /// Null where there is none on this machine.
  static S3Server* get() {
    static const std::unique_ptr<S3Server> server = is_there() ? std::make_unique<S3Server>() : nullptr;
    return server.get();
  }

  S3Server() : port_(free_port()) {
    std::filesystem::create_directory(buckets());
    std::filesystem::create_directory(folder_.path() / "sidecar");
    start();
    wait_until_it_listens();
  }
  S3Server(const S3Server&) = delete;
  S3Server& operator=(const S3Server&) = delete;
  ~S3Server() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }

  /// Of a bucket with nothing in it.
  storage::S3Settings bucket(const std::string& name) {
    std::filesystem::create_directory(buckets() / name);
    return {.url = "s3://" + name + "/a/prefix",
            .endpoint = "http://127.0.0.1:" + std::to_string(port_),
            .access_key = "of-tests",
            .secret_key = "a-secret-of-tests"};
  }
  /// An object is a file.
  [[nodiscard]] std::filesystem::path buckets() const { return folder_.path() / "buckets"; }

 private:
  static bool is_there() { return std::filesystem::exists(RUCOLA_S3_SERVER); }

  static sockaddr_in address(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
  }

  static std::uint16_t free_port() {
    const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in found = address(0);
    socklen_t length = sizeof found;
    if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&found), length) != 0 ||
        ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&found), &length) != 0)
      throw std::runtime_error("no free port");
    return ntohs(found.sin_port);
  }

  void start() {
    const std::string listens = "127.0.0.1:" + std::to_string(port_);
    const std::string sidecar = (folder_.path() / "sidecar").string();
    const std::string root = buckets().string();
    std::array<const char*, 9> arguments{RUCOLA_S3_SERVER, "--quiet",    "--port",
                                         listens.c_str(),  "posix",      "--sidecar",
                                         sidecar.c_str(),  root.c_str(), nullptr};
    std::array<const char*, 3> environment{"ROOT_ACCESS_KEY=of-tests", "ROOT_SECRET_KEY=a-secret-of-tests",
                                           nullptr};
    if (::posix_spawn(&process_, RUCOLA_S3_SERVER, nullptr, nullptr,
                      const_cast<char* const*>(arguments.data()),
                      const_cast<char* const*>(environment.data())) != 0)
      throw std::runtime_error("the S3 server does not start");
  }

  void wait_until_it_listens() const {
    const sockaddr_in at = address(port_);
    for (int tries = 0; tries < 3000; ++tries) {
      const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0) return;
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    throw std::runtime_error("the S3 server does not listen");
  }

  ScratchFolder folder_;
  std::uint16_t port_;
  pid_t process_ = 0;
};

}  // namespace rucola::test

// Asks a server on this machine for each of many paths once, over connections that are kept, and takes next
// to no time of the processors that the server needs.
//
//   ask_each PORT CLIENTS SECONDS < paths      a path a line
//
// Each client takes the next path as soon as it has its answer. After SECONDS none takes another one. Prints
// one JSON object: seconds from the first request to the last answer, milliseconds of each request. An answer
// other than 200, or a connection that breaks, ends everything with 1 and what was answered.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::uint64_t largest_answer = std::uint64_t{1} << 28;
constexpr std::size_t longest_excerpt = 300;

/// What all clients share.
class Errand {
 public:
  Errand(std::vector<std::string> paths, Clock::time_point last_start)
      : paths_(std::move(paths)), last_start_(last_start) {}

  /// Null where there is no more to ask for.
  const std::string* next() {
    if (Clock::now() >= last_start_) return nullptr;
    const std::size_t mine = next_++;
    return mine < paths_.size() ? &paths_[mine] : nullptr;
  }
  void add(const std::vector<double>& milliseconds) {
    const std::scoped_lock lock(mutex_);
    milliseconds_.insert(milliseconds_.end(), milliseconds.begin(), milliseconds.end());
  }
  void fail(const std::string& why) {
    const std::scoped_lock lock(mutex_);
    if (failure_.empty()) failure_ = why;
    next_ = paths_.size();
  }
  [[nodiscard]] const std::string& failure() const { return failure_; }
  [[nodiscard]] const std::vector<double>& milliseconds() const { return milliseconds_; }

 private:
  std::vector<std::string> paths_;
  Clock::time_point last_start_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::vector<double> milliseconds_;
  std::string failure_;
};

void ask(tcp::socket& socket, boost::beast::flat_buffer& buffer, const std::string& path) {
  http::request<http::empty_body> request(http::verb::get, path, 11);
  request.set(http::field::host, "127.0.0.1");
  http::write(socket, request);
  http::response_parser<http::string_body> parser;
  parser.body_limit(largest_answer);
  http::read(socket, buffer, parser);
  if (parser.get().result() != http::status::ok) {
    throw std::runtime_error(path + ": " + std::to_string(parser.get().result_int()) + ' ' +
                             parser.get().body().substr(0, longest_excerpt));
  }
}

void run_client(Errand& errand, const tcp::endpoint& server) {
  std::vector<double> milliseconds;
  try {
    boost::asio::io_context context;
    tcp::socket socket(context);
    socket.connect(server);
    boost::beast::flat_buffer buffer;
    while (const std::string* path = errand.next()) {
      const Clock::time_point began = Clock::now();
      ask(socket, buffer, *path);
      milliseconds.push_back(Milliseconds(Clock::now() - began).count());
    }
  } catch (const std::exception& error) {
    errand.fail(error.what());
  }
  errand.add(milliseconds);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv, argv + argc);
  if (arguments.size() != 4) {
    std::cerr << "ask_each PORT CLIENTS SECONDS < paths\n";
    return EXIT_FAILURE;
  }
  std::vector<std::string> paths;
  for (std::string line; std::getline(std::cin, line);)
    paths.push_back(line);
  const tcp::endpoint server(boost::asio::ip::address_v4::loopback(),
                             static_cast<std::uint16_t>(std::stoul(arguments[1])));
  const Clock::time_point began = Clock::now();
  const std::chrono::duration<double> span(std::stod(arguments[3]));
  Errand errand(std::move(paths), began + std::chrono::duration_cast<Clock::duration>(span));
  {
    std::vector<std::jthread> clients;
    for (unsigned long i = 0; i < std::stoul(arguments[2]); ++i)
      clients.emplace_back([&errand, &server] { run_client(errand, server); });
  }
  if (!errand.failure().empty()) {
    std::cerr << errand.failure() << '\n';
    return EXIT_FAILURE;
  }
  const std::chrono::duration<double> took = Clock::now() - began;
  std::cout << boost::json::serialize(
                   boost::json::value{{"seconds", took.count()},
                                      {"milliseconds", boost::json::value_from(errand.milliseconds())}})
            << '\n';
  return EXIT_SUCCESS;
}

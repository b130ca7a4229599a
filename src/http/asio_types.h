// Asio's types as this room uses them: sockets and coroutines bound to io_context directly, which spares the
// type-erased executor on every operation. Included by the few translation units that do I/O.
//
// g++ 12 destroys an aggregate twice that is made inside a co_await expression (`co_await f({1, text})`, GCC
// bug 99576 and its kin): name it first, and pass the name.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace rucola::http {

namespace asio = boost::asio;

using Clock = std::chrono::steady_clock;
using LoopExecutor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, LoopExecutor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, LoopExecutor>;
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, LoopExecutor>;
template <class T>
using Task = asio::awaitable<T, LoopExecutor>;
inline constexpr asio::use_awaitable_t<LoopExecutor> awaited{};

}  // namespace rucola::http

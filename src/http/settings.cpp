#include "http/settings.h"

namespace rucola::http {

void describe(config::Table& table, Settings& settings) {
  auto section = table.section("server");
  section.text(
      "listen", settings.listen,
      "Address and port to listen on, such as 127.0.0.1:8080 or [::]:8080. Port 0 takes a free one.");
  section.text(
      "admin_listen", settings.admin_listen,
      "An address and port, such as 127.0.0.1:9090, of their own for the operator's routes: /metrics, "
      "/healthz with its details, and /readyz. At server.listen there is then no /metrics, and /healthz "
      "says only that the process answers. Empty: none.");
  section.integer("loops", settings.loops, {0, 256}, "loops",
                  "Event loops, each a thread with a listener of its own; 0 = one a core.");
  section.integer("connections", settings.connections, {1, 1'000'000}, "connections",
                  "Open connections in all; one more is answered 503 and closed.");
  section.integer(
      "connections_per_address", settings.connections_per_address, {1, 1'000'000}, "connections",
      "Open connections from one client address (one /64 network for IPv6); one more is answered 429 "
      "and closed. Trusted proxies are exempt.");
  section.integer(
      "requests_per_connection", settings.requests_per_connection, {1, 1'000'000'000}, "requests",
      "After so many requests a connection is closed, so that clients spread over all loops again.");
  section.bytes("header_limit", settings.header_limit, {1024, 1 << 16},
                "Request line and headers together; more is answered 431.");
  section.bytes("json_limit", settings.json_limit, {1024, 1 << 30}, "A JSON body; more is answered 413.");
  section.bytes("upload_limit", settings.upload_limit, {1024, std::int64_t{1} << 40},
                "A multipart body with all its files; more is answered 413.");
  section.bytes(
      "json_memory", settings.json_memory, {1 << 20, std::int64_t{1} << 40},
      "Memory for all JSON bodies that are being read at one time; a request that would need more is "
      "answered 503. One organization, or one client address, gets a quarter; past it 429.");
  section.bytes("upload_memory", settings.upload_memory, {4 << 20, std::int64_t{1} << 40},
                "The same for uploads, of which each takes 512 KiB whatever its size.");
  section.seconds("header_timeout", settings.header_timeout, {1, 3600},
                  "From the first byte of a request to the end of its headers; later is answered 408.");
  section.seconds("idle_timeout", settings.idle_timeout, {1, 86400},
                  "A connection on which no request begins for so long is closed.");
  section.seconds("body_timeout", settings.body_timeout, {1, 3600},
                  "A body must bring at least 1 KiB, or its rest, in this time; slower is answered 408.");
  section.seconds("json_timeout", settings.json_timeout, {1, 86400},
                  "A JSON body must arrive whole in this time; later is answered 408.");
  section.seconds("upload_timeout", settings.upload_timeout, {1, 604800},
                  "A multipart body must arrive whole in this time; later is answered 408.");
  section.seconds(
      "write_timeout", settings.write_timeout, {1, 3600},
      "A client is disconnected whose connection takes nothing more of its answer for so long: of a long "
      "answer it must read about a megabyte in that time, of an archive 2 MiB.");
  section.seconds("drain", settings.drain, {0, 3600},
                  "At shutdown, how long requests in flight may take to finish.");
  section.list("trusted_proxies", settings.trusted_proxies,
               "Networks (10.0.0.0/8, ::1) whose X-Forwarded-For, X-Forwarded-Proto and Forwarded count.");
  section.text("forwarded_host_header", settings.forwarded_host_header,
               "The header, such as X-Forwarded-Host, in which a trusted proxy says which host it was asked "
               "for. Only where the proxy overwrites what clients send in it: the host chooses the "
               "organization. Empty: Host alone counts.");
  section.text(
      "path_prefix", settings.path_prefix,
      "The path that a proxy mounts the server under, such as /img: Location, IIIF's id and other links "
      "begin with it, and requests that still have it lose it. Empty: none.");
  section.text(
      "forwarded_prefix_header", settings.forwarded_prefix_header,
      "The header, such as X-Forwarded-Prefix, in which a trusted proxy says which path prefix it has "
      "taken off; it counts instead of path_prefix. Only where the proxy overwrites what clients send "
      "in it. Empty: none.");
  section.choice("access_log", settings.access_log, {"all", "api", "off"},
                 "One line a request: all; api leaves out renders; off.");
  section.reloads();
}

Settings admin_settings(const Settings& settings) {
  Settings own = settings;
  own.listen = settings.admin_listen;
  own.admin_listen.clear();
  own.loops = 1;
  own.connections = 256;
  own.connections_per_address = 256;
  own.drain = std::chrono::seconds{2};  // a probe's patience, and some more
  own.trusted_proxies.clear();
  own.forwarded_host_header.clear();
  own.path_prefix.clear();
  own.forwarded_prefix_header.clear();
  return own;
}

}  // namespace rucola::http

// A row of the API's table: who may call a route, what it takes, what it answers, what it refuses, and the
// function that does it. Validation and its messages, OpenAPI and docs/api.md come from the row; the function
// gets a struct of its own with values that are checked.
//
//   struct Asked { std::string org; std::string name; bool overwrite = false; };
//
//   endpoint<Asked>({.method = Method::put,
//                    .pattern = "/things/{org}/{name}",
//                    .access = Access::write,
//                    .summary = "Make a thing",
//                    .takes = {path("org", &Asked::org, organization_name(), "The organization"),
//                              path("name", &Asked::name, text(100), "The thing's name"),
//                              query("overwrite", &Asked::overwrite, flag(), "Replace one that exists")},
//                    .answers = {{201, "Made"}},
//                    .handle = put_thing})
//
// The type of a member says whether its field is required: a std::optional and a vector or map may be absent,
// a flag or a number has the default that its member has, everything else is required.
//
// Threads: rows are made once and never change; handlers run where `waits` says, several at once.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <boost/json/value.hpp>

#include "api/inputs.h"
#include "api/preconditions.h"
#include "api/schema.h"
#include "api/services.h"
#include "base/time_text.h"
#include "message/route.h"

namespace rucola::api {

struct Answer {
  int status;
  std::string help;
  std::optional<Schema> json{};   ///< of the body, where it is JSON
  std::string_view media_type{};  ///< of the body, where it is something else
};

struct Refusal {
  ErrorCode code;
  std::string help;
  std::optional<Schema> json{};  ///< of the body, where it is not that of all errors
};

/// What is the same for rows of all types.
struct Description {
  message::Method method;
  std::string pattern;
  message::Access access;
  message::BodyKind body;
  std::string summary;
  std::vector<Placed> takes;
  std::vector<Answer> answers;
  std::vector<Refusal> refuses;
  std::vector<std::string> one_of;
};

struct Endpoint {
  Description description;
  std::function<message::Route(const Services&)> bind;  ///< the route, working with these services
};

// ---- From checked JSON to the members of a handler's struct ----------------------------------------------

inline void assign(bool& to, const boost::json::value& from) {
  to = from.get_bool();
}
inline void assign(std::int64_t& to, const boost::json::value& from) {
  to = from.get_int64();
}
inline void assign(std::string& to, const boost::json::value& from) {
  to = from.get_string();
}
inline void assign(Time& to, const boost::json::value& from) {
  to = parse_time(std::string_view(from.get_string())).value();
}
inline void assign(boost::json::object& to, const boost::json::value& from) {
  to = from.get_object();
}
inline void assign(std::vector<std::string>& to, const boost::json::value& from) {
  const boost::json::array& items = from.get_array();
  to.reserve(items.size());
  for (const boost::json::value& item : items)
    to.emplace_back(std::string_view(item.get_string()));
}
inline void assign(boost::json::value& to, const boost::json::value& from) {
  to = from;
}
/// Of a form, by the number of the file.
inline void assign(std::map<std::size_t, boost::json::object>& to, const boost::json::value& from) {
  for (const auto& [index, value] : from.get_object())
    to.emplace(std::stoull(std::string(index)), value.get_object());
}
template <class T>
void assign(std::optional<T>& to, const boost::json::value& from) {
  assign(to.emplace(), from);
}

template <class T>
inline constexpr bool may_be_absent = false;
template <class T>
inline constexpr bool may_be_absent<std::optional<T>> = true;
template <class T>
inline constexpr bool may_be_absent<std::map<std::size_t, T>> = true;

template <class In>
struct Input {
  Placed placed;
  std::function<void(In&, const boost::json::value&)>
      set;  ///< none: described and checked, and read as part of the whole
};

template <class In, class M>
Input<In> input(Place place, std::string name, M In::* member, Schema schema, std::string help) {
  Field field{.name = std::move(name), .schema = std::move(schema), .help = std::move(help)};
  if constexpr (std::is_same_v<M, bool> || std::is_same_v<M, std::int64_t>) {
    field.default_value = In{}.*member;
  } else {
    field.required = !may_be_absent<M>;
  }
  field.per_file = std::is_same_v<M, std::map<std::size_t, boost::json::object>>;
  return {{place, std::move(field)},
          [member](In& in, const boost::json::value& value) { assign(in.*member, value); }};
}

template <class In, class M>
Input<In> path(std::string name, M In::* member, Schema schema, std::string help) {
  return input(Place::path, std::move(name), member, std::move(schema), std::move(help));
}
template <class In, class M>
Input<In> query(std::string name, M In::* member, Schema schema, std::string help) {
  return input(Place::query, std::move(name), member, std::move(schema), std::move(help));
}
template <class In, class M>
Input<In> header(std::string name, M In::* member, Schema schema, std::string help) {
  return input(Place::header, std::move(name), member, std::move(schema), std::move(help));
}
/// The parameters of the query that are known by rules of their own, as texts by their names.
template <class In>
Input<In> other_queries(std::string name, std::optional<boost::json::object> In::* member, Schema schema,
                        std::string help) {
  return input(Place::query_others, std::move(name), member, std::move(schema), std::move(help));
}
/// A field of the body, be it JSON or a form.
template <class In, class M>
Input<In> body(std::string name, M In::* member, Schema schema, std::string help) {
  return input(Place::body, std::move(name), member, std::move(schema), std::move(help));
}
/// A field of a JSON body that is read as a whole, or a file, which stays in the request's parts.
template <class In>
Input<In> described(Field field) {
  return {{Place::body, std::move(field)}, {}};
}
/// The JSON of the body; where fields are described beside it, they are all that it may have.
template <class In, class M>
Input<In> whole_body(M In::* member, Schema schema, std::string help) {
  return input(Place::whole_body, "body", member, std::move(schema), std::move(help));
}
/// The body as it came: JSON, or a bare text.
template <class In>
Input<In> bare_body(std::string In::* member, std::string help) {
  return input(Place::bare_body, "body", member, any_value(), std::move(help));
}

// ---- Rows ------------------------------------------------------------------------------------------------

template <class In>
struct Row {
  message::Method method;
  std::string pattern;
  message::Access access;
  Preconditions preconditions = Preconditions::none;
  message::BodyKind body = message::BodyKind::none;
  std::string summary;
  message::Waits waits = message::Waits::catalog;  ///< of `begin`: its first step
  bool streams = false;                            ///< the answer may be a StreamedBody
  bool ignores_query = false;  ///< of `handle`, and a page that people's links lead to: ?utm_source=…
  std::vector<Input<In>> takes{};
  std::vector<Answer> answers;
  std::vector<Refusal> refuses{};
  /// Fields of a body that is read as a whole, of which it needs one at least; whoever reads it checks that.
  std::vector<std::string> one_of{};
  /// Runs after authorization, when the body has arrived whole and all of it was checked.
  std::function<Result<message::Response>(const Services&, const In&, message::Request&)> handle{};
  /// Instead of `handle`, where several things are waited for in turn.
  std::function<void(const Services&, In, message::Request, message::Done)> begin{};
};

/// Errors: bad_request (not_found for what stands in the path), precondition_failed; before anything of the
/// request was acted upon.
template <class In>
Result<In> read(Preconditions honoured, const std::vector<Placed>& places,
                const std::vector<Input<In>>& inputs, const message::Request& request) {
  if (auto none = refuse_other_preconditions(honoured, request); !none) return std::unexpected(none.error());
  const auto values = read_inputs(places, request);
  if (!values) return std::unexpected(values.error());
  In in{};
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if ((*values)[i] && inputs[i].set) inputs[i].set(in, *(*values)[i]);
  }
  return in;
}

/// The row's function behind the check of what the request brings.
template <class In>
std::variant<message::Handle, message::Begin> handler_of(const Row<In>& row,
                                                         const std::vector<Placed>& places,
                                                         const Services& services) {
  if (row.begin) {
    return [&services, begin = row.begin, honoured = row.preconditions, inputs = row.takes, places](
               message::Request request, const message::Done& done) {
      auto in = read(honoured, places, inputs, request);
      if (!in) return done(std::unexpected(in.error()));
      begin(services, std::move(*in), std::move(request), done);
    };
  }
  return [&services, handle = row.handle, honoured = row.preconditions, ignores_query = row.ignores_query,
          inputs = row.takes, places](message::Request& request) -> Result<message::Response> {
    if (ignores_query) request.query.clear();
    const auto in = read(honoured, places, inputs, request);
    if (!in) return std::unexpected(in.error());
    return handle(services, *in, request);
  };
}

template <class In>
Endpoint endpoint(Row<In> row) {
  std::vector<Placed> places;
  places.reserve(row.takes.size());
  for (const Input<In>& one : row.takes)
    places.push_back(one.placed);
  Description description{row.method, row.pattern, row.access,  row.body,  row.summary,
                          places,     row.answers, row.refuses, row.one_of};
  return {std::move(description), [row = std::move(row), places](const Services& services) -> message::Route {
            return {row.method, row.pattern, row.access,
                    row.body,   row.summary, handler_of(row, places, services),
                    row.waits,  row.streams};
          }};
}

}  // namespace rucola::api

// The one translation unit that compiles Asio's and Beast's function bodies; see the room's definitions of
// BOOST_ASIO_SEPARATE_COMPILATION and BOOST_BEAST_SEPARATE_COMPILATION. Of Beast only what this room uses:
// the names of statuses.
#include <boost/asio/impl/src.hpp>

#define BOOST_BEAST_SOURCE
#include <boost/beast/http/impl/status.ipp>

// Keys of the management API: made once, shown once, kept only as a digest.
//
// Threads: pure functions, thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rucola::security {

inline constexpr std::size_t api_key_length = 64;
/// Of keys that rokka.io gave out before December 2021, which people bring along: 190 bits.
inline constexpr std::size_t old_api_key_length = 32;

/// 64 characters of [A-Za-z0-9] from the system's cryptographic source: 381 bits.
std::string new_api_key();

/// What is stored and looked up, 64 hex. A plain SHA-256 is enough here, and a slow password hash would be a
/// mistake: slowness protects secrets that can be guessed, and nobody guesses 381 random bits, while every
/// API request would pay for it. No salt, so that the digest can be an index; equal digests mean equal keys,
/// and no two users share a random key. Looking a digest up in an index leaks no timing about the key itself.
std::string api_key_digest(std::string_view key);

/// Tells keys apart where people read of them, 16 hex: the beginning of the digest, which leads nobody to the
/// key.
std::string api_key_id(std::string_view digest);

/// Could this text be a key, in either length? Saves the database from everything that can't be one.
bool looks_like_api_key(std::string_view text);

}  // namespace rucola::security

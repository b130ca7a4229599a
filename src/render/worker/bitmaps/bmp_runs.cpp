#include "render/worker/bitmaps/bmp_runs.h"

#include <algorithm>
#include <optional>

#include "render/worker/structure/byte_cursor.h"

namespace rucola::render::worker {
namespace {

/// One order of the stream.
struct Order {
  enum class Kind { run, literal, end_of_row, end, move };
  Kind kind = Kind::end;
  std::size_t count = 0;   ///< pixels
  std::uint8_t value = 0;  ///< run: one colour, or two that take turns
  std::string_view values{};
  std::size_t right = 0;  ///< move
  std::size_t up = 0;
};

std::size_t bytes_of(std::size_t pixels, int bits) {
  return bits == 8 ? pixels : (pixels + 1) / 2;
}

/// Nothing: the stream is cut off.
std::optional<Order> next(ByteCursor& cursor, int bits) {
  if (!cursor.has(2)) return std::nullopt;
  const std::uint8_t count = cursor.byte();
  const std::uint8_t value = cursor.byte();
  if (count > 0) return Order{.kind = Order::Kind::run, .count = count, .value = value};
  if (value == 0) return Order{.kind = Order::Kind::end_of_row};
  if (value == 1) return Order{.kind = Order::Kind::end};
  if (value == 2) {
    if (!cursor.has(2)) return std::nullopt;
    Order order{.kind = Order::Kind::move};
    order.right = cursor.byte();
    order.up = cursor.byte();
    return order;
  }
  const std::size_t bytes = bytes_of(value, bits);
  if (!cursor.has(bytes)) return std::nullopt;
  const Order order{.kind = Order::Kind::literal, .count = value, .values = cursor.take(bytes)};
  if (bytes % 2 != 0) cursor.skip(1);  // what is missing behind the last pixel is missed by nobody
  return order;
}

std::uint8_t color_of(const Order& order, std::size_t index, int bits) {
  const auto byte = order.kind == Order::Kind::run
                        ? order.value
                        : static_cast<std::uint8_t>(order.values[bits == 8 ? index : index / 2]);
  if (bits == 8) return byte;
  return index % 2 == 0 ? byte >> 4U : byte & 0xfU;
}

}  // namespace

std::expected<BmpRuns, std::string> BmpRuns::read(std::string_view bytes, Size size, int bits) {
  const auto width = static_cast<std::size_t>(size.width);
  const auto height = static_cast<std::size_t>(size.height);
  BmpRuns runs(bytes, bits);
  runs.begins_.assign(height, {.at = bytes.size(), .column = 0});
  runs.begins_.front() = {.at = 0, .column = 0};
  ByteCursor cursor(bytes);
  std::size_t row = 0;
  std::size_t column = 0;
  const auto go_to = [&](std::size_t next_row, std::size_t next_column) {
    row = next_row;
    column = next_column;
    if (row < height) runs.begins_[row] = {.at = cursor.position(), .column = column};
  };
  while (row < height) {
    const std::optional<Order> order = next(cursor, bits);
    if (!order) {
      if (row + 1 < height || column < width) return std::unexpected("it is cut off");
      break;
    }
    if (order->kind == Order::Kind::end) break;
    if (order->kind == Order::Kind::end_of_row) {
      go_to(row + 1, 0);
    } else if (order->kind == Order::Kind::move && order->up > 0) {
      go_to(row + order->up, column + order->right);
    } else {
      column += order->right + order->count;
    }
  }
  return runs;
}

void BmpRuns::read_row(std::size_t row, std::span<std::uint16_t> colors) const {
  std::ranges::fill(colors, no_color);
  ByteCursor cursor(bytes_);
  cursor.skip(begins_[row].at);
  std::size_t column = begins_[row].column;
  while (column < colors.size()) {
    const std::optional<Order> order = next(cursor, bits_);
    if (!order || order->kind == Order::Kind::end || order->kind == Order::Kind::end_of_row) return;
    if (order->kind == Order::Kind::move) {
      if (order->up > 0) return;
      column += order->right;
      continue;
    }
    const std::size_t count = std::min(order->count, colors.size() - column);
    for (std::size_t i = 0; i < count; ++i)
      colors[column + i] = color_of(*order, i, bits_);
    column += order->count;
  }
}

}  // namespace rucola::render::worker

#include "expression/operator_table.h"

#include <algorithm>
#include <array>

namespace rucola::expression {
namespace {

// Precedences are those of Symfony's ExpressionLanguage 7.2. The ternary operator and `??` bind loosest of
// all; the parser knows them by itself.
constexpr std::array unary_rows{
    UnaryRow{"not", UnaryOperator::logical_not, 50}, UnaryRow{"!", UnaryOperator::logical_not, 50},
    UnaryRow{"-", UnaryOperator::minus, 500},        UnaryRow{"+", UnaryOperator::plus, 500},
    UnaryRow{"~", UnaryOperator::bitwise_not, 500},
};

constexpr std::array binary_rows{
    BinaryRow{"or", BinaryOperator::logical_or, 10},
    BinaryRow{"||", BinaryOperator::logical_or, 10},
    BinaryRow{"xor", BinaryOperator::logical_xor, 12},
    BinaryRow{"and", BinaryOperator::logical_and, 15},
    BinaryRow{"&&", BinaryOperator::logical_and, 15},
    BinaryRow{"|", BinaryOperator::bitwise_or, 16},
    BinaryRow{"^", BinaryOperator::bitwise_xor, 17},
    BinaryRow{"&", BinaryOperator::bitwise_and, 18},
    BinaryRow{"==", BinaryOperator::equal, 20},
    BinaryRow{"===", BinaryOperator::identical, 20},
    BinaryRow{"!=", BinaryOperator::not_equal, 20},
    BinaryRow{"!==", BinaryOperator::not_identical, 20},
    BinaryRow{"<", BinaryOperator::less, 20},
    BinaryRow{">", BinaryOperator::greater, 20},
    BinaryRow{">=", BinaryOperator::greater_or_equal, 20},
    BinaryRow{"<=", BinaryOperator::less_or_equal, 20},
    BinaryRow{"not in", BinaryOperator::not_in, 20},
    BinaryRow{"in", BinaryOperator::in, 20},
    BinaryRow{"contains", BinaryOperator::contains, 20},
    BinaryRow{"starts with", BinaryOperator::starts_with, 20},
    BinaryRow{"ends with", BinaryOperator::ends_with, 20},
    BinaryRow{"matches", BinaryOperator::matches, 20},
    BinaryRow{"..", BinaryOperator::range, 25},
    BinaryRow{"<<", BinaryOperator::shift_left, 25},
    BinaryRow{">>", BinaryOperator::shift_right, 25},
    BinaryRow{"+", BinaryOperator::plus, 30},
    BinaryRow{"-", BinaryOperator::minus, 30},
    BinaryRow{"~", BinaryOperator::concatenate, 40},
    BinaryRow{"*", BinaryOperator::multiply, 60},
    BinaryRow{"/", BinaryOperator::divide, 60},
    BinaryRow{"%", BinaryOperator::modulo, 60},
    BinaryRow{"**", BinaryOperator::power, 200, true},
};

}  // namespace

std::optional<UnaryRow> unary_operator(std::string_view written) {
  const auto* const row = std::ranges::find(unary_rows, written, &UnaryRow::written);
  return row != unary_rows.end() ? std::optional(*row) : std::nullopt;
}

std::optional<BinaryRow> binary_operator(std::string_view written) {
  const auto* const row = std::ranges::find(binary_rows, written, &BinaryRow::written);
  return row != binary_rows.end() ? std::optional(*row) : std::nullopt;
}

std::string_view written(BinaryOperator symbol) {
  return std::ranges::find(binary_rows, symbol, &BinaryRow::symbol)->written;
}

}  // namespace rucola::expression

import FirestoreModel

/// The `orderBy` of a listing: `population desc, name, __name__ desc`.
enum OrderByText {
  /// Reads the text; empty text gives no order.
  static func parse(_ text: String) throws(EmulatorError) -> [StructuredQuery.Order] {
    guard text.utf8.contains(where: { $0 != UInt8(ascii: " ") }) else { return [] }
    var orders: [StructuredQuery.Order] = []
    for part in split(text) {
      let words = part.split(separator: " ")
      let direction: StructuredQuery.Direction
      switch words.count > 1 ? words[words.count - 1].lowercased() : "asc" {
      case "asc": direction = .ascending
      case "desc": direction = .descending
      default: throw .invalid("Invalid order_by \"\(text)\": asc or desc is expected after a field.")
      }
      let path = words.count > 1 ? words.dropLast().joined(separator: " ") : part.filter { $0 != " " }
      let field = try refusing { () throws(FirestoreFormatError) in try FieldPath(parsing: path) }
      orders.append(.init(field, direction))
    }
    return orders
  }

  /// Splits at commas outside of backquotes.
  private static func split(_ text: String) -> [String] {
    var parts = [""]
    var isQuoted = false
    var isEscaped = false
    for character in text {
      if character == ",", !isQuoted {
        parts.append("")
        continue
      }
      if character == "`", !isEscaped { isQuoted.toggle() }
      isEscaped = character == "\\" && !isEscaped
      parts[parts.count - 1].append(character)
    }
    return parts
  }
}

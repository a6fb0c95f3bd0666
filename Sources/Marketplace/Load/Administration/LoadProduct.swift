internal import JSON
private import ServiceKit

/// Products that a load makes for itself.
enum LoadProduct {
  /// What marks them.
  static let tag = "load"

  /// Words in their names, and in searches.
  static let words = ["cotton", "wireless", "steel", "linen", "travel", "garden", "light", "winter", "coffee", "paper"]

  /// What is sent to make one.
  static func body(name: String, number: Int, categories: [Int], _ choices: inout SeededChoices) -> JSONValue {
    let price = Money(minorUnits: Int64(choices.number(1_00...299_99))) ?? .zero
    // Every fourth is scarce, so that buyers meet on the last units.
    let stock = choices.happens(percent: 25) ? choices.number(0...20) : choices.number(200...2000)
    return [
      "name": .string("\(choices.one(of: words)) \(choices.one(of: words)) \(number)".capitalizedWords),
      "sku": .string("LOAD-\(name)-\(number)"),
      "price": price.json,
      "stock": .integer(stock),
      "category_id": categories.isEmpty ? .null : .integer(choices.one(of: categories)),
      "tags": [.string(tag), .string(choices.one(of: words))],
      "is_featured": .bool(choices.happens(percent: 20)),
    ]
  }
}

extension String {
  /// Each word with a capital letter.
  fileprivate var capitalizedWords: String {
    split(separator: " ").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
  }
}

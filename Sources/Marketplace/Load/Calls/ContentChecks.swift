internal import JSON
internal import ServiceKit

/// What can be wrong with the content of answers; each check says nil when all is well.
enum ContentChecks {
  /// Members that must have these values.
  static func members(_ expected: KeyValuePairs<String, JSONValue>) -> @Sendable (JSONValue) -> String? {
    let expected = expected.map { ($0.key, $0.value) }
    return { body in
      for (name, value) in expected where body[name] != value {
        return "\(name) is \(body[name]?.description ?? "missing") instead of \(value)"
      }
      return nil
    }
  }

  /// A page whose items all pass, and which is not longer than asked for.
  static func page(
    limit: Int, _ flaw: @escaping @Sendable (JSONValue) -> String? = { _ in nil }
  ) -> @Sendable (JSONValue) -> String? {
    { body in
      guard let items = body["items"]?.arrayValue, body["next_cursor"] != nil else { return "it is no page" }
      guard items.count <= limit else { return "it has \(items.count) items instead of at most \(limit)" }
      let ids = items.compactMap { $0["id"]?.intValue }
      guard Set(ids).count == ids.count else { return "an item is listed twice" }
      return items.lazy.compactMap(flaw).first
    }
  }

  /// A list whose items all pass.
  static func list(
    _ flaw: @escaping @Sendable (JSONValue) -> String? = { _ in nil }
  ) -> @Sendable (JSONValue) -> String? {
    { body in
      guard let items = body["items"]?.arrayValue else { return "it has no items" }
      return items.lazy.compactMap(flaw).first
    }
  }

  /// An order that adds up: total = subtotal + tax + shipping − discount, subtotal = the sum of its items'.
  static func sums(of order: JSONValue) -> String? {
    guard let total = money(order, "total_amount"), let subtotal = money(order, "subtotal"),
      let tax = money(order, "tax_amount"), let shipping = money(order, "shipping_amount"),
      let discount = money(order, "discount_amount")
    else { return "an amount is not money" }
    guard subtotal + tax + shipping - discount == total else { return "the total does not add up" }
    let items = (order["items"]?.arrayValue ?? []).compactMap { money($0, "subtotal") }
    guard !items.isEmpty, items.reduce(0, +) == subtotal else { return "the subtotal is not the sum of the items" }
    return nil
  }

  private static func money(_ value: JSONValue, _ member: String) -> Int64? {
    value[member]?.stringValue.flatMap { Money($0) }?.minorUnits
  }
}

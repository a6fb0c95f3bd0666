/// Which members or elements of one value were evaluated by schemas that hold.
///
/// Counted only where `unevaluatedProperties` or `unevaluatedItems` will ask (core section 11); positions rather than
/// names, because an object's members stand in order.
struct EvaluatedParts {
  /// Whether anyone will ask; when not, nothing is recorded.
  let isNeeded: Bool
  private var positions: [Bool] = []

  /// Parts for a value with so many members or elements; nothing is allocated before the first is marked.
  init(isNeeded: Bool) { self.isNeeded = isNeeded }

  func contains(_ position: Int) -> Bool { position < positions.count && positions[position] }

  mutating func insert(_ position: Int) {
    guard isNeeded else { return }
    grow(to: position + 1)
    positions[position] = true
  }

  mutating func insert(all count: Int) {
    guard isNeeded else { return }
    positions = Array(repeating: true, count: max(count, positions.count))
  }

  mutating func formUnion(_ other: EvaluatedParts) {
    guard isNeeded else { return }
    grow(to: other.positions.count)
    for position in other.positions.indices where other.positions[position] { positions[position] = true }
  }

  private mutating func grow(to count: Int) {
    if positions.count < count {
      positions.append(contentsOf: repeatElement(false, count: count - positions.count))
    }
  }
}

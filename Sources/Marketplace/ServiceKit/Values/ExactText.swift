/// A text as a key, equal only to the same code points.
///
/// Swift's `String` is equal by canonical equivalence: "é" and "e" with an accent, or "K" and the Kelvin sign, would be
/// one key, and what is known of one user would be said of another.
package struct ExactText: Sendable, Hashable {
  /// The text.
  package let text: String

  /// Wraps a text.
  package init(_ text: String) { self.text = text }

  /// Whether both have the same code points.
  package static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

  /// Feeds the code points to a hasher.
  package func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }
}

package import YAMLSource

/// A reference between two objects that the contracts do not state, and that names or values speak for.
package struct RelationshipSuggestion: Sendable, Hashable {
  /// What it rests on.
  package enum Ground: Sendable, Hashable {
    /// The column is called like the object or the key that it would refer to.
    case name
    /// Only the values speak for it.
    case values
  }

  /// The referring column: `orders.user_uid`.
  package let from: String
  /// The key that it would refer to: `users.uid`.
  package let to: String
  /// How the contract of the referring column names that key: `users.odcs.yaml#/schema/users/properties/uid`.
  package let reference: String
  package let ground: Ground
  /// Different values that were looked up.
  package let looked: Int
  /// How many of them exist.
  package let found: Int
  /// Where the referring column is declared.
  package let location: SourceLocation

  /// Share of the values that exist; nil when there were none to look up.
  package var share: Double? { looked == 0 ? nil : Double(found) / Double(looked) }

  /// Why it is suggested, in words.
  package var reason: String {
    let values =
      looked == 0 ? "there are no values to compare" : "\(found) of \(looked) values that were looked up exist"
    return ground == .name ? "it is named so, and \(values)" : values
  }
}

// A report leaves the machine; the data should not. What a contract classifies is shown only as far as two findings can
// be told apart. A query of a contract may also answer columns that the contract does not know (an expression, an
// alias); where the contract classifies anything, their text is masked too, because nobody knows what it is made of.

import DataContract

/// Hides values of fields that a data contract classifies as personal, yet lets a person tell two of them apart.
struct Masking: Sendable, Hashable {
  /// Classifications whose values are shown in full; everything else that is classified is masked.
  private static let open: Set<String> = ["public", "internal"]

  private var masked: Set<String> = []
  private var known: Set<String> = []
  private var hidesUnknownText = false

  /// Masks nothing.
  init() {}

  /// Masks the classified properties of an object, by their names in the contract and in the store.
  ///
  /// A query can join the contract's other objects, so their columns are masked where the object has none so named.
  init(_ object: SchemaObject, of contract: DataContract) {
    add(object.properties, path: [])
    let own = known
    var others = Masking()
    for other in contract.objects where other.name != object.name { others.add(other.properties, path: []) }
    known.formUnion(others.known)
    masked.formUnion(others.masked.subtracting(own))
    hidesUnknownText = !masked.isEmpty
  }

  /// Masks a field as well, such as one that refers to a classified one.
  mutating func mask(_ field: String) { masked.insert(field) }

  /// Whether values of the classification are masked.
  static func isMasked(_ classification: String?) -> Bool {
    classification.map { !open.contains($0.lowercased()) } ?? false
  }

  /// Whether values of the field are masked.
  func isMasked(_ field: String) -> Bool { masked.contains(field) }

  /// The value as a report may show it; `isFreeText` marks a column of a query that holds text of any kind.
  func shown(_ value: String?, of field: String, isFreeText: Bool = false) -> String? {
    guard let value else { return nil }
    let isHidden = masked.contains(field) || (isFreeText && hidesUnknownText && !known.contains(field))
    guard isHidden else { return Self.shortened(value) }
    // The first letter of a short text would give it away.
    return value.count < 8 ? "•••(\(value.count))" : "\(value.prefix(1))•••(\(value.count))"
  }

  /// Longest value that is shown; a text column can hold a gigabyte.
  private static let longest = 200

  private static func shortened(_ value: String) -> String {
    value.utf8.count <= longest ? value : "\(value.prefix(longest))… (\(value.utf8.count) bytes)"
  }

  private mutating func add(_ properties: [SchemaProperty], path: [String], inherited: String? = nil) {
    for property in properties {
      let classification = property.classification ?? inherited
      let names = Set([property.name, property.physicalName].map { (path + [$0]).joined(separator: ".") })
      known.formUnion(names)
      if Self.isMasked(classification) { masked.formUnion(names) }
      let inner = property.properties + property.items.flatMap(\.properties)
      for name in Set([property.name, property.physicalName]) {
        add(inner, path: path + [name], inherited: classification)
      }
    }
  }
}

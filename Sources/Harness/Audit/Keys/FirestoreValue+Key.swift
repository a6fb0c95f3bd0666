import FirestoreModel
import JSON
import RFC3339

extension FirestoreValue {
  /// The value as key text, the same text that PostgreSQL writes for the same value; nil for null.
  var keyText: String? {
    switch self {
    case .null: nil
    case .string(let text): text
    case .integer(let number): String(number)
    case .boolean(let flag): String(flag)
    // Firestore holds 5 and 5.0 for equal, and clients without integers write the latter.
    case .double(let number): Int64(exactly: number).map { String($0) } ?? String(describing: number)
    case .timestamp(let time): time.rfc3339
    // A reference names a document, whose id is what other stores know.
    case .reference(let name): name.split(separator: "/").last.map(String.init) ?? ""
    // A value of any other type is no key; its JSON shows what is there instead.
    case .bytes, .geoPoint, .array, .map: json.serialized()
    }
  }

  /// The key texts of a field that refers to something: those of its elements when it is an array.
  var keyTexts: [String] {
    if case .array(let elements) = self { elements.compactMap(\.keyText) } else { keyText.map { [$0] } ?? [] }
  }

  /// The values whose key text this may be; every one of them must be looked for.
  ///
  /// References are missing: their text does not tell the collection.
  static func candidates(for text: String) -> [FirestoreValue] {
    let possible: [FirestoreValue?] = [
      Int64(text).map { .integer($0) },
      text == "true" || text == "false" ? .boolean(text == "true") : nil,
      Int64(text) == nil ? Double(text).map { .double($0) } : nil,
      Timestamp(rfc3339: text).map { .timestamp($0) },
    ]
    return [.string(text)] + possible.compactMap { $0 }.filter { $0.keyText == text }
  }
}

import FirestoreModel
import JSON

/// The query of a GET, PATCH or DELETE, bound to the fields of a request message.
///
/// As on Google's servers a name that is not in the message is refused, and so are system parameters that would change
/// the answer and that are not understood here.
struct QueryParameters {
  private static let ignoredSystemNames: Set<String> = [
    "alt", "$alt", "key", "prettyPrint", "$prettyPrint", "access_token", "oauth_token", "quotaUser", "uploadType",
    "upload_protocol", "$.xgafv",
  ]

  private struct Item {
    let name: String
    /// The name in snake_case: both spellings, and mixtures of them, mean the same.
    let canonicalName: String
    let value: String
  }

  private let items: [Item]
  private var asked: Set<String> = []

  init(_ target: RequestTarget) {
    items = target.query.filter { !Self.ignoredSystemNames.contains($0.name) }.map { item in
      Item(name: item.name, canonicalName: ProtoObject.snakeCase(item.name), value: item.value)
    }
  }

  /// All values of a repeated parameter, nil when it is not there.
  mutating func values(_ name: String) -> [String]? {
    let canonical = ProtoObject.snakeCase(name)
    asked.insert(canonical)
    let values = items.filter { $0.canonicalName == canonical }.map(\.value)
    return values.isEmpty ? nil : values
  }

  mutating func string(_ name: String) -> String? {
    values(name)?.last
  }

  mutating func boolean(_ name: String) throws(EmulatorError) -> Bool? {
    switch string(name) {
    case nil: return nil
    case "true", "1": return true
    case "false", "0": return false
    case let other?: throw .invalid("Invalid value at '\(name)' (TYPE_BOOL), \"\(other)\"")
    }
  }

  mutating func int32(_ name: String) throws(EmulatorError) -> Int? {
    guard let text = string(name) else { return nil }
    guard let value = Int32(text) else { throw .invalid("Invalid value at '\(name)' (TYPE_INT32), \"\(text)\"") }
    return Int(value)
  }

  /// The document mask under `name`, nil when there is none.
  mutating func mask(_ name: String) throws(EmulatorError) -> [FieldPath]? {
    // An empty message in the query says "a mask without paths".
    let isPresent = values(name) != nil
    guard let paths = values(name + ".fieldPaths") else { return isPresent ? [] : nil }
    return try paths.map { path throws(EmulatorError) in
      try refusing { () throws(FirestoreFormatError) in try FieldPath(parsing: path) }
    }
  }

  /// Reads a parameter with the reader of its JSON form.
  mutating func read<T>(
    _ name: String, _ reader: (JSONValue) throws(FirestoreFormatError) -> T
  ) throws(EmulatorError) -> T? {
    guard let text = string(name) else { return nil }
    do { return try reader(.string(text)) } catch { throw EmulatorError(error.inside(name)) }
  }

  /// Refuses parameters that were never asked for.
  func finish() throws(EmulatorError) {
    for item in items where !asked.contains(item.canonicalName) {
      if item.name == "fields" || item.name == "$fields" || item.name == "callback" {
        throw EmulatorError(.unimplemented, "The parameter \"\(item.name)\" is not implemented.")
      }
      throw .invalid(
        "Invalid JSON payload received. Unknown name \"\(item.name)\": Cannot bind query parameter.")
    }
  }
}

import JSON
import RFC3339

/// What is kept of a reference from a table to a collection or another table.
struct ReferenceState: Sendable, Equatable {
  private static let version = 2
  /// Most keys without a document that are kept; with more, the next audit reads everything.
  static let mostDangling = 100_000

  /// What it is about: the rule, both sides and where they are.
  let identity: String
  /// When everything was read the last time.
  let sweptAt: Timestamp
  /// No document that existed at this time, and stayed, is missing from `ids`.
  let readTime: Timestamp
  /// The referring table; nil where none can be marked.
  let mark: TableMark?
  /// What was counted for the table that is referred to, before its keys were read; nil for a collection, and where
  /// nothing is counted.
  var referent: TableCounts?
  /// Keys in use that no document had.
  let dangling: [Key]
  /// Ids of all documents, or the keys of all rows as a codec writes them.
  let ids: SortedKeys

  /// The state as a file holds it: a line of JSON, then the ids.
  var encoded: [UInt8] {
    var header: JSONObject = [
      "format": "concord-audit-state", "version": .number(JSONNumber(Self.version)), "identity": .string(identity),
      "sweptAt": .string(sweptAt.rfc3339), "readTime": .string(readTime.rfc3339),
      "dangling": .array(dangling.map { .array($0.parts.map { .string($0) }) }),
    ]
    if let mark { header["table"] = mark.json }
    if let referent { header["referent"] = .object(referent.json) }
    var encoded = Array(JSONValue.object(header).serialized().utf8)
    encoded.append(UInt8(ascii: "\n"))
    ids.encode(into: &encoded)
    return encoded
  }
}

extension ReferenceState {
  /// Reads a state; nil for bytes that hold none, or one of something else.
  init?(_ encoded: [UInt8], of identity: String) {
    guard let end = encoded.firstIndex(of: UInt8(ascii: "\n")),
      let header = try? JSONValue(parsing: Array(encoded[..<end])),
      header["format"] == "concord-audit-state", header["version"]?.intValue == Self.version,
      header["identity"]?.stringValue == identity,
      let sweptAt = header["sweptAt"]?.stringValue.flatMap({ Timestamp(rfc3339: $0) }),
      let readTime = header["readTime"]?.stringValue.flatMap({ Timestamp(rfc3339: $0) }),
      let dangling = header["dangling"]?.arrayValue, dangling.count <= Self.mostDangling,
      let ids = SortedKeys(encoded[(end + 1)...])
    else { return nil }
    self.init(
      identity: identity, sweptAt: sweptAt, readTime: readTime, mark: header["table"].flatMap { TableMark($0) },
      referent: header["referent"].flatMap { TableCounts($0) },
      dangling: dangling.map { Key(($0.arrayValue ?? []).compactMap(\.stringValue)) }, ids: ids)
  }
}

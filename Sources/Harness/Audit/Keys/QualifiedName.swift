import Postgres

/// The name of a table, with its schema where it has one.
struct QualifiedName: Sendable, Hashable {
  /// The names from the outside in, as they are in the store.
  let parts: [String]

  /// Reads `orders`, `sales.orders` or `"odd.name".orders`: a dot separates, double quotes keep it from doing so.
  ///
  /// Names are taken as they are: unlike in SQL, upper case needs no quotes.
  init(parsing text: String) {
    var parts: [String] = []
    var part = ""
    var isQuoted = false
    var previousQuoteClosed = false
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"" where !isQuoted:
        // Two quotes in a row inside quotes stand for one.
        if previousQuoteClosed { part.unicodeScalars.append(scalar) }
        isQuoted = true
        previousQuoteClosed = false
      case "\"":
        isQuoted = false
        previousQuoteClosed = true
      case "." where !isQuoted:
        parts.append(part)
        part = ""
        previousQuoteClosed = false
      default:
        part.unicodeScalars.append(scalar)
        previousQuoteClosed = false
      }
    }
    self.parts = parts + [part]
  }

  /// The name within a schema, unless it names one itself.
  func within(_ schema: String?) -> QualifiedName {
    guard let schema, parts.count == 1 else { return self }
    return QualifiedName(parts: [schema] + parts)
  }

  private init(parts: [String]) { self.parts = parts }

  /// The name quoted for SQL.
  var quoted: String { parts.map { SQL.quoted(identifier: $0) }.joined(separator: ".") }

  /// The name quoted for people: without the schema that everybody means.
  var shown: String { (parts.first == "public" ? QualifiedName(parts: Array(parts.dropFirst())) : self).quoted }
}

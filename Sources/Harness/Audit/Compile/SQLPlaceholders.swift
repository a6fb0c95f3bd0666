import Postgres

/// What the placeholders in the SQL of a quality rule stand for (Open Data Contract Standard 3.1, "Data Quality",
/// section "SQL": `SELECT COUNT(*) FROM ${object} WHERE ${property} IS NOT NULL`).
struct SQLPlaceholders: Sendable, Hashable {
  /// What can follow FROM: a quoted name, or a query with an alias.
  let object: String
  /// The name of the column; nil for a rule of the object as a whole.
  let property: String?

  /// The text with every placeholder replaced; one that stands in quotes of its own is replaced by the bare name.
  func replaced(in text: String) throws(SQLText.Problem) -> String {
    let property = property.map { SQL.quoted(identifier: $0) }
    guard property != nil || !text.contains("${property}") else {
      throw SQLText.Problem(
        message: "the SQL has the placeholder '${property}', but the rule is about no property",
        remedy: "declare the rule at the property")
    }
    var text = text
    for (name, value) in [("${object}", object), ("${property}", property ?? "")] {
      let parts = text.split(separator: name, omittingEmptySubsequences: false)
      text = parts.dropFirst().reduce(String(parts[0])) { result, part in
        let isQuoted = result.last == "'" || result.last == "\""
        return result + (isQuoted ? String(value.dropFirst().dropLast()) : value) + part
      }
    }
    return text
  }
}

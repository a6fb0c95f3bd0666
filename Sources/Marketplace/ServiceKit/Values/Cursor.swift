package import JSON

/// Where the next page of a list begins: the sort key of the last row, opaque to clients.
package struct Cursor: Sendable, Hashable {
  /// The sort key, in the order of the query.
  package let fields: [JSONValue]

  /// Creates a cursor from a sort key.
  package init(_ fields: JSONValue...) { self.fields = fields }

  /// Parses the text of a cursor; nil when it is none of ours.
  package init?(text: String) {
    guard text.utf8.count <= 2048, let bytes = Base64URL.decode(text),
      let value = try? JSONValue(parsing: bytes, options: JSONParser.Options(maximumDepth: 4)),
      case .array(let fields) = value, !fields.isEmpty
    else { return nil }
    self.fields = fields
  }

  /// The text of the cursor: base64url of a JSON array.
  package var text: String { Base64URL.encode(JSONValue.array(fields).utf8(.compact)) }

  /// What to throw when a cursor is one of another list.
  package static var invalid: Problem {
    .unprocessable([FieldViolation(.parameter("cursor"), "must be a next_cursor that this list returned")])
  }
}

/// How much of a list a request asks for.
package struct Paging: Sendable, Hashable {
  /// The largest number of items on the page.
  package let limit: Int

  /// Where the page begins; nil for the first.
  package let cursor: Cursor?

  /// Creates a request for a page.
  package init(limit: Int, cursor: Cursor? = nil) {
    self.limit = limit
    self.cursor = cursor
  }
}

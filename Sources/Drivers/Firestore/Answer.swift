internal import FirestoreModel
internal import JSON
internal import RFC3339

/// Reads the parts of answers, and says of what it cannot read that the server is wrong.
enum Answer {
  /// A document with name, fields and times.
  static func document(_ json: JSONValue) throws(FirestoreError) -> FirestoreDocument {
    do throws(FirestoreFormatError) {
      return try FirestoreDocument(json: json)
    } catch {
      throw .malformedAnswer("\(error)")
    }
  }

  /// The full name of a document.
  static func name(_ json: JSONValue) throws(FirestoreError) -> DocumentName {
    guard let text = json.stringValue else { throw .malformedAnswer("a document's name is not a string.") }
    do throws(FirestoreFormatError) {
      return try DocumentName(parsing: text)
    } catch {
      throw .malformedAnswer("\(error)")
    }
  }

  /// A value of a field.
  static func value(_ json: JSONValue) throws(FirestoreError) -> FirestoreValue {
    do throws(FirestoreFormatError) {
      return try FirestoreValue(json: json)
    } catch {
      throw .malformedAnswer("\(error)")
    }
  }

  /// A time, nil when it is absent.
  static func time(_ json: JSONValue?) throws(FirestoreError) -> Timestamp? {
    guard let json else { return nil }
    guard let time = json.stringValue.flatMap(Timestamp.init(rfc3339:)) else {
      throw .malformedAnswer("a time is not an RFC 3339 string.")
    }
    return time
  }
}

import JSON

/// A body, read once for all that look into it: checks, criteria, outputs and the search for secrets.
struct MessageBody: Sendable {
  let bytes: [UInt8]
  /// Whether reading ended before the body did.
  let isTruncated: Bool
  /// The body as JSON, also where it repeats members; nil when it is none.
  let json: JSONValue?
  /// Why the body is no JSON, or none that everyone reads alike.
  let problem: JSONParseError?

  /// Reads a body.
  init(_ bytes: [UInt8], isTruncated: Bool = false) {
    self.bytes = bytes
    self.isTruncated = isTruncated
    guard !bytes.isEmpty, !isTruncated else {
      json = .none
      problem = nil
      return
    }
    do {
      json = try JSONValue(parsing: bytes, options: Self.strict)
      problem = nil
    } catch {
      // Steps can go on with a body that repeats a member; its check fails all the same.
      json = try? JSONValue(parsing: bytes)
      problem = error
    }
  }

  /// The body of a request, made from a value.
  init(_ bytes: [UInt8], json: JSONValue) {
    self.bytes = bytes
    self.json = json
    isTruncated = false
    problem = nil
  }

  private static let strict: JSONParser.Options = {
    var options = JSONParser.Options()
    options.duplicateKeys = .reject
    return options
  }()

  /// The body as runtime expressions see it: JSON where it is JSON, else text; an empty one is null.
  var value: JSONValue {
    if bytes.isEmpty { return .null }
    return json ?? .string(String(decoding: bytes, as: UTF8.self))
  }
}

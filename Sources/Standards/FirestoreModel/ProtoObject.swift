package import JSON
package import RFC3339

/// Strict reading of one JSON object by the JSON mapping of Protocol Buffers.
///
/// Names are accepted in lowerCamelCase and snake_case, `null` is absence, enums come by name or number, 64-bit
/// integers as text or number; and, as Google's servers do, a name that was never asked for is an error (``finish()``).
/// Source: https://protobuf.dev/programming-guides/json/.
package struct ProtoObject {
  private let object: JSONObject
  private var asked: [String] = []

  /// Wraps an object.
  ///
  /// - Throws: When the value is not an object.
  package init(_ json: JSONValue) throws(FirestoreFormatError) {
    guard case .object(let object) = json else {
      throw FirestoreFormatError("an object is expected, found \(json.typeName).")
    }
    self.object = object
  }

  /// The member under `name`, or its snake_case spelling; nil when missing or null.
  package mutating func value(_ name: String) -> JSONValue? {
    asked.append(name)
    // `Optional.none` in full: a plain nil would be the JSON value null.
    guard let value = object[name] ?? object[ProtoObject.snakeCase(name)], !value.isNull else {
      return Optional<JSONValue>.none
    }
    return value
  }

  /// Whether the member is there, even as null (matters for `nullValue`-like members only).
  package func contains(_ name: String) -> Bool {
    object[name] != nil || object[ProtoObject.snakeCase(name)] != nil
  }

  /// Reads the member with `read`, naming it in errors; nil when missing.
  package mutating func read<T>(
    _ name: String, _ read: (JSONValue) throws(FirestoreFormatError) -> T
  ) throws(FirestoreFormatError) -> T? {
    guard let value = value(name) else { return nil }
    do { return try read(value) } catch { throw error.inside(name) }
  }

  /// Reads a repeated member; empty when missing.
  package mutating func list<T>(
    _ name: String, _ read: (JSONValue) throws(FirestoreFormatError) -> T
  ) throws(FirestoreFormatError) -> [T] {
    guard let value = value(name) else { return [] }
    return try ProtoObject.list(value, named: name, read)
  }

  /// Reads text; nil when missing.
  package mutating func string(_ name: String) throws(FirestoreFormatError) -> String? {
    try read(name, ProtoObject.string)
  }

  /// Reads a boolean; nil when missing.
  package mutating func boolean(_ name: String) throws(FirestoreFormatError) -> Bool? {
    try read(name) { (json) throws(FirestoreFormatError) in
      guard case .bool(let value) = json else {
        throw FirestoreFormatError("a boolean is expected, found \(json.typeName).")
      }
      return value
    }
  }

  /// Reads an integer of 32 bits, wrapped as `{"value": 5}` or plain; nil when missing.
  package mutating func int32(_ name: String) throws(FirestoreFormatError) -> Int? {
    try read(name) { (json) throws(FirestoreFormatError) in
      let value = try ProtoObject.int64(json)
      guard let small = Int32(exactly: value) else {
        throw FirestoreFormatError("\(value) does not fit 32 bits.")
      }
      return Int(small)
    }
  }

  /// Reads an enum by name or number; nil when missing or the unspecified 0.
  package mutating func enumeration<E: ProtoEnum>(_ name: String, _: E.Type) throws(FirestoreFormatError) -> E? {
    try read(name) { (json) throws(FirestoreFormatError) -> E? in
      if let text = json.stringValue, let value = E(rawValue: text) { return value }
      if let number = json.intValue {
        if number == 0 { return nil }
        if let value = E.allCases.first(where: { $0.number == number }) { return value }
      }
      if json.stringValue?.hasSuffix("_UNSPECIFIED") == true { return nil }
      throw FirestoreFormatError(
        "\(json.serialized()) is not one of \(E.allCases.map(\.rawValue).joined(separator: ", ")).")
    } ?? nil
  }

  /// Refuses members that were never asked for.
  ///
  /// - Throws: Naming the first unknown member, in the words of Google's servers.
  package func finish() throws(FirestoreFormatError) {
    guard object.count > 0 else { return }
    for member in object where !asked.contains(where: { $0 == member.key || ProtoObject.snakeCase($0) == member.key }) {
      throw FirestoreFormatError.unknownName(member.key)
    }
  }
}

extension ProtoObject {
  /// Reads each element, naming `name[i]` in errors.
  package static func list<T>(
    _ json: JSONValue, named name: String, _ read: (JSONValue) throws(FirestoreFormatError) -> T
  ) throws(FirestoreFormatError) -> [T] {
    guard case .array(let elements) = json else {
      throw FirestoreFormatError("a list is expected, found \(json.typeName).", at: name)
    }
    var output: [T] = []
    output.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      do { output.append(try read(element)) } catch { throw error.inside("\(name)[\(index)]") }
    }
    return output
  }

  /// Reads text.
  package static func string(_ json: JSONValue) throws(FirestoreFormatError) -> String {
    guard case .string(let text) = json else {
      throw FirestoreFormatError("text is expected, found \(json.typeName).")
    }
    return text
  }

  /// Reads a 64-bit integer given as text or as an exact number.
  package static func int64(_ json: JSONValue) throws(FirestoreFormatError) -> Int64 {
    switch json {
    case .string(let text): if let value = Int64(text) { return value }
    case .number(let number): if let value = number.int64 { return value }
    case .object(let wrapper):
      if wrapper.count == 1, let value = wrapper["value"], value.objectValue == nil { return try int64(value) }
    default: break
    }
    throw FirestoreFormatError("\(json.serialized()) is not a 64-bit integer.")
  }

  /// Reads a double: a number, its text, or "NaN", "Infinity", "-Infinity".
  package static func double(_ json: JSONValue) throws(FirestoreFormatError) -> Double {
    switch json {
    case .number(let number): if number.double.isFinite { return number.double }
    case .string("NaN"): return .nan
    case .string("Infinity"): return .infinity
    case .string("-Infinity"): return -.infinity
    case .string(let text): if let number = JSONNumber(lexeme: text), number.double.isFinite { return number.double }
    default: break
    }
    throw FirestoreFormatError("\(json.serialized()) is not a double.")
  }

  /// Reads an RFC 3339 instant to the nanosecond.
  package static func timestamp(_ json: JSONValue) throws(FirestoreFormatError) -> Timestamp {
    guard case .string(let text) = json, let value = Timestamp(rfc3339: text) else {
      throw FirestoreFormatError("\(json.serialized()) is not a timestamp of RFC 3339.")
    }
    return value
  }

  /// Reads base 64 in either alphabet.
  package static func bytes(_ json: JSONValue) throws(FirestoreFormatError) -> [UInt8] {
    guard case .string(let text) = json, let value = Base64.decode(text) else {
      throw FirestoreFormatError("base 64 text is expected.")
    }
    return value
  }

  /// The snake_case spelling of a lowerCamelCase name.
  package static func snakeCase(_ name: String) -> String {
    guard name.utf8.contains(where: { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }) else { return name }
    var output: [UInt8] = []
    for byte in name.utf8 {
      if (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) {
        output.append(UInt8(ascii: "_"))
        output.append(byte | 0x20)
      } else {
        output.append(byte)
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}

/// An enum of the protos: the raw value is its JSON name, `number` its wire number.
package protocol ProtoEnum: RawRepresentable, CaseIterable, Sendable where RawValue == String {
  /// The number that clients send with `enum-encoding=int`.
  var number: Int { get }
}

extension PostgresParameter {
  /// The value as an SQL constant, for statements that take no parameters; nil for binary forms of other types.
  ///
  /// A quoted constant has no type until its place gives it one, exactly like a parameter of no declared type.
  var constant: String? {
    guard let bytes else { return "NULL" }
    switch (format, typeID) {
    case (.text, let type):
      guard let name = type == .unspecified ? "" : type.castName else { return nil }
      return SQL.quoted(literal: String(decoding: bytes, as: UTF8.self)) + name
    case (.binary, .bytea):
      return SQL.quoted(literal: "\\x" + Self.hexadecimal(bytes)) + "::bytea"
    case (.binary, .int8Array):
      return Self.integers(bytes, Int64.self).map { "'{\($0)}'::bigint[]" }
    case (.binary, .int4Array):
      return Self.integers(bytes, Int32.self).map { "'{\($0)}'::integer[]" }
    default:
      return nil
    }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    var text = ""
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return text
  }

  /// Reads back what `BinaryArray` wrote.
  private static func integers<Value: FixedWidthInteger>(_ bytes: [UInt8], _ type: Value.Type) -> String? {
    let header = 12
    let size = MemoryLayout<Value>.size
    guard bytes.count > header else { return bytes.count == header ? "" : nil }
    let elements = bytes.dropFirst(header + 8)
    guard elements.count.isMultiple(of: 4 + size) else { return nil }
    return stride(from: elements.startIndex, to: elements.endIndex, by: 4 + size)
      .map { start in
        let value = elements[(start + 4)..<(start + 4 + size)].reduce(Value.Magnitude(0)) {
          $0 << 8 | Value.Magnitude($1)
        }
        return String(Value(truncatingIfNeeded: value))
      }
      .joined(separator: ",")
  }
}

extension PostgresTypeID {
  /// A cast to the type, when its name is known here.
  fileprivate var castName: String? {
    description.hasPrefix("type ") ? nil : "::\(description)"
  }
}

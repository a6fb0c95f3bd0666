/// A strict parser of RFC 8259.
///
/// It takes what the grammar has and nothing else: UTF-8 only, no byte order mark, no comments, no trailing comma. An
/// escaped surrogate without its partner is refused, because no text can hold it. Exponents of more than 18 digits are
/// refused (section 6 lets an implementation set limits). Depth and size are bounded, so that no input overflows the
/// stack or memory.
package struct JSONParser: Sendable {
  /// What to do with a second member of the same name in one object.
  package enum DuplicateKeys: Sendable {
    /// The last value stays, in the place of the first.
    case keepLast
    /// The text is refused.
    case reject
  }

  /// The bounds of a parser.
  package struct Options: Sendable {
    /// How deep arrays and objects may nest, 1 to 1,024; values outside are brought inside.
    package var maximumDepth = 512
    /// How many bytes a text may have; nil for no bound of its own.
    package var maximumBytes: Int?
    /// What to do with a second member of the same name.
    package var duplicateKeys: DuplicateKeys = .keepLast

    /// Bounds, by default a depth of 512 and nothing else.
    package init(maximumDepth: Int = 512, maximumBytes: Int? = nil, duplicateKeys: DuplicateKeys = .keepLast) {
      self.maximumDepth = maximumDepth
      self.maximumBytes = maximumBytes
      self.duplicateKeys = duplicateKeys
    }
  }

  private let options: Options

  /// A parser with its bounds.
  package init(options: Options = .init()) { self.options = options }

  /// Parses one JSON text.
  ///
  /// - Throws: Where and how the text is broken or beyond the bounds.
  package func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONParseError) -> JSONValue {
    do throws(JSONReader.Failure) {
      if let maximum = options.maximumBytes, bytes.count > maximum {
        throw JSONReader.Failure(offset: maximum, message: "the text is longer than \(maximum) bytes")
      }
      var reader = JSONReader(bytes, options: options)
      return try reader.document()
    } catch {
      throw JSONParseError(error.message, at: error.offset, in: bytes)
    }
  }
}

extension JSONValue {
  /// Parses the bytes of one JSON text; see ``JSONParser``.
  ///
  /// - Throws: Where and how the text is broken or beyond the bounds.
  package init(parsing bytes: [UInt8], options: JSONParser.Options = .init()) throws(JSONParseError) {
    self = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONParseError) in
      try JSONParser(options: options).parse(buffer)
    }
  }

  /// Parses one JSON text; see ``JSONParser``.
  ///
  /// - Throws: Where and how the text is broken or beyond the bounds.
  package init(parsing text: String, options: JSONParser.Options = .init()) throws(JSONParseError) {
    try self.init(parsing: Array(text.utf8), options: options)
  }
}

/// A complete HTTP request, as the parts of the emulator that answer it see it.
package struct EmulatorRequest: Sendable {
  package let method: String
  package let target: RequestTarget
  package let authorization: String?
  package let body: [UInt8]

  /// Describes a request.
  package init(method: String, target: RequestTarget, authorization: String? = nil, body: [UInt8] = []) {
    self.method = method
    self.target = target
    self.authorization = authorization
    self.body = body
  }
}

/// An answer: complete, or written while it is sent.
package struct EmulatorReply: Sendable {
  /// What follows the head.
  package enum Body: Sendable {
    case complete([UInt8])
    case stream(any ReplyStream)
  }

  package let status: Int
  package let contentType: String
  package let body: Body

  /// Answers with JSON.
  package static func json(_ bytes: [UInt8], status: Int = 200) -> EmulatorReply {
    EmulatorReply(status: status, contentType: "application/json; charset=UTF-8", body: .complete(bytes))
  }

  /// Answers with JSON written by `write`.
  package static func json(status: Int = 200, _ write: (inout JSONByteWriter) -> Void) -> EmulatorReply {
    var writer = JSONByteWriter()
    write(&writer)
    return json(writer.bytes, status: status)
  }

  /// Answers with JSON that is written piece by piece.
  package static func stream(_ stream: any ReplyStream) -> EmulatorReply {
    EmulatorReply(status: 200, contentType: "application/json; charset=UTF-8", body: .stream(stream))
  }

  /// Answers with plain text.
  package static func text(_ text: String, status: Int = 200) -> EmulatorReply {
    EmulatorReply(status: status, contentType: "text/plain; charset=UTF-8", body: .complete(Array(text.utf8)))
  }
}

/// The body of an answer, written on demand so that a slow client holds no more than one piece.
package protocol ReplyStream: Sendable {
  /// Writes the next piece, some tens of kilobytes; false when it was the last. May write nothing and still return
  /// true.
  mutating func writePiece(to writer: inout JSONByteWriter) -> Bool
}

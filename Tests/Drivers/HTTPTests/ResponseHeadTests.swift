import Testing

@testable import HTTP

@Suite struct ResponseHeadTests {
  private func head(_ lines: String..., maximumBytes: Int = 1_000) throws -> ResponseHead {
    var head = ResponseHead(maximumBytes: maximumBytes)
    for line in lines {
      try Array(line.utf8).withUnsafeBytes { try head.consume($0) }
    }
    return head
  }

  @Test("status line and fields are read, blanks around values dropped")
  func ordinary() throws {
    let head = try head("HTTP/1.1 404 Not Found\r\n", "A:  b c \t\r\n", "a:\r\n", "\r\n")
    #expect(head.status == 404)
    #expect(head.reason == "Not Found")
    #expect(head.httpVersion == "1.1")
    #expect(head.headers == ["A": "b c", "a": ""])
    #expect(head.isComplete)
  }

  @Test("an interim response is replaced by the final one, lines behind it are trailers")
  func interim() throws {
    let head = try head(
      "HTTP/1.1 103 Early Hints\r\n", "Link: x\r\n", "\r\n", "HTTP/1.1 200\r\n", "B: 1\r\n", "\r\n", "T: 2\r\n", "\r\n")
    #expect(head.status == 200)
    #expect(head.reason == "")
    #expect(head.headers == ["B": "1"])
    #expect(head.trailers == ["T": "2"])
    #expect(head.count == 2)
  }

  @Test("a folded line continues the field before it")
  func folding() throws {
    #expect(try head("HTTP/1.1 200 OK\r\n", "A: b\r\n", "  c\r\n", "\r\n").headers["A"] == "b c")
  }

  @Test("bytes that are not UTF-8 are read as Latin-1")
  func latin1() throws {
    var head = try head("HTTP/1.1 200 OK\r\n")
    let line: [UInt8] = [0x41, 0x3A, 0xE9, 0x0D, 0x0A]
    try line.withUnsafeBytes { try head.consume($0) }
    #expect(head.headers["A"] == "é")
  }

  @Test(
    "lines that are no header are refused",
    arguments: [
      ["HTTP/1.1 2x0 OK\r\n"], ["HTTP/1.1\r\n"], ["HTTP/1.1 20 OK\r\n"], ["HTTP/1.1 200 OK\r\n", "no colon\r\n"],
      ["HTTP/1.1 200 OK\r\n", ": no name\r\n"], ["HTTP/1.1 200 OK\r\n", " folded\r\n"],
    ])
  func malformed(_ lines: [String]) {
    #expect(throws: ResponseHead.Fault.self) {
      var head = ResponseHead(maximumBytes: 1_000)
      for line in lines { try Array(line.utf8).withUnsafeBytes { try head.consume($0) } }
    }
  }

  @Test("headers end at the limit, all heads of an exchange together")
  func limit() {
    #expect(throws: ResponseHead.Fault.self) {
      try head("HTTP/1.1 200 OK\r\n", "A: 12345678901234567890\r\n", maximumBytes: 40)
    }
  }
}

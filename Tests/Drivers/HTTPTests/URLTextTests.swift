import Testing

@testable import HTTP

@Suite struct URLTextTests {
  @Test(
    "a URL that the client may call is not judged",
    arguments: [
      "http://a", "HTTPS://a.b:443/x?y#z", "http://127.0.0.1:8080/a%20b?q=[1]", "http://[::1]:9/", "http://u:p@h/",
      "http://a/../b", "http://a:/",
    ])
  func sound(_ url: String) {
    #expect(URLText.fault(in: url) == nil)
  }

  @Test(
    "any other text is refused with a reason",
    arguments: [
      "", "/path", "ftp://a", "file:///etc/passwd", "http:/a", "http://", "http:///x", "http://:80/", "http://a:0/",
      "http://a:65536/", "http://a:8x/", "http://a b/", "http://a/\r\nX: y", "http://a/\u{0}", "http://é/",
      "http://a/\"",
      "http://[::1", "http://[::1]x/", "http://u@/", "gopher://a",
    ])
  func unsound(_ url: String) {
    #expect(URLText.fault(in: url) != nil)
  }

  @Test(
    "credentials, query, fragment and control characters are not shown",
    arguments: [
      ("http://user:secret@host:1/path?token=secret#secret", "http://host:1/path"),
      ("HTTPS://secret@host", "HTTPS://host"), ("ftp://u:secret@host/x", "ftp://host/x"),
      ("user:secret@host/x", "host/x"), ("http://host/a@b", "http://host/a@b"), ("http://h/\r\nb", "http://h/b"),
      ("http://a@secret@host/", "http://host/"),
    ])
  func redaction(_ url: String, _ expected: String) {
    #expect(URLText.redacted(url) == expected)
    #expect(HTTPError(code: .other, message: "m", url: url).url == expected)
  }
}

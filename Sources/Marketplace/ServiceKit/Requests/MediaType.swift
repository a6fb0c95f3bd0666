/// Media types of the platform, and whether a Content-Type says JSON in UTF-8 (RFC 9110 section 8.3.1).
enum MediaType {
  static let json = "application/json"
  static let problem = "application/problem+json"

  static func isJSON(_ contentType: String) -> Bool {
    let parts = contentType.split(separator: ";", omittingEmptySubsequences: false).map { trimmed($0) }
    guard let type = parts.first, type.lowercased() == json else { return false }
    return parts.dropFirst().allSatisfy { parameter in
      let text = parameter.lowercased()
      guard text.hasPrefix("charset=") else { return !text.isEmpty }
      return text == "charset=utf-8" || text == "charset=\"utf-8\""
    }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }
}

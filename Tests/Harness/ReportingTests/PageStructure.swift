/// What the markup of a page says, read without mercy: the page escapes everything, so every `<` begins a tag.
struct PageStructure {
  private(set) var problems: [String] = []
  private(set) var elements: Set<String> = []
  private(set) var attributes: Set<String> = []
  private(set) var ids: [String] = []
  private(set) var links: [String] = []

  private static let voidElements: Set<String> = ["meta", "br"]

  init(_ page: String) {
    var open: [String] = []
    // Bytes, because a joining mark after a `<` makes one Character of both.
    let bytes = Array(page.utf8)
    var index = 0
    while let start = bytes[index...].firstIndex(of: UInt8(ascii: "<")) {
      guard let end = bytes[start...].firstIndex(of: UInt8(ascii: ">")) else {
        problems.append("a tag without end")
        return
      }
      let tag = String(decoding: bytes[(start + 1)..<end], as: UTF8.self)
      index = end + 1
      if tag.hasPrefix("!DOCTYPE") { continue }
      if tag.hasPrefix("/") {
        if open.last == String(tag.dropFirst()) { open.removeLast() } else { problems.append("<\(tag)> in \(open)") }
        continue
      }
      let name = String(tag.prefix { $0 != " " })
      if !name.allSatisfy({ $0.isASCII && $0.isLetter || $0.isNumber }) { problems.append("<\(tag)>") }
      elements.insert(name)
      readAttributes(of: tag)
      if !Self.voidElements.contains(name) { open.append(name) }
    }
    if !open.isEmpty { problems.append("never closed: \(open)") }
  }

  private mutating func readAttributes(of tag: String) {
    for match in tag.matches(of: /\s([a-zA-Z-]+)(?:="([^"]*)")?/) {
      let name = String(match.output.1)
      attributes.insert(name)
      let value = match.output.2.map(String.init) ?? ""
      if name == "id" { ids.append(value) }
      if name == "href" { links.append(value) }
    }
  }
}

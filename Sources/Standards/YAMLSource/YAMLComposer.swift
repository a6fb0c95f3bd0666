import JSON
import Yams

// Yams composes text to nodes with marks; everything that gives text a meaning (resolver, constructor) is left out of
// the way: the resolver is the empty one, and scalars are kept as text for `ScalarReading`. libyaml stops at 1,000
// nested collections by itself, which bounds Yams' recursion; our own, lower limits apply while the nodes are
// converted, where aliases are expanded too (a "billion laughs" file ends at the node limit).

/// Reads one YAML document into nodes with positions.
struct YAMLComposer {
  private let file: String
  private let limits: SourceDocument.Limits
  private var problems: [Diagnostic] = []
  private var nodeCount = 0
  private var isExhausted = false

  /// Composes text; see `SourceDocument.parse`.
  static func compose(
    _ text: String, file: String, limits: SourceDocument.Limits
  ) throws(DiagnosticList) -> SourceNode {
    var composer = YAMLComposer(file: file, limits: limits)
    let root: Node?
    do {
      root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
    } catch let error as YamlError {
      throw DiagnosticList(composer.diagnostics(for: error, text: text))
    } catch {
      throw DiagnosticList([Diagnostic(location: composer.place(1, 1), message: "unreadable YAML: \(error)")])
    }
    guard let root else {
      throw DiagnosticList([Diagnostic(location: composer.place(1, 1), message: "the file is empty")])
    }
    let node = composer.convert(root, depth: 1)
    guard composer.problems.isEmpty else { throw DiagnosticList(composer.problems) }
    return node
  }

  private init(file: String, limits: SourceDocument.Limits) {
    self.file = file
    self.limits = limits
  }

  private func place(_ line: Int, _ column: Int) -> SourceLocation {
    SourceLocation(file: file, line: line, column: column)
  }

  private func place(_ mark: Mark?) -> SourceLocation { mark.map { place($0.line, $0.column) } ?? place(1, 1) }

  // MARK: Nodes

  private mutating func convert(_ node: Node, depth: Int) -> SourceNode {
    let location = place(node.mark)
    nodeCount += 1
    guard !isExhausted, nodeCount <= limits.nodes, depth <= limits.depth else {
      if !isExhausted {
        isExhausted = true
        let what =
          depth > limits.depth ? "nests deeper than \(limits.depth) levels" : "has more than \(limits.nodes) nodes"
        problems.append(
          Diagnostic(
            location: location, message: "the document \(what) when its aliases are expanded",
            remedy: "use fewer aliases of large parts, or split the file"))
      }
      return SourceNode(location: location, content: .scalar("", style: .plain))
    }
    switch node {
    case .scalar(let scalar): return convert(scalar, at: location)
    case .sequence(let sequence):
      checkTag(sequence.tag.rawValue, allowed: "seq", at: location)
      return SourceNode(location: location, content: .sequence(sequence.map { convert($0, depth: depth + 1) }))
    case .mapping(let mapping):
      checkTag(mapping.tag.rawValue, allowed: "map", at: location)
      return SourceNode(location: location, content: .mapping(entries(of: mapping, depth: depth)))
    case .alias:
      // Yams resolves aliases while it composes; this case only exists for trees that are built by hand.
      return SourceNode(location: location, content: .scalar("", style: .plain))
    }
  }

  private mutating func entries(of mapping: Node.Mapping, depth: Int) -> [SourceNode.Entry] {
    var entries: [SourceNode.Entry] = []
    for (key, value) in mapping {
      let location = place(key.mark)
      guard case .scalar(let scalar) = key else {
        problems.append(
          Diagnostic(
            location: location, message: "a key must be a single text, found a collection",
            remedy: "write the key as plain or quoted text"))
        continue
      }
      if scalar.string == "<<", scalar.style == .plain {
        problems.append(
          Diagnostic(
            location: location, message: "the merge key '<<' belongs to YAML 1.1 and is not supported",
            remedy: "write the members out, or use the $ref of the format"))
        continue
      }
      entries.append(
        SourceNode.Entry(key: scalar.string, keyLocation: location, value: convert(value, depth: depth + 1)))
    }
    return entries
  }

  private mutating func convert(_ scalar: Node.Scalar, at location: SourceLocation) -> SourceNode {
    let style: SourceNode.ScalarStyle =
      switch scalar.style {
      case .literal, .folded: .block
      case .singleQuoted, .doubleQuoted: .quoted
      default: .plain
      }
    let core = "tag:yaml.org,2002:"
    let tag = scalar.tag.rawValue
    switch tag {
    case "": return SourceNode(location: location, content: .scalar(scalar.string, style: style))
    case "!", core + "str":
      return SourceNode(location: location, content: .scalar(scalar.string, style: style == .plain ? .quoted : style))
    case core + "null", core + "bool", core + "int", core + "float":
      // The tag may only repeat what the text says; `!!int yes` is a mistake, and so is a quoted number's conversion.
      let type = ScalarReading.value(ofPlain: scalar.string).typeName
      let expected = ["null": "null", "bool": "boolean", "int": "number", "float": "number"]
      if expected[String(tag.dropFirst(core.count))] != type {
        problems.append(
          Diagnostic(location: location, message: "'\(scalar.string)' is not what its tag '\(tag)' promises"))
      }
      return SourceNode(location: location, content: .scalar(scalar.string, style: .plain))
    default:
      checkTag(tag, allowed: "str", at: location)
      return SourceNode(location: location, content: .scalar(scalar.string, style: .quoted))
    }
  }

  private mutating func checkTag(_ tag: String, allowed: String, at location: SourceLocation) {
    guard tag != "", tag != "!", tag != "tag:yaml.org,2002:" + allowed else { return }
    problems.append(
      Diagnostic(
        location: location, message: "the tag '\(tag)' is not supported",
        remedy: "leave the tag out: only the types of JSON are used"))
  }

  // MARK: Errors

  private func diagnostics(for error: YamlError, text: String) -> [Diagnostic] {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
      let during = context.map { " \($0.text.trimmed)" } ?? ""
      return [
        Diagnostic(
          location: place(mark), message: "broken YAML\(during): \(problem)", remedy: Self.remedy(for: problem))
      ]
    case .composer(_, let problem, let mark, _):
      if problem.contains("another document") {
        return [
          Diagnostic(
            location: place(mark), message: "a second document starts here; one file holds one document",
            remedy: "move it to a file of its own")
        ]
      }
      return [
        Diagnostic(
          location: place(mark), message: "broken YAML: \(problem)",
          remedy: problem.contains("alias") ? "define the anchor (&name) above its use" : nil)
      ]
    case .duplicatedKeysInMapping(let names, let context):
      return duplicates(names, near: context.mark, text: text)
    case .reader(let problem, let offset, _, _):
      let (line, column) = Self.lineAndColumn(offset ?? 0, in: text)
      return [
        Diagnostic(
          location: place(line, column), message: "unreadable character: \(problem)",
          remedy: "save the file as UTF-8 without control characters")
      ]
    default:
      return [Diagnostic(location: place(1, 1), message: "unreadable YAML: \(error)")]
    }
  }

  /// Places of repeated keys.
  ///
  /// Yams names the keys and marks one of them; the others are found in the text: the lines of that mapping are those
  /// around the mark which are not indented less. A flow mapping answers with the mark alone.
  private func duplicates(_ names: [String], near mark: Mark, text: String) -> [Diagnostic] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return names.map { name in
      let places = Self.lines(ofKey: name, inMappingAt: mark, lines: lines)
      let first = places.first.map { "; it is already on line \($0)" } ?? ""
      let repeated = places.count > 1 ? place(places[1], mark.column) : place(mark)
      return Diagnostic(
        location: repeated,
        message: "the key '\(name)' is written more than once in this mapping\(places.count > 1 ? first : "")",
        remedy: "keep one of them")
    }
  }

  private static func lines(ofKey name: String, inMappingAt mark: Mark, lines: [Substring]) -> [Int] {
    let indentation = mark.column - 1
    /// The line's own indentation, and its content's when leading "- " are read as indentation too.
    func shape(_ line: Substring) -> (own: Int, inner: Int, content: Substring)? {
      let content = line.drop { $0 == " " }
      guard !content.isEmpty, content.first != "#", content.first != "\r" else { return nil }
      var inner = content
      while inner.hasPrefix("- ") { inner = inner.dropFirst(2).drop { $0 == " " } }
      return (line.count - content.count, line.count - inner.count, inner)
    }
    var start = mark.line - 1, end = mark.line - 1
    guard lines.indices.contains(start) else { return [] }
    while start > 0, shape(lines[start]).map({ $0.own >= indentation }) ?? true { start -= 1 }
    while end + 1 < lines.count, shape(lines[end + 1]).map({ $0.own >= indentation }) ?? true { end += 1 }
    return (start...end).filter { index in
      guard let line = shape(lines[index]), line.inner == indentation else { return false }
      return [name, "\"\(name)\"", "'\(name)'"].contains { key in
        line.content.hasPrefix(key) && line.content.dropFirst(key.count).drop { $0 == " " }.first == ":"
      }
    }.map { $0 + 1 }
  }

  private static func remedy(for problem: String) -> String? {
    if problem.contains("tab") || problem.contains("cannot start any token") {
      return "indent with spaces, and quote text that starts with one of @ ` % & * ! | > or a tab"
    }
    if problem.contains("mapping values are not allowed") {
      return "quote text that contains ': ', or check the indentation of this line"
    }
    if problem.contains("did not find expected") { return "check the indentation and the quotes above this line" }
    if problem.contains("nesting level") { return "nest less deeply" }
    return nil
  }

  private static func lineAndColumn(_ offset: Int, in text: String) -> (line: Int, column: Int) {
    var line = 1, column = 1
    for character in text.prefix(offset) {
      if character.isNewline { (line, column) = (line + 1, 1) } else { column += character.unicodeScalars.count }
    }
    return (line, column)
  }
}

extension String {
  fileprivate var trimmed: Substring {
    let start = drop { $0 == " " }
    return start.hasSuffix(" ") ? start.dropLast() : start
  }
}

/// Reads a regular expression of ECMA-262 (section 22.2.1) as far as it says what to write.
struct PatternParser {
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var depth = 0

  init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

  /// The whole pattern; nil when something is not understood.
  mutating func parse() -> PatternSyntax? {
    guard let syntax = disjunction(), position == scalars.count else { return nil }
    return syntax
  }

  private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    position += 1
    return true
  }

  private mutating func disjunction() -> PatternSyntax? {
    depth += 1
    defer { depth -= 1 }
    guard depth < 64 else { return nil }
    var ways: [PatternSyntax] = []
    repeat {
      var parts: [PatternSyntax] = []
      while let scalar = next, scalar != "|", scalar != ")" {
        guard let part = term() else { return nil }
        parts.append(part)
      }
      ways.append(.sequence(parts))
    } while take("|")
    return ways.count == 1 ? ways[0] : .choice(ways)
  }

  private mutating func term() -> PatternSyntax? {
    guard let atom = atom() else { return nil }
    guard let (least, most) = quantifier() else { return atom }
    _ = take("?")
    return .repetition(atom, least: least, most: most)
  }

  private mutating func quantifier() -> (least: Int, most: Int)? {
    if take("*") { return (0, .max) }
    if take("+") { return (1, .max) }
    if take("?") { return (0, 1) }
    guard next == "{" else { return nil }
    let start = position
    position += 1
    if let least = number() {
      if take("}") { return (least, least) }
      if take(",") {
        let most = number() ?? .max
        if take("}") { return (least, most) }
      }
    }
    position = start
    return nil
  }

  private mutating func number() -> Int? {
    let start = position
    while let scalar = next, ("0"..."9").contains(scalar) { position += 1 }
    return Int(String(String.UnicodeScalarView(scalars[start..<position])))
  }

  private mutating func atom() -> PatternSyntax? {
    guard let scalar = next else { return nil }
    position += 1
    switch scalar {
    case "^", "$": return .empty
    case ".": return .set(.any)
    case "(": return group()
    case "[": return set().map { .set($0) }
    case "\\": return escape().map { $0.map { .set($0) } ?? .empty }
    default: return .set(ScalarSet([scalar.value...scalar.value]))
    }
  }

  private mutating func group() -> PatternSyntax? {
    var isLookaround = false
    if take("?") {
      if take(":") {
      } else if take("=") || take("!") {
        isLookaround = true
      } else if take("<") {
        if take("=") || take("!") {
          isLookaround = true
        } else {
          while let scalar = next, scalar != ">" { position += 1; _ = scalar }
          _ = take(">")
        }
      } else {
        return nil
      }
    }
    guard let inner = disjunction(), take(")") else { return nil }
    return isLookaround ? .empty : inner
  }

  /// What a backslash leads to: characters, or nothing that is written (`\b`).
  private mutating func escape() -> ScalarSet?? {
    guard let scalar = next else { return nil }
    position += 1
    switch scalar {
    case "d": return .some(.digits)
    case "w": return .some(.word)
    case "s": return .some(.space)
    case "D": return .some(ScalarSet(ScalarSet.digits.ranges, isNegated: true))
    case "W": return .some(ScalarSet(ScalarSet.word.ranges, isNegated: true))
    case "S": return .some(ScalarSet([0x20...0x20], isNegated: true))
    case "b", "B": return .some(nil)
    case "p", "P":
      guard take("{") else { return nil }
      var name = ""
      while let scalar = next, scalar != "}" {
        name.unicodeScalars.append(scalar)
        position += 1
      }
      guard take("}") else { return nil }
      return .some(Self.property(name, isNegated: scalar == "P"))
    default:
      position -= 1
      guard let value = character() else { return nil }
      return .some(ScalarSet([value...value]))
    }
  }

  /// Letters and digits of ASCII stand for those of all scripts.
  private static func property(_ name: String, isNegated: Bool) -> ScalarSet {
    let short = name.split(separator: "=").last.map(String.init) ?? name
    let ranges: [ClosedRange<UInt32>] =
      switch short {
      case "Lu", "Uppercase_Letter", "Uppercase": [0x41...0x5A]
      case "Ll", "Lowercase_Letter", "Lowercase": [0x61...0x7A]
      case "N", "Nd", "Number", "Decimal_Number": [0x30...0x39]
      case "P", "Punctuation": [0x21...0x23, 0x2C...0x2F]
      case "Z", "Zs", "Separator", "Space_Separator", "White_Space": [0x20...0x20]
      case "C", "Cc", "Control", "Other": [0x01...0x1F, 0x7F...0x7F]
      default: [0x61...0x7A, 0x41...0x5A]
      }
    return ScalarSet(ranges, isNegated: isNegated)
  }

  /// The character of an escape behind its backslash.
  private mutating func character() -> UInt32? {
    guard let scalar = next else { return nil }
    position += 1
    switch scalar {
    case "n": return 0x0A
    case "r": return 0x0D
    case "t": return 0x09
    case "f": return 0x0C
    case "v": return 0x0B
    case "0": return 0
    case "x": return hexadecimal(2)
    case "u":
      if take("{") {
        let start = position
        while let scalar = next, scalar != "}" { position += 1; _ = scalar }
        let value = UInt32(String(String.UnicodeScalarView(scalars[start..<position])), radix: 16)
        return take("}") ? value : nil
      }
      return hexadecimal(4)
    case "1"..."9", "k", "c": return nil
    default: return scalar.value
    }
  }

  private mutating func hexadecimal(_ count: Int) -> UInt32? {
    guard position + count <= scalars.count else { return nil }
    let text = String(String.UnicodeScalarView(scalars[position..<position + count]))
    position += count
    return UInt32(text, radix: 16)
  }

  private mutating func set() -> ScalarSet? {
    var ranges: [ClosedRange<UInt32>] = []
    let isNegated = take("^")
    while let scalar = next, scalar != "]" {
      guard let low = setElement(&ranges) else { return nil }
      guard let low else { continue }
      if next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
        position += 1
        guard let element = setElement(&ranges) else { return nil }
        guard let high = element, low <= high else { return nil }
        ranges.append(low...high)
      } else {
        ranges.append(low...low)
      }
    }
    return take("]") ? ScalarSet(ranges, isNegated: isNegated) : nil
  }

  /// One character of a class; nothing where a class of its own was added.
  private mutating func setElement(_ ranges: inout [ClosedRange<UInt32>]) -> UInt32?? {
    guard let scalar = next else { return nil }
    position += 1
    guard scalar == "\\" else { return .some(scalar.value) }
    if next == "b" {
      position += 1
      return .some(0x08)
    }
    if next == "-" {
      position += 1
      return .some(0x2D)
    }
    guard let escaped = escape() else { return nil }
    guard let escaped else { return nil }
    if escaped.ranges.count == 1, let range = escaped.ranges.first, range.count == 1, !escaped.isNegated {
      return .some(range.lowerBound)
    }
    // A negated class within a class: its usual characters.
    ranges +=
      escaped.isNegated
      ? (0x21...0x7E).filter { value in !escaped.ranges.contains { $0.contains(value) } }.map { $0...$0 }
      : escaped.ranges
    return .some(nil)
  }
}

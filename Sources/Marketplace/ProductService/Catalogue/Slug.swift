/// Makes the address part of a name: lower-case ASCII letters and digits, joined by single hyphens.
package enum Slug {
  /// The longest slug the database keeps.
  package static let maximumLength = 255

  /// Derives a slug from a name; empty when the name has no ASCII letter or digit to build it from.
  ///
  /// An apostrophe joins ("Chef's" → "chefs"), every other foreign character separates. Accents are not folded: which
  /// letter stands for one depends on the language, so a caller who cares sends a slug.
  package static func derived(from name: String) -> String {
    var slug = ""
    var pendingHyphen = false
    for scalar in name.unicodeScalars {
      switch scalar {
      case "a"..."z", "0"..."9", "A"..."Z":
        let needsHyphen = pendingHyphen && !slug.isEmpty
        guard slug.utf8.count + (needsHyphen ? 2 : 1) <= maximumLength else { return slug }
        if needsHyphen { slug.append("-") }
        pendingHyphen = false
        let isUpper = ("A"..."Z").contains(scalar)
        slug.unicodeScalars.append(isUpper ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar)
      case "'", "\u{2019}":
        continue
      default:
        pendingHyphen = true
      }
    }
    return slug
  }

  /// The slugs to try for a product, best first: its name, then name and SKU, which no live product shares.
  package static func candidates(name: String, sku: String) -> [String] {
    let code = derived(from: sku)
    let plain = derived(from: name)
    let prefix = plain.isEmpty ? "product" : plain
    let room = maximumLength - code.utf8.count - 1
    let joined = code.isEmpty ? prefix : "\(prefix.prefix(max(room, 0)))-\(code)"
    return plain.isEmpty ? [joined] : [plain, joined]
  }
}

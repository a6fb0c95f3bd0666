/// The name of a column as words: `buyerUserID` and `buyer_user_id` are both "buyer", "user", "id".
struct ColumnName: Sendable, Hashable {
  let words: [String]

  init(_ name: String) {
    var words: [String] = []
    var word = ""
    var wasSmall = false
    for character in name {
      let isBreak = !character.isLetter && !character.isNumber
      if isBreak || character.isUppercase && wasSmall {
        if !word.isEmpty { words.append(word.lowercased()) }
        word = ""
      }
      if !isBreak { word.append(character) }
      wasSmall = character.isLowercase || character.isNumber
    }
    if !word.isEmpty { words.append(word.lowercased()) }
    self.words = words
  }

  /// Words that end the name of a column that refers to something.
  private static let endings: Set = ["id", "uid", "uuid", "key", "ref", "token", "code", "no"]

  /// Whether the column is called like a key of several words, `session_token`; a key that is just `id` names nothing.
  func names(key: String) -> Bool {
    let keyWords = ColumnName(key).words
    return keyWords.count > 1 && words.ends(with: keyWords)
  }

  /// Whether the column is called after an object: `user_uid`, `buyer_user_id`, `userRef` after `users.uid`.
  func names(_ object: String, key: String) -> Bool {
    let keyWords = ColumnName(key).words
    guard let last = words.last, Self.endings.contains(last) || [last] == keyWords, words.count > 1 else {
      return false
    }
    let wanted = ColumnName(object).words
    let singular = wanted.dropLast() + [Self.singular(wanted.last ?? "")]
    let stem = words.dropLast()
    // "user_sessions" is what "session_id" means too.
    return stem.ends(with: wanted) || stem.ends(with: Array(singular))
      || singular.last.map { stem.last == $0 || stem.last == wanted.last } == true
  }

  /// The singular of an English plural, well enough for names of tables.
  private static func singular(_ word: String) -> String {
    if word.hasSuffix("ies") { return String(word.dropLast(3)) + "y" }
    for ending in ["sses", "shes", "ches", "xes"] where word.hasSuffix(ending) { return String(word.dropLast(2)) }
    return word.hasSuffix("s") && !word.hasSuffix("ss") ? String(word.dropLast()) : word
  }
}

extension Collection where Element: Equatable, Self: BidirectionalCollection {
  /// Whether the elements end so.
  fileprivate func ends(with other: [Element]) -> Bool { !other.isEmpty && suffix(other.count).elementsEqual(other) }
}

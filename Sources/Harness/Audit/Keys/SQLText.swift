// SQL of a data contract is put into statements of ours, in brackets. The server refuses a second statement and any
// write, but the text could still close our brackets, comment out what follows, or take a parameter of ours. So it is
// read once, when the contract is, as PostgreSQL's lexer would read it: only a text that stands on its own becomes a
// value of this type.

import Postgres

/// SQL from a data contract that can stand in brackets: one statement or condition, closed in itself.
struct SQLText: Sendable, Hashable {
  /// What is wrong with a text.
  struct Problem: Error, Hashable {
    let message: String
    let remedy: String?
  }

  /// The text without a semicolon or comment at its end.
  let text: String

  /// Reads a condition, such as a filter.
  init(condition: String) throws(Problem) {
    var lexer = SQLLexer(condition)
    text = try lexer.read()
  }

  /// Reads a statement that answers rows.
  init(query: String) throws(Problem) {
    var lexer = SQLLexer(query)
    text = try lexer.read()
    guard let word = lexer.firstWord, ["select", "with", "values", "table"].contains(word.lowercased()) else {
      throw Problem(
        message: "the SQL does not start with SELECT but with '\(lexer.firstWord ?? String(text.prefix(10)))'",
        remedy: "an audit only reads: write a SELECT")
    }
  }

  /// The text as part of a statement.
  var sql: SQL {
    // Part of the data contract, not input; checked above to be closed in itself, and run read-only.
    "\(raw: text)"
  }

  /// Whether a condition depends on nothing but the row that it is about: not on the time, not on other rows.
  ///
  /// Errs on the side of no: of functions only few are known, and a name before a bracket is taken for one.
  var isAboutRowOnly: Bool {
    let lower = text.lowercased()
    let isWord = { (character: Character) in
      character.isLetter || character.isNumber || character == "_" || character == "\""
    }
    guard Self.moments.allSatisfy({ !lower.contains($0) }),
      Self.ofOtherRows.isDisjoint(with: lower.split { !isWord($0) }.map(String.init))
    else { return false }
    // What stands before each bracket, through blanks.
    return lower.split(separator: "(", omittingEmptySubsequences: false).dropLast().allSatisfy { part in
      let trimmed = part.reversed().drop(while: \.isWhitespace)
      return Self.harmless.contains(String(trimmed.prefix(while: isWord).reversed()))
    }
  }

  /// Texts that stand for a time that passes.
  private static let moments = ["current_", "localtime", "'now", "'today", "'tomorrow", "'yesterday"]
  /// Words that other rows are read by.
  private static let ofOtherRows: Set = ["select", "table", "with"]
  /// Words that may stand before a bracket.
  private static let harmless: Set = [
    "", "abs", "and", "any", "array", "btrim", "char_length", "coalesce", "greatest", "in", "least", "length", "lower",
    "ltrim", "not", "nullif", "or", "rtrim", "trim", "upper", "when", "then", "else", "is", "between", "like",
  ]

  /// The text on one line, for people; as it is when it has comments, which would swallow what follows.
  var oneLine: String {
    guard !text.contains("--") else { return text }
    let lines = text.split(whereSeparator: \.isNewline).map { line in
      line.drop { $0.isWhitespace }
    }
    return lines.filter { !$0.isEmpty }.joined(separator: " ")
  }
}

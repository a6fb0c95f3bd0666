/// A place in a file that a person wrote: the file as it was named to the loader, and a line and column from 1.
///
/// Columns count Unicode scalars, as libyaml does, so a caret under the line stands right in any monospaced terminal
/// unless the line holds combining marks.
package struct SourceLocation: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The name of the file, exactly as the loader was asked for it.
  package let file: String
  /// The line, from 1.
  package let line: Int
  /// The column in Unicode scalars, from 1.
  package let column: Int

  /// Names a place in a file.
  package init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// The form that terminals and editors make clickable: `file:line:column`.
  package var description: String { "\(file):\(line):\(column)" }

  /// Orders by file, then line, then column: the order in which a person reads problems.
  package static func < (left: SourceLocation, right: SourceLocation) -> Bool {
    (left.file, left.line, left.column) < (right.file, right.line, right.column)
  }
}

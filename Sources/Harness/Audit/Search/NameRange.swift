/// A range of a collection's ids, from `low` up to and without `high`; nil where it has no end.
struct NameRange: Sendable, Hashable {
  var low: String?
  var high: String?

  /// All ids, in parts of about the same size that can be read at once.
  ///
  /// Firebase's own ids are random letters and digits, so these cut them into quarters. Ids of any other form are read as
  /// well, only less evenly.
  static let quarters: [NameRange] = {
    let cuts = ["F", "V", "k"]
    return zip([nil] + cuts, cuts + [nil]).map { NameRange(low: $0, high: $1) }
  }()
}

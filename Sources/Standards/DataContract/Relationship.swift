package import JSON
package import YAMLSource

/// A reference from columns of one object to columns of another, possibly in another contract: a foreign key that no
/// database may be able to enforce.
package struct Relationship: Sendable, Hashable {
  /// The id of the rule (`concord.id`); made from the names of the columns where the contract gives none.
  package let id: String
  /// How grave a dangling reference is (`concord.severity`).
  package let severity: RuleSeverity
  /// Which referring rows count (`concord.filter`); all without it.
  package let filter: RowFilter?
  /// What the rule demands, for people (`concord.description`).
  package let summary: String?
  /// What to do about a violation (`concord.remedy`).
  package let remedy: String?
  /// What deletions mean for it (`concord.delete`), and how late it may be (`concord.grace`).
  package let terms: ReferenceTerms
  /// The referring columns.
  package let from: [ColumnReference]
  /// The columns referred to, as many as the referring ones.
  package let to: [ColumnReference]
  /// All custom properties by name, those of Concord among them.
  package let custom: [String: JSONValue]
  /// Where it is declared.
  package let location: SourceLocation
}

/// How grave a violation of a rule is.
package enum RuleSeverity: String, Sendable, Hashable, CaseIterable {
  case error, warning, info
}

/// Which rows a rule looks at.
package enum RowFilter: Sendable, Hashable {
  /// An operator of Firestore's queries.
  package enum Operator: String, Sendable, Hashable, CaseIterable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case isIn = "in"
    case isNotIn = "not-in"
    case arrayContains = "array-contains"
  }

  /// A condition on a field of a document.
  package struct FieldCondition: Sendable, Hashable {
    /// The path of the field.
    package let field: String
    /// How it is compared.
    package let comparison: Operator
    /// What it is compared with.
    package let value: JSONValue
  }

  /// A condition in SQL, on the columns of a table.
  case sql(String)
  /// Conditions on the fields of a collection's documents, all of which must hold.
  case fields([FieldCondition])
}

/// The name of a column in one of the two notations of the standard.
package struct ColumnReference: Sendable, Hashable, CustomStringConvertible {
  /// How it is written.
  package enum Notation: Sendable, Hashable {
    /// `table.column`, by names, within the contract.
    case shorthand
    /// `[file.yaml#/]schema/ID/properties/ID`, by ids (or names, where there are no ids), in any contract.
    case qualified
  }

  /// The file of the contract as written; `nil` for the same contract.
  package let contract: String?
  /// The name or id of the object.
  package let object: String
  /// The names or ids of the property and, for a nested one, of those above it.
  package let property: [String]
  /// How it is written.
  package let notation: Notation
  /// The reference as written.
  package let description: String
  /// Where it is written.
  package let location: SourceLocation

  /// Reads a reference in either notation.
  package init(parsing text: String, at location: SourceLocation) throws(Diagnostic) {
    description = text
    self.location = location
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let path = parts[parts.count - 1]
    if parts.count == 1, !path.contains("/") {
      let names = path.split(separator: ".", omittingEmptySubsequences: false)
      guard names.count == 2, names.allSatisfy(Self.isName) else {
        throw Diagnostic(
          location: location, message: "the reference '\(text)' cannot be read", remedy: Self.advice)
      }
      contract = nil
      object = String(names[0])
      property = [String(names[1])]
      notation = .shorthand
      return
    }
    let steps = (path.hasPrefix("/") ? path.dropFirst() : path).split(separator: "/", omittingEmptySubsequences: false)
    let isShaped =
      steps.count >= 4 && steps.count.isMultiple(of: 2) && steps[0] == "schema"
      && stride(from: 2, to: steps.count, by: 2).allSatisfy { steps[$0] == "properties" }
      && stride(from: 1, to: steps.count, by: 2).allSatisfy { Self.isID(steps[$0]) }
    guard isShaped, parts.count == 1 || !parts[0].isEmpty else {
      throw Diagnostic(location: location, message: "the reference '\(text)' cannot be read", remedy: Self.advice)
    }
    contract = parts.count == 2 ? String(parts[0]) : nil
    object = String(steps[1])
    property = stride(from: 3, to: steps.count, by: 2).map { String(steps[$0]) }
    notation = .qualified
  }

  /// Names a property of an object of the same contract, as a relationship at property level implies it.
  init(object: String, property: [String], at location: SourceLocation) {
    contract = nil
    self.object = object
    self.property = property
    notation = .shorthand
    description = ([object] + property).joined(separator: ".")
    self.location = location
  }

  private static let advice =
    "write 'table.column', or 'other.odcs.yaml#/schema/table/properties/column' for another contract"

  private static func isName(_ name: Substring) -> Bool {
    guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return name.utf8.allSatisfy { isIDByte($0) && $0 != UInt8(ascii: "-") }
  }

  private static func isID(_ id: Substring) -> Bool { !id.isEmpty && id.utf8.allSatisfy(isIDByte) }

  private static func isIDByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}

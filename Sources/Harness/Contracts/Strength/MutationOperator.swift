import RunModel

/// A way in which an answer can be wrong; one defect each, as services have them.
package enum MutationOperator: String, Sendable, CaseIterable {
  // Of the whole answer.
  case swapStatus = "swap-status"
  case stripHeader = "strip-header"
  case alterHeader = "alter-header"
  case changeType = "change-type"
  case emptyBody = "empty-body"
  case breakBody = "break-body"
  // Of members and items.
  case drop, extend
  case recaseName = "re-case-name"
  case dropItem = "drop-item"
  case duplicateItem = "duplicate-item"
  case reverseItems = "reverse-items"
  case emptyList = "empty-list"
  // Of values.
  case null, retype
  case swapValue = "swap-value"
  case alterText = "alter-text"
  case recaseText = "re-case-text"
  case emptyText = "empty-text"
  case shiftNumber = "shift-number"
  case negateNumber = "negate-number"
  case flipBoolean = "flip-boolean"
  case shiftTime = "shift-time"

  /// Whether it only changes how something is said.
  var isOfWording: Bool { self == .alterText || self == .recaseText }

  /// What it does, in one sentence for people.
  package var summary: String {
    switch self {
    case .swapStatus: "another status that the document has for the operation"
    case .stripHeader: "a documented header is missing"
    case .alterHeader: "a documented header has another value"
    case .changeType: "the body is announced as text/html"
    case .emptyBody: "the body is empty"
    case .breakBody: "the body ends in the middle"
    case .drop: "a member is missing"
    case .extend: "an object has a member more"
    case .recaseName: "a member's name is written in another case"
    case .dropItem: "the last item of a list is missing"
    case .duplicateItem: "an item comes twice"
    case .reverseItems: "a list comes in reverse order"
    case .emptyList: "a list has no items"
    case .null: "a value is null"
    case .retype: "a value is of another type: 7 becomes \"7\""
    case .swapValue: "a value is one that the same member had in another answer"
    case .alterText: "a text is a different one"
    case .recaseText: "a text is written in another case"
    case .emptyText: "a text is empty"
    case .shiftNumber: "a number is greater by one in its last digit"
    case .negateNumber: "a number has the other sign"
    case .flipBoolean: "true is false, and false is true"
    case .shiftTime: "a point in time is one year later"
    }
  }
}

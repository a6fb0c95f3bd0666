import RunModel
import YAMLSource

/// What a request was sent to show; some promises only concern requests of a kind.
enum RequestIntent: Sendable, Hashable {
  /// A step of a workflow: what should come is said by its criteria.
  case scripted
  /// Everything sent is what the document allows.
  case valid
  /// One constraint is broken, and nothing else.
  case invalid(BrokenConstraint)
  /// A required part is left out, and nothing else is wrong.
  case missing(BrokenConstraint)
  /// The path is documented, the method is not.
  case undocumentedMethod(documented: [String])
  /// The operation demands credentials; these are missing, or nobody has issued them.
  case unauthenticated(String)
  /// Reads what an earlier request created.
  case created
  /// Reads what an earlier request deleted.
  case deleted
  /// Says the same again, after an answer with this status.
  case repeated(status: Int)
  /// Follows a documented link of an earlier answer.
  case linked(name: String)

  /// Whether the document describes what such a request is answered with.
  var isDocumented: Bool {
    if case .undocumentedMethod = self { false } else { true }
  }
}

/// The one constraint of a document that a request breaks.
struct BrokenConstraint: Sendable, Hashable {
  /// What is broken and where, for people; the same in every run: `body /name: shorter than minLength 1`.
  let description: String
  /// Where the document states the constraint.
  let location: SourceLocation?
}

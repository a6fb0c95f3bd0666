internal import HTTP
internal import JSON

/// A call with what is known about its answer beforehand, and what its caller learns from it.
struct Step<User: VirtualUser>: Sendable {
  let call: LoadCall
  let promise: AnswerPromise
  /// Called when the promise was kept.
  var learn: @Sendable (inout User, JSONValue) -> Void = { _, _ in }
  /// Called when the refusal was one of those that are part of the game.
  var learnRefusal: @Sendable (inout User, Refusal) -> Void = { _, _ in }
}

/// What an answer must be.
struct AnswerPromise: Sendable {
  /// The status of success; nil when only a refusal is right.
  let status: Int?
  /// Refusals that are part of the game; asked when the answer is there, because others act meanwhile.
  var allows: @Sendable (Refusal) -> Bool = { _ in false }
  /// What is wrong with the content of a success; nil when nothing is.
  var flaw: @Sendable (JSONValue, HTTPHeaders) -> String? = { _, _ in nil }

  /// A success with this status, and nothing else.
  static func success(
    _ status: Int, flaw: @escaping @Sendable (JSONValue) -> String? = { _ in nil }
  ) -> AnswerPromise {
    AnswerPromise(status: status, flaw: { body, _ in flaw(body) })
  }

  /// The same promise that some refusals keep too.
  func unless(_ allows: @escaping @Sendable (Refusal) -> Bool) -> AnswerPromise {
    AnswerPromise(status: status, allows: allows, flaw: flaw)
  }
}

/// A status from 400 with the kind of its problem document.
package struct Refusal: Sendable, Hashable {
  /// The status.
  package let status: Int
  /// The last part of the problem's type; empty when it is about nothing but the status.
  package let kind: String

  /// Pairs a status with a kind.
  package init(_ status: Int, _ kind: String = "") {
    self.status = status
    self.kind = kind
  }

  static let notFound = Refusal(404, "not-found")
  static let soldOut = Refusal(409, "insufficient-stock")
  static let alreadyReviewed = Refusal(409, "already-reviewed")
  static let illegalStep = Refusal(409, "illegal-order-step")
}

extension Refusal: CustomStringConvertible {
  /// The status and the kind.
  package var description: String { kind.isEmpty ? "\(status)" : "\(status) \(kind)" }
}

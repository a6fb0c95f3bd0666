/// What a buyer does while something fails.
enum Operation: String, CaseIterable, Sendable {
  case creation = "create"
  /// An order whose second product is answered with 500, so that all has to be undone.
  case failingCreation = "create, undo"
  case cancellation = "cancel"
  case payment = "pay"
  case refund = "refund"

  /// Its steps, in the order in which they are taken.
  var steps: [Step] {
    switch self {
    case .creation: Step.creation
    case .failingCreation: Step.undoing
    case .cancellation: Step.cancellation
    case .payment: Step.payment
    case .refund: Step.refund
    }
  }
}

/// One cell of the matrix: an operation, the step at which something fails, and how.
struct Cell: Sendable, CustomStringConvertible {
  let operation: Operation
  let step: Step
  let failure: Failure

  /// Every step of every operation, with every way to fail that makes sense there.
  static let all = Operation.allCases.flatMap { operation in
    operation.steps.flatMap { step in
      step.link.failures.map { Cell(operation: operation, step: step, failure: $0) }
    }
  }

  var description: String {
    "\(operation.rawValue): \(step.name): \(step.link.dependency.rawValue) \(failure.rawValue)"
  }

  /// Whether the buyer may get an error, or no answer, although the operation took effect.
  ///
  /// So it is when the order database's answer or order-service itself is lost on the way; sending the same request
  /// again tells.
  var mayActUnanswered: Bool {
    switch step.link {
    case .ordersToDatabase: true
    case .ordersToUsers, .ordersToProducts: failure.killsCaller
    case .productsToDatabase, .usersToStore: false
    }
  }

  /// Whether the buyer may get no answer at all.
  var mayLoseAnswer: Bool { step.link.caller == .orderService && failure.killsCaller }
}

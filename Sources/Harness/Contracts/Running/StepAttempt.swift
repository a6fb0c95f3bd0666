import Arazzo
import JSON
import RunModel
import YAMLSource

/// What one attempt of a step showed.
struct StepAttempt: Sendable {
  /// Whether the step succeeded by its criteria, which decides where the workflow goes.
  var isSuccess = false
  /// Checks of the API's promises that held.
  var promisesKept = 0
  var brokenPromises: [CheckFailure] = []
  /// Success criteria that held.
  var criteriaMet = 0
  /// Criteria that did not hold, and outputs and inputs without a value.
  var unmet: [CheckFailure] = []
  var exchanges: [RawExchange] = []
  var outputs: [String: JSONValue] = [:]
  /// Values that the step would have handed out, had it succeeded.
  var remains: [String: JSONValue] = [:]
  /// Why the attempt could not be judged.
  var error: String?
  /// Why it was not made at all.
  var skipReason: String?
  /// How long the service asked to be left alone (`Retry-After`).
  var requestedDelay: Duration?

  /// Takes what a called workflow showed as the step's own.
  mutating func absorb(_ outcome: WorkflowOutcome) {
    for (_, record) in outcome.records.sorted(by: { $0.key < $1.key }) {
      promisesKept += record.checksPassed
      brokenPromises += record.brokenPromises
      unmet += record.unmet
      exchanges += record.exchanges
      error = error ?? record.error
    }
  }

  /// Takes note that the attempt could not be made.
  ///
  /// Where the value of a step is wanting that ran, the failure is that step's, and this one is skipped.
  ///
  /// - Parameter isAfterwards: a step that puts things right has nothing to do where those did not run that it is about.
  mutating func refuse(_ fault: RequestFault, in context: StepContext, isAfterwards: Bool = false) {
    if isAfterwards, case .step(let id, _, _)? = fault.expression {
      skipReason = "there is nothing to put right: the step '\(id)' has not come that far"
      return
    }
    if case .step(let id, let name, _)? = fault.expression, let outputs = context.steps[id],
      outputs[String(name.prefix { $0 != "." })] == nil, outputs[name] == nil
    {
      skipReason = "needs the output '\(name)' of the step '\(id)', which has no value"
      return
    }
    unmet.append(
      CheckFailure(
        check: "step-input", subject: .exchange, message: "the request cannot be made: \(fault.message)",
        expectation: fault.location))
  }
}

/// Why a request, or the call of a workflow, cannot be made.
struct RequestFault: Error {
  let message: String
  /// What the workflow says about it.
  let location: SourceLocation
  /// The expression without a value, when that is what is wrong.
  var expression: RuntimeExpression?

  init(_ message: String, at location: SourceLocation) {
    self.message = message
    self.location = location
  }

  /// A value is wanting.
  init(_ error: ExpressionError, at location: SourceLocation) {
    self.init("\(error)", at: location)
    expression = error.expression
  }
}

import Arazzo
import JSON

/// Gets the data that generated cases need from the workflows that provide them.
struct DataSource: Sendable {
  let run: SuiteRun
  let provisions: [DataProvision]
  /// What the workflows came to that have run before.
  let finished: [String: WorkflowValues]

  /// Why there are no data.
  struct Failure: Error {
    let reason: String
  }

  /// The data for one case.
  ///
  /// - Parameters:
  ///   - name: names the case; generated inputs of workflows that run anew follow from it.
  ///   - isConsumed: whether the case uses its data up, so that it must not have those of others.
  func data(for name: String, isConsumed: Bool) async throws(Failure) -> ProvidedData {
    var data = ProvidedData()
    // One run of a workflow serves all that it provides to the case.
    var fresh: [String: WorkflowValues] = [:]
    for provision in provisions {
      let values: WorkflowValues
      if provision.isFresh || isConsumed || finished[provision.workflow] == nil {
        values =
          if let known = fresh[provision.workflow] {
            known
          } else {
            try await freshValues(of: provision.workflow, for: name)
          }
        fresh[provision.workflow] = values
      } else {
        values = finished[provision.workflow] ?? WorkflowValues()
      }
      do {
        data.merge(try provision.data(from: values))
      } catch {
        throw Failure(reason: "the workflow '\(provision.workflow)' does not provide its data: \(error)")
      }
    }
    return data
  }

  private func freshValues(of id: String, for name: String) async throws(Failure) -> WorkflowValues {
    guard let suite = run.environment.workflows[id] else { throw Failure(reason: "there is no workflow '\(id)'") }
    let frame = CallFrame(suite: suite, run: run, call: "\(run.id)/\(name)/\(id)", depth: 1)
    let outcome = await WorkflowRunner(frame: frame).run(arguments: [:], finished: finished)
    if let failure = outcome.failure {
      let reason = outcome.records.values.compactMap(\.error).first ?? failure
      throw Failure(reason: "the workflow '\(id)', which provides data, did not succeed: \(reason)")
    }
    return outcome.values
  }
}

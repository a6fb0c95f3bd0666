import Arazzo
import JSON
import RunModel

/// Looks into stores after a step, as the step's reads say.
struct StoreReads: Sendable {
  let frame: CallFrame
  let step: Step

  /// What a read found when it was looked at last.
  struct Finding: Sendable {
    let read: StoreRead
    let query: StoreQuery
    let rows: JSONValue
  }

  /// Time between two looks at data that are not yet as they should be: short at first, then longer.
  private static let firstPause = Duration.milliseconds(20), longestPause = Duration.milliseconds(500)

  /// Makes all reads of a step that has succeeded so far, until one does not hold.
  ///
  /// - Returns: what each of them found.
  func judge(_ attempt: inout StepAttempt, in context: StepContext) async -> [Finding] {
    var findings: [Finding] = []
    for read in step.reads where attempt.isSuccess {
      if let finding = await judge(read, &attempt, in: context) { findings.append(finding) }
    }
    if !attempt.isSuccess { attempt.outputs = [:] }
    return findings
  }

  private func judge(_ read: StoreRead, _ attempt: inout StepAttempt, in context: StepContext) async -> Finding? {
    let query: StoreQuery
    do {
      query = try StoreQuery(read, in: context)
    } catch {
      attempt.isSuccess = false
      attempt.unmet.append(
        CheckFailure(
          check: Self.check, subject: .exchange, message: "the store '\(read.store)' cannot be asked: \(error)",
          expectation: read.location))
      return nil
    }
    let clock = ContinuousClock()
    let deadline = clock.now + read.patience
    var pause = Self.firstPause
    while true {
      let rows: JSONValue
      do {
        rows = .array(try await frame.environment.rows(query))
      } catch {
        attempt.isSuccess = false
        if Task.isCancelled {
          attempt.skipReason = StepRunner.stopped
        } else {
          attempt.error = "the store '\(read.store)' could not be read: \(error)"
        }
        return nil
      }
      frame.run.secrets.learn(rows)
      var context = context
      context.rows = rows
      var look = StepAttempt()
      look.isSuccess = true
      StepJudge(step: step, patterns: frame.environment.patterns).judge(read, &look, in: context)
      var isLast = look.isSuccess || clock.now + pause > deadline
      if !isLast { isLast = (try? await clock.sleep(for: pause)) == nil }
      if isLast {
        attempt.take(look)
        return Finding(read: read, query: query, rows: rows)
      }
      pause = min(pause * 2, Self.longestPause)
    }
  }

  /// Name of the check in reports.
  static let check = "stored-data"
}

extension StepAttempt {
  /// Takes what a look into a store showed as the step's own.
  fileprivate mutating func take(_ look: StepAttempt) {
    isSuccess = isSuccess && look.isSuccess
    criteriaMet += look.criteriaMet
    unmet += look.unmet
    outputs.merge(look.outputs) { $1 }
  }
}

extension StoreQuery {
  /// The query of a read with its values.
  init(_ read: StoreRead, in context: StepContext) throws {
    switch read.query {
    case .sql(let template):
      var pieces = [""]
      var values: [JSONValue] = []
      for part in template.parts {
        switch part {
        case .literal(let text): pieces[pieces.count - 1] += text
        case .expression(let expression):
          values.append(try ValueTemplate.expression(expression).evaluate(in: context))
          pieces.append("")
        }
      }
      self.init(store: read.store, content: .sql(pieces: pieces, values: values))
    case .document(let template):
      self.init(store: read.store, content: .document(path: try Self.path(template, in: context)))
    case .collection(let template, let conditions):
      var fields: [Field] = []
      for member in conditions {
        fields.append(Field(name: member.key, value: try member.value.evaluate(in: context)))
      }
      self.init(
        store: read.store, content: .collection(path: try Self.path(template, in: context), fields: fields))
    }
  }

  /// A path in which no value reaches beyond its own segment.
  private static func path(_ template: ExpressionTemplate, in context: StepContext) throws -> String {
    var path = ""
    for part in template.parts {
      switch part {
      case .literal(let text): path += text
      case .expression(let expression):
        let value = try ValueTemplate.expression(expression).evaluate(in: context)
        let text = value.stringValue ?? value.serialized()
        guard !text.isEmpty, !text.contains("/") else { throw Failure("\(expression) is no part of a path: '\(text)'") }
        path += text
      }
    }
    return path
  }
}

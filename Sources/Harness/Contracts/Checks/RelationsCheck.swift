import Arazzo
import HTTP
import JSON
import JSONPath
import RFC3339
import RunModel

/// The parts of an answer relate to each other, to the request and to the time as the document says.
struct RelationsCheck: ExchangeCheck {
  let id = "relations-hold"
  let summary = "what x-concord-relations says about the answer, its request and the time is so"

  /// How much the clocks of two machines may differ.
  private static let clockToleranceSeconds: Int64 = 5

  func judge(_ exchange: ObservedExchange) -> CheckOutcome {
    let relations = exchange.api.relations(of: exchange.operation, exchange.promise, status: exchange.status)
    guard !relations.isEmpty, let request = exchange.request else { return .notApplicable }
    var context = StepContext()
    context.exchange = CurrentExchange(
      request, HTTPResponse(status: exchange.status, headers: exchange.headers), body: exchange.body)
    return CheckOutcome(relations.flatMap { failures(of: $0, exchange, request, context) })
  }

  private func failures(
    of relation: Relation, _ exchange: ObservedExchange, _ request: PreparedRequest, _ context: StepContext
  ) -> [CheckFailure] {
    let patterns = exchange.api.patterns
    guard relation.conditions.allSatisfy({ $0.evaluate(in: context, patterns: patterns).isSatisfied }) else {
      return []
    }
    switch relation.kind {
    case .criterion(let criterion):
      let outcome = criterion.evaluate(in: context, patterns: patterns)
      guard !outcome.isSatisfied else { return [] }
      return [
        CheckFailure(
          check: id, subject: .criterion(outcome.condition), message: outcome.explanation,
          expectation: relation.location, expected: outcome.condition)
      ]
    case .past(let query): return future(query, exchange, relation)
    case .ordered(let query, let isAscending): return disorder(query, isAscending, exchange, relation)
    case .echoes(let pointer, let exceptions):
      guard let sent = request.body?.json, let answer = exchange.body.json?.value(at: pointer) else { return [] }
      return differences(sent, answer, at: pointer, exceptions, relation)
    case .every(let query, let expression):
      guard let expected = context.evaluated(expression) else { return [] }
      let text = expected.stringValue ?? expected.serialized()
      return nodes(query, exchange).filter { $0.value.stringValue ?? $0.value.serialized() != text }.map { node in
        failure("the value is not that of \(expression)", node.location.pointer, relation, expected, node.value)
      }
    }
  }

  private func nodes(_ query: JSONPathQuery, _ exchange: ObservedExchange) -> [JSONPathNode] {
    exchange.body.json.flatMap { try? query.nodes(in: $0) } ?? []
  }

  // MARK: Time and order

  /// Moments after the answer; what is no moment is the schema's business.
  private func future(_ query: JSONPathQuery, _ exchange: ObservedExchange, _ relation: Relation) -> [CheckFailure] {
    let latest = Timestamp(seconds: exchange.answeredAt.seconds + Self.clockToleranceSeconds)
    return nodes(query, exchange).compactMap { node in
      guard let text = node.value.stringValue, let moment = Timestamp(rfc3339: text), moment > latest else {
        return nil
      }
      return CheckFailure(
        check: id, subject: .body(node.location.pointer), message: "the moment is in the future",
        expectation: relation.location, expected: "not after \(exchange.answeredAt.rfc3339)", actual: text)
    }
  }

  private func disorder(
    _ query: JSONPathQuery, _ isAscending: Bool, _ exchange: ObservedExchange, _ relation: Relation
  ) -> [CheckFailure] {
    let nodes = nodes(query, exchange)
    for (left, right) in zip(nodes, nodes.dropFirst()) {
      let isInOrder = isAscending ? Self.precedes(left.value, right.value) : Self.precedes(right.value, left.value)
      guard !isInOrder else { continue }
      // Everything behind the first pair would only repeat it.
      return [
        failure(
          "the values are not \(isAscending ? "ascending" : "descending")", right.location.pointer, relation,
          left.value, right.value)
      ]
    }
    return []
  }

  /// Whether a value may stand before another one; numbers, moments and texts have an order, other kinds have none.
  private static func precedes(_ left: JSONValue, _ right: JSONValue) -> Bool {
    switch (left, right) {
    case (.number(let first), .number(let second)): return !(second < first)
    case (.string(let first), .string(let second)):
      if let first = Timestamp(rfc3339: first), let second = Timestamp(rfc3339: second) { return first <= second }
      if let first = JSONNumber(lexeme: first), let second = JSONNumber(lexeme: second) { return !(second < first) }
      return first <= second
    default: return true
    }
  }

  // MARK: Echoes

  /// Members that both have with different values; lists must agree as a whole.
  private func differences(
    _ sent: JSONValue, _ answer: JSONValue, at pointer: JSONPointer, _ exceptions: Set<String>, _ relation: Relation
  ) -> [CheckFailure] {
    switch (sent, answer) {
    case (.object(let sent), .object(let answer)):
      return sent.flatMap { member -> [CheckFailure] in
        guard !exceptions.contains(member.key), let other = answer[member.key] else { return [] }
        return differences(member.value, other, at: pointer.appending(member.key), exceptions, relation)
      }
    case (.array(let sent), .array(let answer)) where sent.count == answer.count:
      return zip(sent, answer).enumerated().flatMap { index, pair in
        differences(pair.0, pair.1, at: pointer.appending(index), exceptions, relation)
      }
    default:
      return sent == answer
        ? [] : [failure("the value is not the one that was sent", pointer, relation, sent, answer)]
    }
  }

  private func failure(
    _ message: String, _ place: JSONPointer, _ relation: Relation, _ expected: JSONValue, _ actual: JSONValue
  ) -> CheckFailure {
    CheckFailure(
      check: id, subject: .body(place), message: message, expectation: relation.location,
      expected: DisplayText.short(expected), actual: DisplayText.short(actual))
  }
}
